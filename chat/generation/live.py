"""One running generation, from the events that arrive to what a tick commits and announces."""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from chat.core.events import Event, Thinking, encode
from chat.core.transcript import Transcript
from chat.generation.commit import Entry, Orders
from chat.generation.fanout import Note, generation_topic
from chat.generation.phases import NO_TEXT, OURS, PHASES, WRITES
from chat.generation.rows import coalesce, encoded
from chat.rendering.audience import AUDIENCES, Audience
from chat.rendering.frame_op import FrameOp
from chat.rendering.live import LiveReply
from chat.rendering.live_steps import NOTHING, Before

logger = logging.getLogger(__name__)

HEARTBEAT = 1.0


class LiveGeneration:
    """Owned by one runner; `take` is called by the journal, both in the same event loop.

    `receive` is the hot path: it only appends. Everything else happens once a tick.
    """

    def __init__(
        self,
        generation_id: uuid.UUID,
        message_id: uuid.UUID,
        epoch: int,
        *,
        offset: int = 0,
        seqs: tuple[int, int] = (0, 0),
        types_answers: bool = False,
        before: Before = NOTHING,
        carried: Mapping[Audience, str] | None = None,
    ) -> None:
        """`before`: what earlier runs of the same message thought; `carried`: as `LiveReply` has it."""
        self.id = generation_id
        self.message_id = message_id
        self.epoch = epoch
        self.state = "connecting"
        self.transcript = Transcript()
        self.replies: dict[Audience, LiveReply] = {
            audience: LiveReply(
                audience,
                message_id,
                offset,
                before,
                types_answers=types_answers,
                carried=(carried or {}).get(audience, ""),
            )
            for audience in AUDIENCES
        }
        self.seqs: dict[Audience, int] = {"full": seqs[0], "answers": seqs[1]}
        self.held: Callable[[], Event | None] = lambda: None
        self.lost = False
        self.on_stop: Callable[[], None] = lambda: None
        self.on_answer: Callable[[], None] = lambda: None
        self.on_phase: Callable[[], None] = lambda: None
        self._thought_before = before.thought_ms
        self._began = time.monotonic()
        self._pending: list[tuple[int, Event]] = []
        self._slots: dict[str, str] = {}
        self._shown_state = ""
        self._n = 0
        self._committed_at = self._began
        self._first_byte: int | None = None

    @property
    def elapsed_ms(self) -> int:
        return int((time.monotonic() - self._began) * 1000)

    @property
    def shows_text(self) -> bool:
        """Whether the first text has been taken."""
        return bool(self.transcript.parts)

    @property
    def has_text(self) -> bool:
        """Whether anything that a repeat would bill twice has come."""
        return bool(self.transcript.parts) or any(type(event) not in NO_TEXT for _, event in self._pending)

    @property
    def only_thinks(self) -> bool:
        """Whether thinking has come, and nothing of an answer or of a tool's call yet."""
        came = {part.kind for part in self.transcript.parts}
        came |= {WRITES[type(event)] for _, event in self._pending if type(event) in WRITES}
        return came == {"thinking"}

    @property
    def due(self) -> bool:
        """Whether this tick has anything to commit."""
        return bool(self._pending or self._slots) or self._shown_state != self.state or self._beats

    @property
    def _beats(self) -> bool:
        return time.monotonic() - self._committed_at >= HEARTBEAT

    def receive(self, events: Iterable[Event]) -> None:
        """Takes what just arrived. O(len(events))."""
        ms = self.elapsed_ms
        new = [(ms, event) for event in events]
        if self._first_byte is None and any(type(event) not in OURS for _, event in new):
            self._first_byte = ms
        self._pending += new

    def lose(self) -> None:
        """The fence is gone: somebody else has taken this generation over, or it is deleted."""
        self.lost = True
        self.on_stop()

    def obey(self, orders: Orders) -> None:
        """What people asked for, which every commit brings again."""
        if orders.stop:
            self.on_stop()
        elif orders.answer:
            self.on_answer()

    def show(self, state: str, **slots: str) -> None:
        """Changes the state, and the HTML of the reply's slots (summary, notice, actions)."""
        self.state = state
        self._slots.update(slots)

    def take(self) -> Entry:
        """Everything since the last call, applied to the transcript and drawn for each audience."""
        self._committed_at = time.monotonic()
        data = b""
        if self._pending:
            data = self._apply()
        entry = self._entry(data)
        changed = self.state != self._shown_state
        for audience in AUDIENCES:
            if note := self._note(audience, changed=changed):
                entry.notes.append((generation_topic(self.id, audience), note))
        self._shown_state = self.state
        self._slots = {}
        entry.seq_full, entry.seq_answers = self.seqs["full"], self.seqs["answers"]
        return entry

    def end(self) -> None:
        """Nothing more will come, so what was held back counts too, and goes the way of all text."""
        if held := self.held():
            self.receive([held])
        self.held = lambda: None

    def last_note(self, audience: Audience, state: str, last: Sequence[FrameOp], ended_ms: int) -> Note:
        """The frame that ends the run, for after the fold, which moved `seq` too."""
        self.seqs[audience] += 1
        ops, anew = self.replies[audience].finish(self.transcript, time.perf_counter() * 1000, ended_ms)
        ops += last
        return self._as_note(audience, ops, state=state, anew=anew)._replace(last=True)

    def _apply(self) -> bytes:
        events, data = encoded(coalesce(self._pending))
        self._pending = []
        before = self.state
        for ms, event in events:
            self.transcript.apply(ms, event)
            self.state = self._phase_after(event)
        if self.state != before:
            self._describe_phase()
        if not events:
            return b""
        self._n += 1
        return data

    def _phase_after(self, event: Event) -> str:
        """A server that was told to answer may still finish its thought."""
        if type(event) is Thinking and self.transcript.parts[-1].ended_ms is not None:
            return self.state
        return PHASES.get(type(event), self.state)

    def _entry(self, data: bytes) -> Entry:
        held = self.held() if data else None
        first = self.transcript.first_ms
        return Entry(
            self.id,
            self.epoch,
            self.state,
            0,
            0,
            self._first_byte,
            first.get("thinking"),
            first.get("answer"),
            self._n,
            data,
            orjson.dumps(encode(held)) if held else None,
        )

    def _describe_phase(self) -> None:
        try:
            self.on_phase()
        except Exception:
            logger.exception("a header could not be drawn")

    def _draw(self, audience: Audience) -> tuple[list[FrameOp], bool]:
        """Drawing may fail; what arrived is journalled all the same, and read anew from there."""
        try:
            return self.replies[audience].draw(self.transcript, time.perf_counter() * 1000)
        except Exception:
            logger.exception("a tick could not be drawn")
            return [], True

    def _note(self, audience: Audience, *, changed: bool) -> Note | None:
        ops, anew = self._draw(audience)
        ops += [["slot", name, html] for name, html in self._slots.items()]
        if not ops and not changed and not anew:
            return None
        self.seqs[audience] += 1
        return self._as_note(audience, ops, state=self.state if changed else None, anew=anew)

    @property
    def _on_the_clock(self) -> int:
        """Milliseconds that the phase's clock shows as it begins: thinking goes on with what it had."""
        if self.state != "thinking":
            return 0
        return self._thought_before + (self.transcript.thinking_ms() or 0)

    def _as_note(self, audience: Audience, ops: list[FrameOp], *, state: str | None, anew: bool) -> Note:
        """The frame that carries the audience's current `seq`, as it goes over the socket."""
        frame: dict[str, Any] = {
            "type": "frame",
            "m": self.message_id,
            "g": self.id,
            "seq": self.seqs[audience],
            "ops": ops,
        }
        if state:
            frame |= {"state": state, "at": time.time_ns() // 1_000_000 - self._on_the_clock}
        return Note(orjson.dumps(frame).decode(), self.seqs[audience], anew=anew)
