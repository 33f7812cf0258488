"""What running generations have written so far, carried on from one look to the next.

To replay a long reply takes a second, and after a restart all who watch it ask at once. So a process
keeps a copy of what it replayed: the next look, for whoever it is, takes up only the journal's rows
that came since. Nothing in it belongs to a reader.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from chat.core.transcript import Transcript
from chat.generation.rows import decoded
from chat.models import Generation
from chat.rendering.audience import Audience
from chat.rendering.live import LiveReply
from chat.rendering.live_steps import Before
from chat.rendering.reply import Drawn
from chat.rendering.totals import Thought, thought_of

MOST_COPIES = 16
"""Kept at once; beyond that the one that was not looked at for longest is let go."""
SAID = ("thinking", "answer")
NOW = float("inf")
"""A time at which no open block waits for its next rendering."""


@dataclass(frozen=True, slots=True)
class Written:
    """A running reply at one moment, as one audience may see it."""

    hides_thinking: bool
    has_thinking: bool
    thought: Thought
    step_count: int
    texts: list[tuple[str, str]]
    drawn: list[Drawn]


class Copy:
    """One generation's transcript up to row `n`, and its drawing for each audience."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._transcript = Transcript()
        self._n = 0
        self._drawings: dict[Audience, LiveReply] = {}

    def look(
        self, generation: Generation, audience: Audience, offset: int, before: Before, carried: str
    ) -> Written:
        """Call with the lock held, in the read that `generation` comes from. `offset`: its first position;
        `before`: what earlier runs of its message thought; `carried`: as `LiveReply` has it.
        """
        try:
            for n, data in generation.entries.filter(n__gt=self._n).values_list("n", "data"):
                for ms, event in decoded(data):
                    self._transcript.apply(ms, event)
                self._n = n
            return self._seen(generation, audience, offset, before, carried)
        except BaseException:
            forget(generation.id)
            raise

    def _seen(
        self, generation: Generation, audience: Audience, offset: int, before: Before, carried: str
    ) -> Written:
        transcript = self._transcript
        types_answers = bool(generation.settings.get("types_answers"))
        drawing = self._drawings.setdefault(
            audience,
            LiveReply(
                audience,
                generation.message_id,
                offset,
                before,
                types_answers=types_answers,
                carried=carried,
            ),
        )
        drawing.draw(transcript, NOW)
        return Written(
            transcript.hides_thinking,
            "thinking" in transcript.first_ms,
            thought_of(transcript),
            drawing.step_count,
            [(part.kind, part.text) for part in transcript.parts if part.kind in SAID and part.text],
            [part.drawn() for part in drawing.parts if part.kind in drawing.shows],
        )


_copies: OrderedDict[uuid.UUID, Copy] = OrderedDict()
_guard = threading.Lock()


@contextmanager
def looked_at(generations: Iterable[uuid.UUID]) -> Iterator[dict[uuid.UUID, Copy]]:
    """The copies of these, for this thread alone: of several who ask at once one replays, the others wait.

    A read must begin within it, or it may be older than the copy.
    """
    with ExitStack() as held:
        copies = {id: _copy(id) for id in sorted(generations)}
        for copy in copies.values():
            held.enter_context(copy.lock)
        yield copies


def forget(generation_id: uuid.UUID) -> None:
    """It has ended: its text is in its parts."""
    with _guard:
        _copies.pop(generation_id, None)


def _copy(generation_id: uuid.UUID) -> Copy:
    with _guard:
        copy = _copies.setdefault(generation_id, Copy())
        _copies.move_to_end(generation_id)
        if len(_copies) > MOST_COPIES:
            _copies.popitem(last=False)
        return copy
