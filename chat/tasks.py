"""The job of a scaled installation: procrastinate hands a queued generation to a worker.

A job only claims a queued generation. Whether its worker is alive is judged by our own lease, so
a job that is lost or delivered twice does no harm.
"""

import asyncio
import uuid

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from chat.generation import engine

QUEUE = "generations"
POLL = 2.0
"""Seconds between looks at the queue, should a notification have been missed."""


@app.task(name="chat.generate", queue=QUEUE)
async def generate(generation_id: str) -> None:
    here = engine.current()
    assert here is not None, "jobs run beside an engine"
    await here.run(uuid.UUID(generation_id))


def defer(generation_id: uuid.UUID) -> None:
    """Joins the transaction it is called in. A generation waits in the queue at most once."""
    job = generate.configure(queueing_lock=str(generation_id))
    try:
        job.defer(generation_id=str(generation_id))
    except AlreadyEnqueued:
        return


async def work(concurrency: int) -> None:
    """Takes jobs until it is cancelled. The engine ends what runs: no job is waited for here."""
    assert isinstance(app.connector, DjangoConnector)
    worker = app.with_connector(app.connector.get_worker_connector())
    opening = asyncio.ensure_future(_opened(worker))
    try:
        await asyncio.shield(opening)
        await worker.run_worker_async(
            queues=[QUEUE],
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="always",
            fetch_job_polling_interval=POLL,
            shutdown_graceful_timeout=0,
        )
    finally:
        # A pool that is cancelled while it opens keeps its tasks for ever.
        await opening
        await worker.close_async()


async def _opened(worker: App) -> None:
    await worker.open_async()
