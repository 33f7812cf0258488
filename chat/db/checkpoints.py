"""Carries SQLite's write-ahead log into its database file, in a thread of its own.

Left to itself SQLite does that inside whichever commit makes the log long, and that commit waits for
the disk; here it may be the journal's. A passive checkpoint waits for nobody and nobody for it.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import Error, connection

logger = logging.getLogger(__name__)

EVERY = 2.0


async def run() -> None:
    """For as long as the server runs; returns at once where the database is no SQLite."""
    if connection.vendor != "sqlite":
        return
    with ThreadPoolExecutor(1, thread_name_prefix="checkpoint") as thread:
        loop = asyncio.get_running_loop()
        try:
            while True:
                await asyncio.sleep(EVERY)
                await loop.run_in_executor(thread, checkpoint)
        finally:
            thread.submit(lambda: connection.close())


def checkpoint() -> None:
    """As much of the log as no reader still needs."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except Error as error:
        logger.warning("a checkpoint failed (%s); the next one goes on", type(error).__name__)
