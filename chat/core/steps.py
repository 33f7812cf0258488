"""Cuts thinking into steps while it arrives: each with an address, a kind and a title.

A step's address is the offset of its first character in the thinking text, so it stays good however
the text is cut later. The list of steps only grows, and nothing in it changes: a step is opened when its
first sentence is known, at most `LOOK` characters late, and ends where the next one begins.

A step begins at the start, after a tool was called or has returned, at a heading, where the open step has
grown too long, and where the score of a passage says so (`step_scores`). Never inside a code block, unless
that alone is too long, nor right below a heading. How the text is cut into pieces changes nothing, and the
cost of a piece does not depend on what came before.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from chat.core.step_cues import StepKind, kind_of
from chat.core.step_features import Context, features
from chat.core.step_passages import Passages
from chat.core.step_readings import Reading, read
from chat.core.step_scores import score
from chat.core.step_titles import shorten, title_of

SEGMENTER = 1
"""The version of the rules, table and weights."""
LIMIT = 2400
"""A step that has so many characters ends at the next sentence,"""
CODE_LIMIT = 4800
"""or, inside a code block, at the next line from here."""

type Judge = Callable[[Reading, Iterable[str]], bool]


class Step(NamedTuple):
    """One step. It reaches to the offset of the next one."""

    offset: int
    kind: StepKind
    title: str


def by_score(_: Reading, found: Iterable[str]) -> bool:
    """Whether a step begins at a passage of which these features hold."""
    return score(found) > 0


class Segmenter:
    """One per thinking text. `judge` decides where no rule does. `is_first`: no thinking came before, so the
    first step may frame the task.
    """

    def __init__(self, judge: Judge = by_score, *, is_first: bool = True) -> None:
        self.steps: list[Step] = []
        self._judge = judge
        self._passages = Passages()
        self._context = Context()
        self._due = True
        self._is_first = is_first

    @property
    def settled(self) -> int:
        """Up to here every character is known to belong to the last step or one before it."""
        return self._passages.settled

    def feed(self, text: str) -> None:
        """The next piece of the text."""
        for passage in self._passages.feed(text):
            self._consider(read(passage))

    def tool_call(self, name: str) -> None:
        """A tool is called here: a step without text of its own, unless white space follows."""
        self.tool_return()
        self._append(self._passages.read, "tool", shorten(" ".join(name.split())) or "Tool")

    def tool_return(self) -> None:
        """A tool has returned here, so that what follows is a new step."""
        self.close()
        self._due = True

    def close(self) -> None:
        """The text has ended, or something else comes: what was held back is decided as it stands."""
        passage = self._passages.interrupt()
        if passage:
            self._consider(read(passage))

    def _consider(self, reading: Reading) -> None:
        began = self._begins(reading)
        if began:
            self._begin(reading)
        self._context.pass_by(reading, began)

    def _begins(self, reading: Reading) -> bool:
        length = reading.passage.offset - self._context.step
        if self._due or length >= (CODE_LIMIT if reading.shape == "code" else LIMIT):
            return True
        if reading.shape == "code" or self._context.shape == "heading":
            return False
        return reading.shape == "heading" or self._judge(reading, features(reading, self._context))

    def _begin(self, reading: Reading) -> None:
        offset, head = reading.passage.offset, reading.passage.head
        kind = kind_of(reading.cues, self._is_first and not self.steps)
        self._append(offset, kind, title_of(head, kind.capitalize()))
        self._context.begin(reading, kind)
        self._passages.step = offset
        self._due = False

    def _append(self, offset: int, kind: StepKind, title: str) -> None:
        """The first step has everything before it too."""
        self.steps.append(Step(offset if self.steps else 0, kind, title))


def cut(text: str, *, is_first: bool = True) -> list[Step]:
    """The steps of a whole text in which no tool was called."""
    segmenter = Segmenter(is_first=is_first)
    segmenter.feed(text)
    segmenter.close()
    return segmenter.steps


def step_at(steps: Sequence[Step], offset: int) -> int | None:
    """Index of the step that holds the character at an offset; None where there are no steps."""
    return max(bisect_right(steps, offset, key=attrgetter("offset")) - 1, 0) if steps else None
