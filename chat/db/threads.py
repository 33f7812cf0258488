"""Database work off the event loop, in threads that keep their connection."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

_threads = ThreadPoolExecutor(4, thread_name_prefix="reading")


@contextmanager
def usable_connection() -> Iterator[None]:
    """After an error of the connection itself the next job gets a new one."""
    try:
        yield
    except (OperationalError, InterfaceError):
        connection.close()
        raise


async def in_thread[**P, T](job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `job` in one of a few threads of this process, beside the pages and the journal."""

    def work() -> T:
        with usable_connection():
            return job(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_threads, work)


def close_connections() -> None:
    """Ends the threads, and with them their connections."""
    global _threads
    idle, _threads = _threads, ThreadPoolExecutor(4, thread_name_prefix="reading")
    list(idle.map(lambda _: connection.close(), range(4)))
    idle.shutdown()
