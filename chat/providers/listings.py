"""The models that each provider listed last. Nobody waits for a list that only has to be fresher.

What is known is served, however old, while the provider is asked again beside it, once at a time. Only
the first list of a provider is waited for, and not for long by those who can do without.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chat.providers.base import ModelInfo, ProviderError

logger = logging.getLogger(__name__)

MODELS_ARE_FRESH_FOR = 300.0
"""Seconds for which a provider's list of models is not asked for again."""
SILENCE_IS_KEPT_FOR = 30.0
"""Seconds for which a provider that gave no list is not asked again."""
LISTING_SECONDS = 15.0
FIRST_LIST_SECONDS = 3.0
"""For how long after it was first asked for a list holds up a page."""


@dataclass(slots=True)
class _Listing:
    models: list[ModelInfo] = field(default_factory=list)
    known: bool = False
    stale_at: float = float("-inf")
    asked_at: float = 0.0
    asking: asyncio.Task[None] | None = None


class Listings[Slot]:
    """By slot. Belongs to one event loop; `known` and `stale` may be called from any thread."""

    def __init__(self) -> None:
        self._by_slot: dict[Slot, _Listing] = {}

    def known(self, slot: Slot) -> list[ModelInfo] | None:
        """What was listed last; None where a first list is still worth waiting for."""
        listing = self._by_slot.get(slot)
        if listing is None or (not listing.known and _left(listing, FIRST_LIST_SECONDS) > 0):
            return None
        return listing.models

    def stale(self, slot: Slot) -> bool:
        listing = self._by_slot.get(slot)
        return listing is None or time.monotonic() >= listing.stale_at

    def refresh(self, slot: Slot, ask: Callable[[], Awaitable[list[ModelInfo]]]) -> None:
        """Asks where it is time to, unless it is being asked already. Does not wait."""
        listing = self._by_slot.setdefault(slot, _Listing())
        if listing.asking is None and self.stale(slot):
            listing.asked_at = time.monotonic()
            listing.asking = asyncio.create_task(_ask(listing, ask))

    async def first(self, slot: Slot, patience: float | None = None) -> list[ModelInfo]:
        """What is known; where nothing is yet, what comes within `patience` seconds of asking."""
        listing = self._by_slot[slot]
        if not listing.known and listing.asking is not None:
            seconds = _left(listing, FIRST_LIST_SECONDS if patience is None else patience)
            await asyncio.wait({listing.asking}, timeout=max(0.0, seconds))
        return listing.models

    async def aclose(self) -> None:
        asking = [listing.asking for listing in self._by_slot.values() if listing.asking]
        self._by_slot.clear()
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def _left(listing: _Listing, patience: float) -> float:
    return listing.asked_at + patience - time.monotonic()


async def _ask(listing: _Listing, ask: Callable[[], Awaitable[list[ModelInfo]]]) -> None:
    """A provider that gives no list keeps the one that it had."""
    fresh_for = SILENCE_IS_KEPT_FOR
    try:
        async with asyncio.timeout(LISTING_SECONDS):
            listing.models = await ask()
        fresh_for = MODELS_ARE_FRESH_FOR
    except (ProviderError, TimeoutError):
        pass
    except Exception:
        logger.exception("a list of models could not be read")
    listing.known, listing.asking = True, None
    listing.stale_at = time.monotonic() + fresh_for
