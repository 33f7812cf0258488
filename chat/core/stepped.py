"""The steps of one stretch of thinking on their way to a page: the open one is plain text that grows.

Where a step ends is known a little after the text has come. That text is shown at once, in the open
step, and goes over into the next one if that turns out to have begun: nothing waits to be read.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chat.core.markdown import Normaliser
from chat.core.steps import Step


class Begun(NamedTuple):
    """A step is open, and empty yet."""

    step: Step


class Named(NamedTuple):
    """The open step's kind and title are known now."""

    step: Step


class Grown(NamedTuple):
    """Plain text at the end of the open step."""

    text: str


class Closed(NamedTuple):
    """The open step is final, with this text. It ends at this offset; None for where the stretch ends."""

    text: str
    end: int | None


type StepOp = Begun | Named | Grown | Closed


class SteppedThinking:
    """Takes text together with the steps that a segmenter has found in all of it so far."""

    def __init__(self, *, is_first: bool = True) -> None:
        """`is_first`: no thinking came before in the same message."""
        self._unnamed = Step(0, "framing" if is_first else "working", "")
        self._open: Step | None = None
        self._count = 0
        self._text: list[str] = []
        self._start = 0
        self._shown = 0

    @property
    def open_text(self) -> str:
        """As much of the open step as has been shown."""
        return _plain("".join(self._text)[: self._shown - self._start])

    def feed(self, text: str, steps: Sequence[Step]) -> list[StepOp]:
        """What changed. The work does not grow with what is closed."""
        self._text.append(text)
        ops: list[StepOp] = []
        if not steps and self._open is None and text.strip():
            ops.append(self._begin(self._unnamed))
        elif steps and self._open is self._unnamed:
            self._open = steps[0]
            ops.append(Named(self._open))
        for step in steps[self._count :]:
            ops += [*self._close(step.offset), self._begin(step)]
        return [*ops, *self._grow()]

    def finish(self, steps: Sequence[Step]) -> list[StepOp]:
        """Closes the open step. `steps`: all there are; nothing may be fed afterwards."""
        return [*self.feed("", steps), *self._close(None)]

    def _begin(self, step: Step) -> Begun:
        self._open = step
        self._count += 1
        self._shown = max(self._start, step.offset)
        return Begun(step)

    def _close(self, end: int | None) -> list[StepOp]:
        whole = "".join(self._text)
        size = len(whole) if end is None else max(end - self._start, 0)
        text, rest = whole[:size], whole[size:]
        self._text, self._start = [rest], self._start + len(text)
        if self._open is None:
            return []
        self._open = None
        return [Closed(text, end)]

    def _grow(self) -> list[StepOp]:
        """White space at the end waits for what follows, which may begin another step."""
        if self._open is None:
            return []
        whole = "".join(self._text)
        self._text = [whole]
        end, shown = len(whole.rstrip()), self._shown - self._start
        if end <= shown:
            return []
        self._shown = self._start + end
        return [Grown(_plain(whole[shown:end]))]


def _plain(text: str) -> str:
    return Normaliser()(text)
