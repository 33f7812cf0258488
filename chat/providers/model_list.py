"""Which models a provider has: its own list, put in the catalogue's order and words."""

import re
from collections.abc import Mapping
from typing import Any

import openai

from chat.providers.base import ModelInfo, ProviderError
from chat.providers.catalogue import known_models, manners, model_info
from chat.providers.clients import Clients
from chat.providers.configuration import ProviderConfig
from chat.providers.http_errors import Explains

LISTING_SECONDS = 8.0
REFUSED = 401
TALKS_NOT = re.compile(
    r"embed|whisper|tts|dall-e|image|moderation|transcri|realtime|audio|davinci|babbage|rerank|sora|guard",
    re.IGNORECASE,
)
PER_MILLION = 1_000_000


class ModelList:
    """The list of one provider with one key."""

    def __init__(self, config: ProviderConfig, key: str, clients: Clients, explains: Explains) -> None:
        self._config = config
        self._key = key
        self._clients = clients
        self._explains = explains

    async def models(self) -> list[ModelInfo]:
        """What may be chosen. The catalogue answers where the provider does not.

        Raises ProviderError where nobody does, and where the key is refused: nothing would answer.
        """
        config = self._config
        if config.models:
            return [model_info(config.id, config.name, id) for id in config.models]
        known = known_models(config.id)
        try:
            listed = await self._listed()
        except ProviderError as error:
            if not known or error.status == REFUSED:
                raise
            listed = {}
        ids = [id for id in known if id in listed] + [id for id in listed if id not in known]
        return [self._info(id, listed.get(id, {})) for id in ids or known]

    async def check(self) -> str:
        """One sentence on whether the key and the address work. Raises ProviderError if not."""
        await self._get(manners(self._config.id).key_check)
        if self._config.keyless:
            return f"{self._config.name} answers."
        return f"The key works at {self._config.name}."

    async def _listed(self) -> dict[str, Mapping[str, Any]]:
        """Id to entry, in the provider's order, without models that do not chat."""
        answer = await self._get("/models")
        entries = answer.get("data") if isinstance(answer, dict) else answer
        found = {}
        for entry in entries if isinstance(entries, list) else ():
            id = entry.get("id") if isinstance(entry, dict) else None
            if isinstance(id, str) and id and not TALKS_NOT.search(id):
                found[id] = entry
        return found

    async def _get(self, path: str) -> Any:
        headers = manners(self._config.id).headers
        filled = {name: value.format(key=self._key) for name, value in headers.items()}
        try:
            return await self._clients.get().get(
                path, cast_to=object, options={"headers": filled, "timeout": LISTING_SECONDS}
            )
        except openai.APITimeoutError as error:
            raise ProviderError(
                f"{self._config.name} did not answer within {LISTING_SECONDS:.0f} s.", retryable=True
            ) from error
        except Exception as error:
            raise self._explains.exception(error, "") from error

    def _info(self, id: str, entry: Mapping[str, Any]) -> ModelInfo:
        pricing = entry.get("pricing")
        prices = pricing if isinstance(pricing, dict) else {}
        context = entry.get("context_length") or entry.get("max_model_len")
        name = entry.get("name")
        return model_info(
            self._config.id,
            self._config.name,
            id,
            name=name if isinstance(name, str) and name else None,
            context=context if isinstance(context, int) else None,
            input_price=_price(prices.get("prompt")),
            output_price=_price(prices.get("completion")),
        )


def _price(per_token: Any) -> float | None:
    """US dollars per million tokens, from a text in dollars per token."""
    try:
        price = float(per_token) * PER_MILLION
    except (TypeError, ValueError):
        return None
    return round(price, 6) if 0 <= price < PER_MILLION else None
