"""One lock in the process that orders the writers of an SQLite file, the journal first.

SQLite lets one connection write at a time and makes the others poll, with no order among them: a
busy server's journal would wait behind every page's small write. Threads of one process queue
here instead, and a thread that called `first()` overtakes those that did not.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_condition = threading.Condition()
_holder: int | None = None
_urgent_waiting = 0
_local = threading.local()


@contextmanager
def first() -> Iterator[None]:
    """Within it, this thread goes before threads that wait without it."""
    _local.urgent = True
    try:
        yield
    finally:
        _local.urgent = False


def acquire() -> None:
    """Blocks until this thread may write. Not reentrant: a transaction takes it once."""
    global _holder, _urgent_waiting
    urgent = getattr(_local, "urgent", False)
    with _condition:
        if urgent:
            _urgent_waiting += 1
        try:
            while _holder is not None or (_urgent_waiting and not urgent):
                _condition.wait()
        finally:
            if urgent:
                _urgent_waiting -= 1
        _holder = threading.get_ident()


def release() -> None:
    """Lets the next writer in. Without effect in a thread that does not hold the lock."""
    global _holder
    with _condition:
        if _holder == threading.get_ident():
            _holder = None
            _condition.notify_all()
