"""A generation's transcript, from what the database holds of it."""

from collections.abc import Iterable
from typing import Any

from chat.core.events import decode
from chat.core.transcript import Transcript
from chat.models import Generation


def replay(generation: Generation, *, to_the_end: bool = False) -> Transcript:
    """The reducer over the journal's rows: what the runner's own transcript held when it committed.

    `to_the_end`: nothing more will come, so the text that the separator held back counts too.
    """
    rows = list(generation.entries.values_list("data", "held"))
    transcript = Transcript()
    for data, _ in rows:
        apply_rows(transcript, data)
    if to_the_end and rows and rows[-1][1]:
        ms = rows[-1][0][-1][0]
        transcript.apply(ms, decode(rows[-1][1]))
    return transcript


def apply_rows(transcript: Transcript, data: Iterable[list[Any]]) -> None:
    for ms, *event in data:
        transcript.apply(ms, decode(event))
