"""Ends a wait on a provider that has gone quiet.

One timer per stream, moved rather than made anew, so that a chunk costs two assignments. It only
ever interrupts the task that waits for bytes, never the one that is busy with them.
"""

import asyncio
import time
from typing import Literal

FIRST_TOKEN_SECONDS = 900.0
"""From sending the request to the first text; some models think that long without a word."""
SILENCE_SECONDS = 300.0
"""Between bytes, once text has come. Comments that keep the connection alive count as bytes."""
TOTAL_SECONDS = 4 * 3600.0
BUSY_SECONDS = 1.0

type Limit = Literal["first token", "silence", "total"]


class Watchdog:
    """Wrap each wait in `waiting()` and `arrived()`; `expired` says which limit ended it."""

    def __init__(self, first: float, silence: float, total: float) -> None:
        self.expired: Limit | None = None
        self._silence = silence
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        now = time.monotonic()
        self._last = now
        self._due: dict[Limit, float] = {"first token": now + first, "total": now + total}
        self._timer = self._loop.call_later(min(first, total), self._check)

    def waiting(self) -> None:
        """The current task is about to wait."""
        self._task = asyncio.current_task()

    def arrived(self) -> None:
        """The wait is over: something came."""
        self._task = None
        self._last = time.monotonic()

    def spoke(self) -> None:
        """The first text is here; from now on silence counts."""
        if self._due.pop("first token", None) is not None:
            self._timer.cancel()
            self._timer = self._loop.call_later(self._silence, self._check)

    def stop(self) -> None:
        """No more waits."""
        self._timer.cancel()
        self._task = None

    def interrupted(self) -> bool:
        """Whether the cancellation that the task just met was this watchdog's alone."""
        task = asyncio.current_task()
        return self.expired is not None and task is not None and task.uncancel() == 0

    def _check(self) -> None:
        due = dict(self._due)
        if "first token" not in due:
            due["silence"] = self._last + self._silence
        limit = min(due, key=lambda name: due[name])
        left = due[limit] - time.monotonic()
        if left <= 0 and self._task:
            self.expired = limit
            self._task.cancel()
        else:
            self._timer = self._loop.call_later(max(left, BUSY_SECONDS if left <= 0 else left), self._check)
