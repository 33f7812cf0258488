"""The models a user may choose from: those of the installation's keys and of the user's own."""

import asyncio
from collections.abc import Awaitable, Callable

from asgiref.sync import async_to_sync
from django.conf import settings

from accounts.models import User
from chat.generation import engine
from chat.preferences import keys_of
from chat.providers.base import ModelInfo
from chat.providers.registry import Registry

PATIENCE = 20.0
"""Seconds for asking every provider what it has; the answers are kept for some minutes."""


def with_registry[T](job: Callable[[Registry], Awaitable[T]]) -> T:
    """Runs `job` from a thread, on the registry of this process's engine where it has one."""
    here = engine.current()
    if here is not None:
        return asyncio.run_coroutine_threadsafe(_awaited(job, here.registry), here.loop).result(PATIENCE)
    return async_to_sync(_with_own_registry)(job)


def models_for(user: User) -> list[ModelInfo]:
    """In the order in which they are offered. A provider that does not answer is left out."""
    keys = keys_of(user)
    if (here := engine.current()) is not None and (known := here.registry.known_models(keys)) is not None:
        return known
    return with_registry(lambda registry: registry.models(keys))


async def _awaited[T](job: Callable[[Registry], Awaitable[T]], registry: Registry) -> T:
    return await job(registry)


async def _with_own_registry[T](job: Callable[[Registry], Awaitable[T]]) -> T:
    registry = Registry(settings.PROVIDERS, settings.DATA_DIR)
    try:
        return await job(registry)
    finally:
        await registry.aclose()
