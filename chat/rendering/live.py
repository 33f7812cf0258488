"""The ops that carry one audience's page from what it shows to what the transcript holds.

`LiveReply` pulls: each tick it looks at what the transcript gained since the last, feeds it to the
parts' renderers, and returns ops. A part that has been overtaken by another is finished and never
looked at again, so that a tick costs what it brings, not what came before.
"""

import uuid

from chat.core.segments import PARAGRAPH
from chat.core.transcript import Transcript
from chat.rendering.audience import Audience
from chat.rendering.frame_op import FrameOp
from chat.rendering.live_answer import AnswerPart
from chat.rendering.live_steps import NOTHING, Before, ThinkingPart, ToolPart

type LivePart = AnswerPart | ThinkingPart | ToolPart

JOIN = len(PARAGRAPH)
"""Characters between two stretches in a message's raw thinking."""


class LiveReply:
    """One audience's drawing of one generation."""

    def __init__(
        self,
        audience: Audience,
        message_id: uuid.UUID,
        offset: int = 0,
        before: Before = NOTHING,
        *,
        types_answers: bool = False,
        carried: str = "",
    ) -> None:
        """`offset`: the position of its first part. `before`: what earlier runs of the message thought.

        `carried`: the block in which an earlier run was cut. The first answer of this one goes on in it,
        so that what is on the page moves.
        """
        self.offset = offset
        self.shows = (
            {"thinking", "tool_call", "answer"}
            if audience == "full"
            else ({"answer"} if types_answers else set())
        )
        self.parts: list[LivePart] = []
        self.rewrites = 0
        self._message_id = message_id
        self._before = before
        self._carried = carried
        self._joined = False

    @property
    def step_count(self) -> int:
        """Steps of the message so far, as far as this audience sees them."""
        return self._before.steps + sum(part.count for part in self.parts)

    def draw(self, transcript: Transcript, now_ms: float) -> tuple[list[FrameOp], bool]:
        """The ops since the last call, and whether the reply must be read anew instead."""
        if transcript.rewrites != self.rewrites:
            self.parts, self.rewrites = [], transcript.rewrites
            self._draw(transcript, now_ms)
            self._joined = False
            return [], len(self.shows) > 0
        ops = self._draw(transcript, now_ms)
        joined, self._joined = self._joined, False
        return ([], True) if joined else (ops, False)

    def finish(self, transcript: Transcript, now_ms: float, ended_ms: int = 0) -> tuple[list[FrameOp], bool]:
        """As `draw`, with every block and step settled: nothing follows."""
        ops, whole = self.draw(transcript, now_ms)
        for index, part in enumerate(self.parts):
            ops += self._finish(transcript, index, ended_ms) if part.kind in self.shows else []
        stale = any(part.stale for part in self.parts)
        return ops, whole or stale or "answer" not in self.shows

    def _finish(self, transcript: Transcript, index: int, ended_ms: int = 0) -> list[FrameOp]:
        part = transcript.parts[index]
        later = [after.pace[0][0] for after in transcript.parts[index + 1 : index + 2] if after.pace]
        end = later[0] if later else max(ended_ms, part.pace[-1][0] if part.pace else 0)
        return self.parts[index].finish(part, end)

    def _draw(self, transcript: Transcript, now_ms: float) -> list[FrameOp]:
        ops: list[FrameOp] = []
        first = max(len(self.parts) - 1, 0)
        for index in range(first, len(transcript.parts)):
            part = transcript.parts[index]
            shown = part.kind in self.shows
            if index == len(self.parts):
                if self.parts and self.parts[-1].kind in self.shows:
                    ops += self._finish(transcript, index - 1)
                self.parts.append(self._part(transcript, index))
                if shown:
                    ops.append(["part", self.offset + index, part.kind])
            if shown:
                ops += self.parts[index].draw(part, now_ms)
        return ops

    def _part(self, transcript: Transcript, index: int) -> LivePart:
        position, kind = self.offset + index, transcript.parts[index].kind
        if kind == "answer":
            carried = "" if any(part.kind == "answer" for part in self.parts) else self._carried
            self._joined = self._joined or bool(carried and kind in self.shows)
            return AnswerPart(position, carried)
        before = self._before_part(transcript, index)
        return (ThinkingPart if kind == "thinking" else ToolPart)(self._message_id, position, before)

    def _before_part(self, transcript: Transcript, index: int) -> Before:
        characters, steps, thought_ms = self._before
        for part in self.parts[:index]:
            if part.kind == "thinking" and part.characters:
                characters += part.characters + JOIN
            steps += part.count
        thought_ms += transcript.thought_ms_before(index)
        return Before(characters, steps, thought_ms)
