"""From a committed question to a runner: a task in this process, or a job for a worker."""

import uuid

from django.conf import settings
from django.db import transaction

from chat.generation import engine


def dispatch(generation_id: uuid.UUID) -> None:
    """Call inside the transaction that queued the generation: both happen, or neither."""
    if settings.SCALED:
        from chat.tasks import defer

        defer(generation_id)
    else:
        transaction.on_commit(lambda: _start_here(generation_id))


def _start_here(generation_id: uuid.UUID) -> None:
    """Without an engine in this process the next server to start dispatches it."""
    if (here := engine.current()) is not None:
        here.loop.call_soon_threadsafe(here.start_running, generation_id)
