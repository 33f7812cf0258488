"""The steps of a running reply: a stretch of thinking has several, a tool call is one."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import NamedTuple

from chat.core.stepped import Begun, Closed, Grown, Named, StepOp, SteppedThinking
from chat.core.steps import Step
from chat.core.tokens import estimate
from chat.core.transcript import TranscriptPart
from chat.rendering.frame_op import FrameOp
from chat.rendering.reply import DrawnSteps
from chat.rendering.steps import StepHtml, StepView, step_html, text_body, tool_body


class Before(NamedTuple):
    """What a part finds before it in its message."""

    characters: int = 0
    """Of raw thinking, with the blank line between its parts."""
    steps: int = 0
    thought_ms: int = 0


NOTHING = Before()


class StepsPart:
    """Steps that begin, grow and close."""

    stale = False

    def __init__(self, message_id: uuid.UUID, position: int, before: Before) -> None:
        self.position = position
        self.before = before
        self._message_id = message_id
        self._closed: list[StepHtml] = []
        self._open: StepView | None = None
        self._most_tokens = self._most_ms = 0
        self._finished = False
        self._fed = 0

    @property
    def count(self) -> int:
        """Steps so far."""
        return len(self._closed) + (self._open is not None)

    def drawn(self) -> DrawnSteps:
        steps = [*self._closed]
        if self._open is not None:
            steps.append(step_html(replace(self._open, body=self._open_html())))
        most = self._most_tokens, self._most_ms
        return DrawnSteps(self.position, self.kind, steps, len(self._closed), *most)

    def _new_text(self, part: TranscriptPart) -> str:
        text = "".join(part.pieces[self._fed :])
        self._fed = len(part.pieces)
        return text

    def _begin(self, step: Step, began_ms: int) -> FrameOp:
        self._open = StepView(
            self._message_id,
            self.position,
            self.before.characters + step.offset,
            self.before.steps + len(self._closed) + 1,
            step.kind,
            step.title,
            began_ms,
        )
        return ["step", self.position, len(self._closed), *step_html(self._open)]

    def _name(self, step: Step) -> FrameOp:
        assert self._open is not None
        self._open = replace(self._open, kind=step.kind, title=step.title)
        return ["name", self.position, len(self._closed), *step_html(self._open)]

    def _close(self, text: str, ended_ms: int) -> FrameOp:
        assert self._open is not None
        body = self._body(self._open, text)
        ms, tokens = max(ended_ms - self._open.began_ms, 0), estimate(text)
        self._closed.append(step_html(replace(self._open, ms=ms, tokens=tokens, body=body)))
        self._most_tokens, self._most_ms = max(self._most_tokens, tokens), max(self._most_ms, ms)
        self._open = None
        return ["settle", self.position, len(self._closed) - 1, *self._closed[-1]]

    def _thought_ms(self, part: TranscriptPart, ms: int) -> int:
        """How long the message had been thought about at a moment of this part, since the run began."""
        return self.before.thought_ms + (max(ms - part.pace[0][0], 0) if part.pace else 0)

    @property
    def kind(self) -> str:
        raise NotImplementedError

    def _open_html(self) -> str:
        raise NotImplementedError

    def _body(self, step: StepView, text: str) -> str:
        """The HTML of a step that has closed."""
        raise NotImplementedError


class ThinkingPart(StepsPart):
    kind = "thinking"

    def __init__(self, message_id: uuid.UUID, position: int, before: Before) -> None:
        super().__init__(message_id, position, before)
        self.characters = 0
        self._stepped = SteppedThinking(is_first=not before.steps)

    def draw(self, part: TranscriptPart, now_ms: float) -> list[FrameOp]:
        text = self._new_text(part)
        self.characters += len(text)
        return self._frames(self._stepped.feed(text, part.segmenter.steps), part)

    def finish(self, part: TranscriptPart, end_ms: int) -> list[FrameOp]:
        """`end_ms`: when something else came, since the run began."""
        if self._finished:
            return []
        self._finished = True
        part.segmenter.close()
        return self._frames(self._stepped.finish(part.segmenter.steps), part, end_ms)

    def _open_html(self) -> str:
        return escape(self._stepped.open_text, quote=False)

    def _body(self, step: StepView, text: str) -> str:
        return text_body(step.kind, text)

    def _frames(self, ops: Iterable[StepOp], part: TranscriptPart, end_ms: int = 0) -> list[FrameOp]:
        return [self._frame(op, part, end_ms) for op in ops]

    def _frame(self, op: StepOp, part: TranscriptPart, end_ms: int) -> FrameOp:
        match op:
            case Begun(step):
                return self._begin(step, self._thought_ms(part, self._arrived(part, step.offset)))
            case Named(step):
                return self._name(step)
            case Grown(text):
                return ["text", self.position, text]
            case Closed(text, end):
                ended = end_ms if end is None else self._arrived(part, end)
                return self._close(text, self._thought_ms(part, ended))

    def _arrived(self, part: TranscriptPart, offset: int) -> int:
        """When this character came, which was not long ago."""
        before = self.characters
        for ms, count in reversed(part.pace):
            before -= count
            if before <= offset:
                return ms
        return 0


class ToolPart(StepsPart):
    """A call of a tool, with what it was called with."""

    kind = "tool_call"
    characters = 0

    def __init__(self, message_id: uuid.UUID, position: int, before: Before) -> None:
        super().__init__(message_id, position, before)
        self._text = ""

    def draw(self, part: TranscriptPart, now_ms: float) -> list[FrameOp]:
        if self._finished:
            return []
        frames: list[FrameOp] = []
        if self._open is None:
            frames.append(self._begin(Step(0, "tool", part.name), self.before.thought_ms))
        elif self._open.title != part.name:
            frames.append(self._name(Step(0, "tool", part.name)))
        if text := self._new_text(part):
            self._text += text
            frames.append(["text", self.position, text])
        return frames

    def finish(self, part: TranscriptPart, end_ms: int) -> list[FrameOp]:
        if self._finished or self._open is None:
            return []
        frames = self.draw(part, 0)
        self._finished = True
        return [*frames, self._close(self._text, self._thought_ms(part, end_ms))]

    def _open_html(self) -> str:
        return escape(self._text, quote=False)

    def _body(self, step: StepView, text: str) -> str:
        return tool_body(step.title, text)
