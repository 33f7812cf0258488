"""When the thinking of a reply arrived, as a clock that can run again: without the waits in between."""

from collections.abc import Iterable
from typing import NamedTuple

from chat.core.step_measures import Pace

LONGEST_GAP = 3_000
"""Milliseconds. Where longer nothing came, this much of it is played, and said to be a pause."""


class Piece(NamedTuple):
    """A stretch of thinking: whose run it is of, where it begins in the raw thinking, when it came."""

    run: object
    offset: int
    pace: Pace


class Replay(NamedTuple):
    moments: list[tuple[int, int]]
    """Milliseconds since the first character, and how many characters were there from then on."""
    pauses: list[tuple[int, int]]
    """When a gap that was shortened begins, and how many milliseconds it lasted."""


def replay(pieces: Iterable[Piece]) -> Replay:
    """Each run has a clock of its own; from one to the next no time passes."""
    moments: list[tuple[int, int]] = []
    pauses: list[tuple[int, int]] = []
    now, last = 0, None
    for piece in pieces:
        arrived = piece.offset
        for ms, count in piece.pace:
            gap = max(ms - last[1], 0) if last is not None and last[0] == piece.run else 0
            if gap > LONGEST_GAP:
                pauses.append((now, gap))
            now += min(gap, LONGEST_GAP)
            arrived += count
            moments.append((now, arrived))
            last = (piece.run, ms)
    return Replay(moments, pauses)
