"""Keeps the index up to date for as long as a server or worker runs."""

import asyncio
import logging

from django.db import Error

from chat.db.threads import in_thread
from chat.search.index import index_some

logger = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between looks for something new."""


async def run() -> None:
    while True:
        more = False
        try:
            more = await in_thread(index_some)
        except Error as error:
            logger.warning("indexing failed (%s); trying again", type(error).__name__)
        except Exception:
            logger.exception("indexing failed; trying again")
        await asyncio.sleep(0 if more else EVERY)
