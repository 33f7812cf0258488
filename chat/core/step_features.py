"""What speaks for or against a new step at a passage.

Every feature is a plain statement that holds or does not; its name says which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.core.step_cues import StepKind, is_verdict
from chat.core.step_passages import Passage
from chat.core.step_readings import Reading

_LENGTHS = (60, 120, 200, 300, 450, 650, 900, 1200, 1600, 2000)
_SHORT = 70
_LONGEST_QUOTE = 1500
_QUOTES = '"”」』'
_AFTER_ENDING = " \t\n*_`)]\uff09" + _QUOTES
_ENDINGS = {
    **dict.fromkeys(":\uff1a", "a colon"),
    **dict.fromkeys("?\uff1f", "a question"),
    **dict.fromkeys(",\uff0c", "a comma"),
    **dict.fromkeys(".!。\uff01✓…", "a stop"),
}
_SHORT_SENTENCE = re.compile(
    r"(?:\A|[.!?:。\uff01\uff1f\uff1a\n])\s*([^.!?:。\uff01\uff1f\uff1a\n]{1,28}[.!。\uff01✓]+)\Z"
)
_FIRST_WORD = re.compile(r"[\u3400-\u9fff]{2}|[^\W\d_\u3400-\u9fff]+")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{4,}|(?=([\u3400-\u9fff]{2}))")
_STEM = 5


@dataclass(slots=True)
class Context:
    """What came before a passage, as far as features ask for it. Offsets are where things began."""

    kind: StepKind | None = None
    step: int = 0
    step_shape: str = ""
    paragraphs: int = 0
    paragraph: int = 0
    verdict: bool = False
    shape: str = ""
    has_blank_lines: bool = False
    quote: int | None = None
    number_began: bool | None = None
    """Whether the last numbered item began a step, if this step has any."""

    def begin(self, reading: Reading, kind: StepKind) -> None:
        """A step begins with the passage."""
        self.kind, self.step, self.step_shape = kind, reading.passage.offset, reading.shape
        self.paragraphs, self.number_began = 0, None

    def pass_by(self, reading: Reading, began: bool) -> None:
        """The passage has been decided on."""
        offset = reading.passage.offset
        if reading.place == "paragraph" and offset > 0:
            self.has_blank_lines = True
        if reading.place == "paragraph" or began or not self.has_blank_lines:
            self.paragraph, self.verdict = offset, "verdict" in reading.cues
            self.paragraphs += 1
        if reading.shape == "number":
            self.number_began = began
        self.quote = self._quote(reading)
        self.shape = reading.shape

    def quotes_at(self, passage: Passage) -> bool:
        """Whether a paragraph that began with a quotation mark is still open."""
        return (
            self.quote is not None
            and passage.offset - self.quote < _LONGEST_QUOTE
            and passage.before.rstrip()[-1:] not in _QUOTES
        )

    def _quote(self, reading: Reading) -> int | None:
        head = reading.passage.head
        if self.quotes_at(reading.passage):
            return self.quote
        opens = reading.shape == "quoted" and sum(map(head.count, _QUOTES)) != (2 if head[0] == '"' else 1)
        return reading.passage.offset if opens and reading.place == "paragraph" else None


def features(reading: Reading, context: Context) -> Iterator[str]:
    """The statements that hold of a passage."""
    yield from _first_words(reading, context)
    yield from _look(reading.passage)
    yield from _step_so_far(reading.passage, context)
    yield from _text_before(reading.passage)
    yield from _series(reading, context)


def _first_words(reading: Reading, context: Context) -> Iterator[str]:
    place: str = reading.place
    if place == "line" and not context.has_blank_lines:
        place = "line without blank lines before"
    yield place
    yield f"looks like {reading.shape}"
    yield f"{place}, looks like {reading.shape}"
    for cue in reading.cues or ["nothing known"]:
        yield f"says {cue}"
        if place != "paragraph":
            yield f"{place}, says {cue}"
    first = _FIRST_WORD.match(reading.passage.head)
    if first:
        yield f"begins with {first[0].lower()}"


def _look(passage: Passage) -> Iterator[str]:
    head = passage.head
    if passage.indent:
        yield "indented"
    if head[0].islower():
        yield "lower case"
    if passage.ends_line:
        yield "short line" if len(head) < _SHORT else "line"
    if head[-1] in ":\uff1a":
        yield "announces"
    if head[-1] in "?\uff1f":
        yield "asks"


def _step_so_far(passage: Passage, context: Context) -> Iterator[str]:
    length = passage.offset - context.step
    yield f"in {context.kind}"
    for least in _LENGTHS:
        if length >= least:
            yield f"step has {least} characters"
    if context.paragraphs <= 1:
        yield "second paragraph"
        yield f"second paragraph of {context.kind}"
    elif length < 100 * context.paragraphs:
        yield "among short paragraphs"
    if passage.offset - context.paragraph < _SHORT:
        yield "after a short paragraph"
        if context.verdict:
            yield "after a paragraph of verdict"
    if context.quotes_at(passage):
        yield "in a quotation"


def _text_before(passage: Passage) -> Iterator[str]:
    before = passage.before.rstrip()
    yield f"after {_ENDINGS.get(before.rstrip(_AFTER_ENDING)[-1:], 'no stop')}"
    sentence = _SHORT_SENTENCE.search(before)
    if sentence:
        yield "after a short sentence"
        if is_verdict(sentence[1]):
            yield "after a verdict"
    words = _words(passage.head)
    if len(words) > 1:
        shared = len(words & _words(before)) / len(words)
        if not shared:
            yield "shares no words"
        if shared > 1 / 4:
            yield "shares a quarter of its words"
        if shared > 1 / 2:
            yield "shares half of its words"


def _series(reading: Reading, context: Context) -> Iterator[str]:
    yield f"after {context.shape}"
    if reading.shape == context.step_shape != "words":
        yield "looks like the step's beginning"
    if reading.shape == context.shape != "words":
        yield "looks like the passage before"
    if reading.shape == "number" and context.number_began is not None:
        yield "number after one that " + ("began a step" if context.number_began else "did not")


def _words(text: str) -> set[str]:
    return {(match[0] or match[1]).lower()[:_STEM] for match in _WORD.finditer(text)}
