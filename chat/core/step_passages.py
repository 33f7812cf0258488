"""Reads text as passages: the places where a step may begin.

A passage begins with each line; in a line that makes its step too long, also with a sentence or, where
there is none, with a word or any character. It is given out when its head is known: its first sentence
or line, at most `LOOK` characters. Only that is held back. How the text is cut changes nothing, and the
work for a piece does not depend on what came before.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LOOK = 96
"""Characters of a passage that are known when it is decided on, at most."""
LONG = 1200
"""From here a step may end inside a line, before a sentence."""
_WORDS = 2800
"""From here any word will do,"""
_CHARACTERS = 3000
"""and from here any character."""
_SHORTEST_HEAD = 16
"""A stop before this does not end a head: `Wait. No, hold on.`"""
LOOK_BACK = 400
"""Characters before a passage that are known then."""
_STOP_LENGTH = 16
_AT_ONCE = 1024

_STOP = (
    r"(?:(?<=[^\s.][^\s.])(?<!\bvs)(?<!\b[MD]r)(?<!\betc)[.!?][\"”')\]*_]{0,4}(?=\s)"
    r"|[!?](?=[\u3400-\u9fff])|[。\uff01\uff1f][”』」)\uff09\"]{0,4}(?=[^”』」)\uff09\"]))"
)
_SENTENCE_END = re.compile(_STOP)
_SENTENCE = re.compile(_STOP + r"[ \t]{0,4}(?=\S)")
_WORD = re.compile(r"(?<=\s)(?=\S)")
CHARACTER_START = re.compile(
    r"(?<!\u200d)(?=[^\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\udc00-\udfff])"
)
_VISIBLE = re.compile(r"\S")
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")


class Passage(NamedTuple):
    """`breaks` line ends lie before it; inside a line, none. `before` is the text before it."""

    offset: int
    head: str
    ends_line: bool
    breaks: int
    indent: int
    before: str
    code: bool


class Passages:
    """Follows one text. `step` is where the open step began; whoever decides on passages sets it."""

    def __init__(self) -> None:
        self.read = 0
        self.step = 0
        self._base = 0
        self._tail = ""
        self._head: str | None = ""
        self._start = 0
        self._breaks = 2
        self._indent = 0
        self._before = ""
        self._fence = ""

    @property
    def settled(self) -> int:
        """Up to here every character is known to belong to the open step or one before."""
        return self._start if self._head else self.read

    def feed(self, text: str) -> Iterator[Passage]:
        """The passages that this piece of the text completes."""
        at = len(self._tail)
        self._base = self.read - at
        self.read += len(text)
        text = self._tail + text
        while at < len(text):
            if self._head is None:
                at = self._pass(text, at)
                continue
            if not self._head:
                at = self._skip(text, at)
            known = len(self._head)
            self._head += text[at : at + LOOK - known]
            end = self._head_end(known)
            at += (len(self._head) if end is None else end) - known
            if end is not None:
                yield self._passage(self._head, end)
        self._tail = text[-LOOK_BACK:]

    def interrupt(self) -> Passage | None:
        """The passage that waits, as it stands: something else comes, or nothing."""
        head = self._head
        passage = self._passage(head + "\n", len(head)) if head else None
        self._end_line(self._tail, len(self._tail), 2)
        self._tail = self._fence = ""
        return passage

    def _skip(self, text: str, at: int) -> int:
        """White space before a passage belongs to what came before it."""
        visible = _VISIBLE.search(text, at)
        end = visible.start() if visible else len(text)
        breaks = text.count("\n", at, end)
        if breaks:
            self._breaks += breaks
            self._indent = 0
            at = text.rfind("\n", at, end) + 1
        self._indent += end - at
        self._start = self._base + end
        return end

    def _head_end(self, known: int) -> int | None:
        head = self._head or ""
        stop = _SENTENCE_END.search(head, max(known - _STOP_LENGTH, _SHORTEST_HEAD))
        line = head.find("\n", known)
        if stop and (line < 0 or stop.end() <= line):
            return stop.end()
        if line >= 0:
            return line
        return LOOK if len(head) == LOOK else None

    def _passage(self, head: str, end: int) -> Passage:
        ends_line = head[end : end + 1] == "\n"
        head = head[:end]
        fence = _FENCE.match(head) if ends_line else None
        code = bool(self._fence or fence)
        if fence and not self._fence:
            self._fence = fence[1]
        elif fence and fence[1].startswith(self._fence) and not fence[2].strip():
            self._fence = ""
        self._head = None
        return Passage(self._start, head, ends_line, self._breaks, self._indent, self._before, code)

    def _pass(self, text: str, at: int) -> int:
        """Goes on in the line whose head was given out, to the next passage if there is one."""
        end = min(len(text), at + _AT_ONCE)
        line = text.find("\n", at, end)
        begins = None if self._fence else self._begins(text, at, end if line < 0 else line)
        if begins is not None:
            self._end_line(text, begins, 0)
            self._start = self._base + begins
            return begins
        if line < 0:
            return end
        self._end_line(text, line, 1)
        return line + 1

    def _end_line(self, text: str, end: int, breaks: int) -> None:
        self._before = text[max(end - LOOK_BACK, 0) : end]
        self._head, self._breaks, self._indent = "", breaks, 0

    def _begins(self, text: str, at: int, end: int) -> int | None:
        """Where in this part of a line a passage begins, if the step is long enough for that."""
        step = self.step - self._base
        first = max(at, step + LONG)
        if first >= end:
            return None
        sentences = _SENTENCE.finditer(text, max(first - _STOP_LENGTH, 0), end)
        found = [next((match.end() for match in sentences if match.end() >= first), end)]
        for start, pattern in ((step + _WORDS, _WORD), (step + _CHARACTERS, CHARACTER_START)):
            match = pattern.search(text, max(at, start), end) if start < end else None
            found.append(match.start() if match else end)
        return min(found) if min(found) < end else None
