"""Traces that people cut into steps, and how the segmenter's cut compares with theirs."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from chat.core.steps import Segmenter, Step

TRACES = Path(__file__).parent.parent / "fixtures" / "steps"
TUNING = TRACES / "tuning"
HELD_OUT = TRACES / "held-out"
_MARK = re.compile(r"⟦(\w+)(?: ([^⟧]*))?⟧")


class Trace(NamedTuple):
    """`marks`: the kind of each step by its offset; `tools`: the tool called and returned at an offset."""

    name: str
    text: str
    marks: dict[int, str]
    tools: dict[int, str]


class Counts(NamedTuple):
    """Boundaries found, invented and missed, and of those found, how many have the right kind."""

    found: int = 0
    invented: int = 0
    missed: int = 0
    right_kind: int = 0

    def __add__(self, other: tuple[int, ...]) -> "Counts":  # type: ignore[override]
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.invented)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.found / (2 * self.found + self.invented + self.missed)

    @property
    def kinds(self) -> float:
        return self.right_kind / self.found

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, F1 {self.f1:.3f}; "
            f"kind right in {self.kinds:.3f} of {self.found}"
        )


def parse(name: str, marked: str) -> Trace:
    """A trace without its marks, and the marks."""
    pieces, marks, tools, at, length = [], {}, {}, 0, 0
    for mark in _MARK.finditer(marked):
        pieces.append(marked[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if mark[1] == "tool":
            tools[length] = mark[2]
        else:
            marks[length] = "end" if mark[1] == "conclusion" else mark[1]
    return Trace(name, "".join([*pieces, marked[at:]]), marks, tools)


def load_all(folder: Path) -> list[Trace]:
    return [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]


def steps_of(trace: Trace, segmenter: Segmenter) -> list[Step]:
    """The segmenter's steps, with the trace's tools called and returned where they were."""
    at = 0
    for offset, name in trace.tools.items():
        segmenter.feed(trace.text[at:offset])
        segmenter.tool_call(name)
        segmenter.tool_return()
        at = offset
    segmenter.feed(trace.text[at:])
    segmenter.close()
    return segmenter.steps


def compare(trace: Trace, steps: Sequence[Step]) -> Counts:
    """Counts boundaries inside the text: the start and returning tools are not found but given.

    A boundary is right at the offset of the mark, or in the white space right before it.
    """
    given = {0, *trace.tools}
    cut = {_visible(trace.text, step.offset): step.kind for step in steps if step.offset not in given}
    marked = {
        _visible(trace.text, offset): kind for offset, kind in trace.marks.items() if offset not in given
    }
    found = cut.keys() & marked.keys()
    right = sum(cut[offset] == marked[offset] for offset in found)
    return Counts(len(found), len(cut) - len(found), len(marked) - len(found), right)


def _visible(text: str, offset: int) -> int:
    return len(text) - len(text[offset:].lstrip())
