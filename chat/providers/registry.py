"""The providers of this installation, each made when first used and kept for the next request."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

from chat.providers.base import ModelInfo, Provider, ProviderError
from chat.providers.configuration import ProviderConfig, configurations

__all__ = ["ProviderConfig", "Registry", "configurations"]

MODELS_ARE_FRESH_FOR = 300.0
"""Seconds for which a provider's list of models is not asked for again."""
SILENCE_IS_KEPT_FOR = 30.0
"""Seconds for which a provider that gave no list is not asked again."""
LISTING_SECONDS = 15.0
MOST_PROVIDERS = 200
"""Providers kept at once; beyond that the one that was not used for longest is let go."""


class Registry:
    """One per process. Keys of users are held in memory as long as their provider is pooled."""

    def __init__(self, configs: Sequence[ProviderConfig], data_dir: Path) -> None:
        self.configs = tuple(configs)
        self._data_dir = data_dir
        self._by_id = {config.id: config for config in self.configs}
        self._pool: OrderedDict[tuple[str, str], Provider] = OrderedDict()
        self._models: dict[tuple[str, str], tuple[float, list[ModelInfo]]] = {}

    def warm(self) -> None:
        """Does ahead, from any thread, what the first request would otherwise wait for: half a second."""
        if any(config.dialect == "chat.completions" for config in self.configs):
            from chat.providers.clients import warm

            warm()

    def config(self, provider_id: str) -> ProviderConfig:
        """Raises ProviderError where no such provider is configured."""
        try:
            return self._by_id[provider_id]
        except KeyError:
            raise ProviderError(
                f"This server no longer offers the provider {provider_id}. Choose another model."
            ) from None

    def name(self, provider_id: str) -> str:
        """What people call it; the id itself where it is no longer configured."""
        config = self._by_id.get(provider_id)
        return config.name if config else provider_id

    def get(self, provider_id: str, user_key: str | None = None) -> Provider:
        """The provider with the user's key, or else with the installation's.

        Raises ProviderError where it is unknown, or where there is no key to use.
        """
        config = self.config(provider_id)
        key = _key(config, user_key)
        slot = _slot(config, key)
        provider = self._pool.get(slot)
        if provider is None:
            provider = self._pool[slot] = _make(config, key, self._data_dir)
            self._drop_oldest()
        self._pool.move_to_end(slot)
        return provider

    async def models(self, user_keys: Mapping[str, str]) -> list[ModelInfo]:
        """Models of every provider that can be used with these keys, in the order of `configs`.

        A provider that does not answer is left out, or keeps the models that it had.
        """
        lists = await asyncio.gather(*(self._listed(*usable) for usable in self._usable(user_keys)))
        return [model for models in lists for model in models]

    def known_models(self, user_keys: Mapping[str, str]) -> list[ModelInfo] | None:
        """As `models`, from any thread; None where a provider would have to be asked."""
        now = time.monotonic()
        kept = [self._models.get(_slot(*usable), (0.0, [])) for usable in self._usable(user_keys)]
        if any(until <= now for until, _ in kept):
            return None
        return [model for _, models in kept for model in models]

    async def default_model(self, user_keys: Mapping[str, str]) -> ModelInfo | None:
        """What answers until someone chooses: the first model of the first provider that lists any."""
        for config in self.configs:
            if config.configured or user_keys.get(config.id):
                models = await self._listed(config, user_keys.get(config.id))
                if models:
                    return models[0]
        return None

    async def aclose(self) -> None:
        """Closes every pooled connection."""
        providers = list(self._pool.values())
        self._pool.clear()
        self._models.clear()
        await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)

    def _usable(self, user_keys: Mapping[str, str]) -> list[tuple[ProviderConfig, str | None]]:
        """Each provider that can be used, with the user's own key for it."""
        keyed = [(config, user_keys.get(config.id)) for config in self.configs]
        return [(config, key) for config, key in keyed if config.configured or key]

    async def _listed(self, config: ProviderConfig, user_key: str | None) -> list[ModelInfo]:
        slot = _slot(config, user_key)
        until, models = self._models.get(slot, (0.0, []))
        if time.monotonic() < until:
            return models
        fresh_for = MODELS_ARE_FRESH_FOR
        try:
            async with asyncio.timeout(LISTING_SECONDS):
                models = await self.get(config.id, user_key).models()
        except (ProviderError, TimeoutError):
            fresh_for = SILENCE_IS_KEPT_FOR
        self._models[slot] = (time.monotonic() + fresh_for, models)
        return models

    def _drop_oldest(self) -> None:
        """Lets go without closing: streams that are still running keep their provider alive."""
        if len(self._pool) > MOST_PROVIDERS:
            self._pool.popitem(last=False)


def _slot(config: ProviderConfig, key: str | None) -> tuple[str, str]:
    """Under which something is kept for a provider and a key, without keeping the key."""
    return config.id, hashlib.sha256((key or "").encode()).hexdigest()


def _key(config: ProviderConfig, user_key: str | None) -> str:
    if user_key and config.takes_key:
        return user_key
    if config.configured:
        return config.api_key
    raise ProviderError(
        f"There is no key for {config.name} yet. Add yours in Settings, or ask the administrator to set "
        f"{config.variable}."
    )


def _make(config: ProviderConfig, key: str, data_dir: Path) -> Provider:
    """Dialects import late: a process loads the libraries of those that it uses."""
    match config.dialect:
        case "chat.completions":
            from chat.providers.chat_completions import ChatCompletions

            return ChatCompletions(config, key)
        case "local":
            from chat.providers.local import LocalProvider

            return LocalProvider(data_dir, config.models[0])
        case "scripted":
            from chat.providers.scripted import ScriptedProvider

            return ScriptedProvider(Path(config.folder) if config.folder else None, config.speed)
        case dialect:
            raise ProviderError(f"{config.name} speaks {dialect}, which this version does not read yet.")
