"""The ops that carry one audience's page from what it shows to what the transcript holds.

`LiveReply` pulls: each tick it looks at what the transcript gained since the last, feeds it to the
block renderers, and returns ops. A part that has been overtaken by another is finished and never
looked at again, so that a tick costs what it brings, not what came before.
"""

from typing import Any, Literal

from chat.core.blocks import AnswerBlocks, Op, Open, Settle, Text, ThinkingBlocks
from chat.core.transcript import Transcript, TranscriptPart

type Audience = Literal["full", "answers"]
type FrameOp = list[Any]

AUDIENCES: tuple[Audience, ...] = ("full", "answers")


class DrawnPart:
    """A part as one audience sees it: settled blocks, and the open one."""

    def __init__(self, position: int, part: TranscriptPart) -> None:
        self.position = position
        self.kind = part.kind
        self.blocks: AnswerBlocks | ThinkingBlocks = (
            AnswerBlocks() if part.kind == "answer" else ThinkingBlocks()
        )
        self.fed = 0
        self.finished = False

    def draw(self, part: TranscriptPart, now_ms: float) -> list[FrameOp]:
        for piece in part.pieces[self.fed :]:
            self.blocks.feed(piece)
        self.fed = len(part.pieces)
        return [self._frame(op) for op in self.blocks.render(now_ms)]

    def finish(self) -> list[FrameOp]:
        if self.finished:
            return []
        self.finished = True
        return [self._frame(op) for op in self.blocks.finish()]

    def _frame(self, op: Op) -> FrameOp:
        match op:
            case Settle(index, html):
                return ["settle", self.position, index, html]
            case Open(html):
                return ["open", self.position, html]
            case Text(text):
                return ["text", self.position, text]


class LiveReply:
    """One audience's drawing of one generation. `offset` is the position of its first part."""

    def __init__(self, audience: Audience, offset: int = 0, *, types_answers: bool = False) -> None:
        self.offset = offset
        self.shows = (
            {"thinking", "answer"} if audience == "full" else ({"answer"} if types_answers else set())
        )
        self.parts: list[DrawnPart] = []
        self.rewrites = 0

    def draw(self, transcript: Transcript, now_ms: float) -> tuple[list[FrameOp], bool]:
        """The ops since the last call, and whether the reply must be read anew instead."""
        if transcript.rewrites != self.rewrites:
            self.parts, self.rewrites = [], transcript.rewrites
            self._draw(transcript, now_ms)
            return [], len(self.shows) > 0
        return self._draw(transcript, now_ms), False

    def finish(self, transcript: Transcript, now_ms: float) -> tuple[list[FrameOp], bool]:
        """As `draw`, with every block settled: nothing follows."""
        ops, whole = self.draw(transcript, now_ms)
        for part in self.parts:
            ops += part.finish()
        stale = any(isinstance(part.blocks, AnswerBlocks) and part.blocks.stale for part in self.parts)
        return ops, whole or stale or "answer" not in self.shows

    def _join(self, index: int, part: TranscriptPart) -> list[bool]:
        """Whether the part may go on in the middle of what an earlier generation wrote."""
        first = not any(before.kind == "answer" for before in self.parts[:index])
        return [True] if self.offset and part.kind == "answer" and first else []

    def _draw(self, transcript: Transcript, now_ms: float) -> list[FrameOp]:
        ops: list[FrameOp] = []
        first = max(len(self.parts) - 1, 0)
        for index in range(first, len(transcript.parts)):
            part = transcript.parts[index]
            if index == len(self.parts):
                if self.parts:
                    ops += self.parts[-1].finish()
                self.parts.append(DrawnPart(self.offset + index, part))
                if part.kind in self.shows:
                    ops.append(["part", self.offset + index, part.kind, *self._join(index, part)])
            if part.kind in self.shows:
                ops += self.parts[index].draw(part, now_ms)
        return ops
