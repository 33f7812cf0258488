"""A generation's transcript, from what the database holds of it."""

from chat.core.transcript import Transcript
from chat.generation.rows import decoded
from chat.models import Generation


def replay(generation: Generation, *, to_the_end: bool = False) -> Transcript:
    """The reducer over the journal's rows: what the runner's own transcript held when it committed.

    `to_the_end`: nothing more will come, so the text that the separator held back counts too.
    """
    rows = list(generation.entries.values_list("data", "held"))
    transcript, now = Transcript(), 0
    for data, _ in rows:
        for now, event in decoded(data):
            transcript.apply(now, event)
    if to_the_end and rows and isinstance(held := rows[-1][1], list):
        for _, event in decoded([[now, *held]]):
            transcript.apply(now, event)
    return transcript
