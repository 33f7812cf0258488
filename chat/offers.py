"""The models a user may choose from: those of the installation's keys and of the user's own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from asgiref.sync import async_to_sync
from django.conf import settings

from accounts.models import User
from chat.generation import engine
from chat.preferences import keys_of
from chat.providers.base import ModelInfo
from chat.providers.listings import LISTING_SECONDS
from chat.providers.registry import Registry

PATIENCE = 20.0
"""Seconds for a job that waits for a provider."""


def with_registry[T](job: Callable[[Registry], Awaitable[T]]) -> T:
    """Runs `job` from a thread, on the registry of this process's engine where it has one."""
    here = engine.current()
    if here is not None:
        return asyncio.run_coroutine_threadsafe(_awaited(job, here.registry), here.loop).result(PATIENCE)
    return async_to_sync(_with_own_registry)(job)


def models_for(user: User, needed: str | None = None) -> list[ModelInfo]:
    """In the order in which they are offered. A provider that has not answered yet is left out.

    `needed`: the key of a model (or "" for any) that is waited for, should it be missing only for that.
    """
    keys = keys_of(user)
    models = _known(keys)
    if models is None:
        models = with_registry(lambda registry: registry.models(keys))
    if needed is not None and not any(needed in {"", model.key} for model in models):
        models = with_registry(lambda registry: registry.models(keys, LISTING_SECONDS))
    return models


def _known(keys: Mapping[str, str]) -> list[ModelInfo] | None:
    """Without a hop to the event loop; what is old is refreshed there for the next look."""
    here = engine.current()
    if here is None or (known := here.registry.known_models(keys)) is None:
        return None
    if here.registry.is_stale(keys):
        here.loop.call_soon_threadsafe(here.registry.refresh, keys)
    return known


async def _awaited[T](job: Callable[[Registry], Awaitable[T]], registry: Registry) -> T:
    return await job(registry)


async def _with_own_registry[T](job: Callable[[Registry], Awaitable[T]]) -> T:
    registry = Registry(settings.PROVIDERS, settings.DATA_DIR)
    try:
        return await job(registry)
    finally:
        await registry.aclose()
