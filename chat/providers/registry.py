"""The providers of this installation, each made when first used and kept for the next request."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from chat.providers.base import ModelInfo, Provider, ProviderError
from chat.providers.configuration import ProviderConfig, configurations
from chat.providers.listings import LISTING_SECONDS, Listings

__all__ = ["ProviderConfig", "Registry", "configurations"]

MOST_PROVIDERS = 200
"""Providers kept at once; beyond that the one that was not used for longest is let go."""


class Registry:
    """One per process. Keys of users are held in memory as long as their provider is pooled."""

    def __init__(self, configs: Sequence[ProviderConfig], data_dir: Path) -> None:
        self.configs = tuple(configs)
        self._data_dir = data_dir
        self._by_id = {config.id: config for config in self.configs}
        self._pool: OrderedDict[tuple[str, str], Provider] = OrderedDict()
        self._listings = Listings[tuple[str, str]]()

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

    async def models(self, user_keys: Mapping[str, str], patience: float | None = None) -> list[ModelInfo]:
        """Models of every provider that can be used with these keys, in the order of `configs`.

        What is known is served though it may be old, and refreshed beside. A provider that was never
        asked before has `patience` seconds, else a few; one that does not answer is left out.
        """
        self.refresh(user_keys)
        usable = self._usable(user_keys)
        lists = await asyncio.gather(*(self._listings.first(_slot(*one), patience) for one in usable))
        return [model for models in lists for model in models]

    def known_models(self, user_keys: Mapping[str, str]) -> list[ModelInfo] | None:
        """As `models`, from any thread; None where a first list is still to come."""
        lists = [self._listings.known(_slot(*usable)) for usable in self._usable(user_keys)]
        if any(models is None for models in lists):
            return None
        return [model for models in lists for model in models or ()]

    def is_stale(self, user_keys: Mapping[str, str]) -> bool:
        """From any thread: whether `refresh` has anything to do."""
        return any(self._listings.stale(_slot(*usable)) for usable in self._usable(user_keys))

    def refresh(self, user_keys: Mapping[str, str]) -> None:
        """Asks those whose list is old, or was never had, each once at a time. Does not wait."""
        for config, key in self._usable(user_keys):
            self._listings.refresh(_slot(config, key), partial(self._ask, config.id, key))

    async def default_model(self, user_keys: Mapping[str, str]) -> ModelInfo | None:
        """What answers until someone chooses: the first model of the first provider that lists any."""
        self.refresh(user_keys)
        for usable in self._usable(user_keys):
            if models := await self._listings.first(_slot(*usable), LISTING_SECONDS):
                return models[0]
        return None

    async def aclose(self) -> None:
        """Closes every pooled connection."""
        providers = list(self._pool.values())
        self._pool.clear()
        await self._listings.aclose()
        await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)

    def _usable(self, user_keys: Mapping[str, str]) -> list[tuple[ProviderConfig, str | None]]:
        """Each provider that can be used, with the user's own key for it."""
        keyed = [(config, user_keys.get(config.id)) for config in self.configs]
        return [(config, key) for config, key in keyed if config.configured or key]

    async def _ask(self, provider_id: str, user_key: str | None) -> list[ModelInfo]:
        return await self.get(provider_id, user_key).models()

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
