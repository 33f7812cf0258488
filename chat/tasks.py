"""The job of a scaled installation: procrastinate hands a queued generation to a worker.

A job only claims a queued generation. Whether its worker is alive is judged by our own lease, so
a job that is lost or delivered twice does no harm.
"""

import uuid

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chat.generation import engine


@app.task(name="chat.generate", queue="generations")
async def generate(generation_id: str) -> None:
    here = engine.current()
    assert here is not None, "jobs run inside `manage.py worker`"
    await here.run(uuid.UUID(generation_id))


def defer(generation_id: uuid.UUID) -> None:
    """Joins the transaction it is called in. A generation waits in the queue at most once."""
    job = generate.configure(queueing_lock=str(generation_id))
    try:
        job.defer(generation_id=str(generation_id))
    except AlreadyEnqueued:
        return
