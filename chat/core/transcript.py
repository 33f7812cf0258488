"""A pure reducer: the events of one generation become an ordered list of parts.

The same code builds the parts of a running reply, of a reply that is replayed from the journal,
and of one that is being folded, so that what a page shows after a reload is what it showed before.
Applying an event costs the same however long the message is.
"""

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal

from chat.core.events import (
    Answer,
    Began,
    CutShort,
    Event,
    Failure,
    Finish,
    Hidden,
    Kind,
    Reclassified,
    Refusal,
    Replay,
    Requested,
    Thinking,
    ToolCallDelta,
    Unterminated,
    Usage,
)
from chat.core.steps import Segmenter

type PartKind = Literal["thinking", "answer", "tool_call"]


@dataclass(slots=True)
class TranscriptPart:
    """One stretch of text. `pieces` join to its text; `pace` is [[milliseconds, characters], …].

    `ended_ms`: when thinking was cut short, which is before whatever comes next.
    """

    kind: PartKind
    pieces: list[str] = field(default_factory=list)
    pace: list[list[int]] = field(default_factory=list)
    replay: list[list[Any]] = field(default_factory=list)
    slot: int | None = None
    name: str = ""
    call_id: str = ""
    ended_ms: int | None = None
    is_first: bool = True
    """Whether no thinking came before it in the same run."""
    _segmenter: Segmenter | None = field(default=None, init=False)
    _cut: int = field(default=0, init=False)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def segmenter(self) -> Segmenter:
        """Cuts a stretch of thinking into steps. Costs what came since the last look."""
        if self._segmenter is None:
            self._segmenter = Segmenter(is_first=self.is_first)
        for piece in self.pieces[self._cut :]:
            self._segmenter.feed(piece)
        self._cut = len(self.pieces)
        return self._segmenter

    def segmenter_is_stale(self) -> None:
        """The text changed otherwise than by growing."""
        self._segmenter, self._cut = None, 0

    def grow(self, ms: int, text: str) -> None:
        self.pieces.append(text)
        if self.pace and self.pace[-1][0] == ms:
            self.pace[-1][1] += len(text)
        else:
            self.pace.append([ms, len(text)])


@dataclass(slots=True)
class Transcript:
    """The parts so far, and what else the stream said.

    `rewrites` counts the times that text which had already been given out changed its place.
    `began_in_thinking` is None where nothing in the stream tells. `unreported`: the parts, from and to,
    of requests that ended before the provider said what they used.
    """

    parts: list[TranscriptPart] = field(default_factory=list)
    usage: Usage | None = None
    finish_reason: str = ""
    failure: Failure | None = None
    hidden: bool = False
    unterminated: bool = False
    refusal: str = ""
    rewrites: int = 0
    began_in_thinking: bool | None = None
    first_ms: dict[str, int] = field(default_factory=dict)
    last_ms: dict[str, int] = field(default_factory=dict)
    request_start: int = 0
    usage_before: Usage | None = None
    unreported: list[tuple[int, int]] = field(default_factory=list)
    cut_short: bool = False

    def apply(self, ms: int, event: Event) -> None:
        """Adds an event that arrived `ms` milliseconds after the generation began."""
        match event:
            case Thinking(text):
                self._grow("thinking", ms, text)
            case Answer(text):
                self._grow("answer", ms, text)
            case ToolCallDelta():
                self._call(ms, event)
            case Reclassified(kind):
                self._reclassify(kind)
            case Began(in_thinking):
                self.began_in_thinking = in_thinking
            case Usage():
                self.usage = _sum(self.usage_before, event)
            case Finish(reason):
                self.finish_reason = reason
            case Failure():
                self.failure = event
            case Hidden():
                self.hidden = True
            case Unterminated():
                self.unterminated = True
            case Refusal(text):
                self.refusal += text
            case Replay(kind, data):
                self._replay(kind, data)
            case CutShort() | Requested():
                self._turn(ms, event)

    def joined(self, kind: PartKind) -> str:
        """All text of one kind. Thinking interrupted by something else is set apart by a blank line."""
        return ("\n\n" if kind == "thinking" else "").join(p.text for p in self.parts if p.kind == kind)

    @property
    def unreported_requests(self) -> list[list[TranscriptPart]]:
        """What came of each request whose use of tokens the provider never told."""
        ranges = list(self.unreported)
        if self.usage is self.usage_before and len(self.parts) > self.request_start:
            ranges.append((self.request_start, len(self.parts)))
        return [self.parts[start:end] for start, end in ranges]

    @property
    def hides_thinking(self) -> bool:
        """Whether the model thought, and all of the text stays with the provider."""
        return self.hidden and "thinking" not in self.first_ms

    def thinking_ms(self, ended_ms: int | None = None) -> int | None:
        """Time spent thinking: each thinking part lasts until the next part begins, hidden thinking
        until the answer does.
        """
        if self.hides_thinking:
            return self.first_ms.get("answer", ended_ms)
        if not any(part.kind == "thinking" and part.pace for part in self.parts):
            return None
        return self.thought_ms_before(len(self.parts), ended_ms)

    def thought_ms_before(self, index: int, ended_ms: int | None = None) -> int:
        """Time spent thinking in the parts before this one."""
        total = 0
        for part, after in zip_longest(self.parts[:index], self.parts[1 : index + 1]):
            if part is None or part.kind != "thinking" or not part.pace:
                continue
            end = after.pace[0][0] if after and after.pace else max(ended_ms or 0, part.pace[-1][0])
            if part.ended_ms is not None:
                end = min(end, max(part.ended_ms, part.pace[-1][0]))
            total += end - part.pace[0][0]
        return total

    def _grow(self, kind: Kind, ms: int, text: str) -> None:
        if not text:
            return
        if len(self.parts) <= self.request_start or self.parts[-1].kind != kind:
            thought = any(part.kind == "thinking" for part in self.parts)
            self.parts.append(TranscriptPart(kind, is_first=not thought))
        self.parts[-1].grow(ms, text)
        self.first_ms.setdefault(kind, ms)
        self.last_ms[kind] = ms

    def _turn(self, ms: int, event: CutShort | Requested) -> None:
        """What we ourselves did to the stream."""
        if type(event) is CutShort:
            self.cut_short = True
            if self.parts and self.parts[-1].kind == "thinking":
                self.parts[-1].ended_ms = ms
            return
        if self.usage is self.usage_before and len(self.parts) > self.request_start:
            self.unreported.append((self.request_start, len(self.parts)))
        self.request_start = len(self.parts)
        self.usage_before = self.usage

    def _call(self, ms: int, call: ToolCallDelta) -> None:
        part = next((p for p in self.parts[self.request_start :] if p.slot == call.slot), None)
        if part is None:
            part = TranscriptPart("tool_call", slot=call.slot)
            self.parts.append(part)
        part.call_id = part.call_id or call.id
        part.name = part.name or call.name
        part.grow(ms, call.arguments)

    def _replay(self, kind: str, data: Any) -> None:
        if len(self.parts) <= self.request_start:
            self.parts.append(TranscriptPart("thinking"))
        self.parts[-1].replay.append([kind, data])

    def _reclassify(self, kind: Kind) -> None:
        other: Kind = "answer" if kind == "thinking" else "thinking"
        for part in reversed(self.parts[self.request_start :]):
            if part.kind == kind:
                break
            if part.kind == other:
                part.kind = kind
                part.segmenter_is_stale()
                if kind == "thinking":
                    part.pieces[:] = [part.text.strip()]
        self.parts[self.request_start :] = [
            part
            for part in self.parts[self.request_start :]
            if part.kind == "tool_call" or part.text or part.replay
        ]
        self.rewrites += 1
        moved = [part.pace for part in self.parts if part.kind == kind and part.pace]
        if moved:
            self.first_ms[kind], self.last_ms[kind] = moved[0][0][0], moved[-1][-1][0]
        if not any(part.kind == other for part in self.parts):
            self.first_ms.pop(other, None)
            self.last_ms.pop(other, None)


def _sum(first: Usage | None, second: Usage) -> Usage:
    """Within a request the last usage counts; those of several requests add up."""
    if first is None:
        return second
    return Usage(*(_plus(a, b) for a, b in zip(first, second, strict=True)))


def _plus(a: Any, b: Any) -> Any:
    return b if a is None else a if b is None else a + b
