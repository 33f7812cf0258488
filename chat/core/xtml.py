"""Sections between `<|open|>NAME<|sep|>` and `<|close|>NAME<|sep|>` (rule R10).

`think` is thinking, everything else is answer. Detokenised markers may carry blanks inside. A marker
that the end cuts off is dropped.
"""

import re
from typing import Literal

from chat.core.markers import Markers
from chat.core.segments import PARAGRAPH, Segments

EDGES = ("<|open|>", "<|close|>")
NAMES = ("think", "response", "message")
MARKER = re.compile(r"<\|(open|close)\|>\s{0,8}([A-Za-z_]{1,32})\s{0,8}<\|sep\|>", re.ASCII | re.IGNORECASE)
UNFINISHED = re.compile(
    r"<\|(?:open|close)\|>\s{0,8}(?:[A-Za-z_]{1,32}\s{0,8})?(?:<(?:\|(?:s(?:e(?:p\|?)?)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
FIND = Markers(EDGES)


def read(text: str, start: int) -> re.Match[str] | Literal["unfinished"] | None:
    """The marker that begins at `start`, `"unfinished"` where more text may complete it, or None."""
    marker = MARKER.match(text, start)
    if marker:
        return marker
    return "unfinished" if UNFINISHED.fullmatch(text, start) else None


def ends_thinking(marker: re.Match[str]) -> bool:
    """Whether it closes a thinking section."""
    return (marker[1].lower(), marker[2].lower()) == ("close", "think")


class Xtml:
    """Reads a message from its first section marker to its end."""

    def __init__(self, out: Segments) -> None:
        self._out = out
        self._answered = False
        self.thinks = False
        """Whether the thinking section is open."""

    def marker(self, marker: re.Match[str]) -> None:
        """Enter or leave a section."""
        edge, name = marker[1].lower(), marker[2].lower()
        if edge == "open" and name == "think":
            self.thinks = True
            self._out.begin("thinking")
        elif self.thinks or edge == "open":
            self.thinks = False
            self._out.begin("answer", PARAGRAPH if self._answered else "")

    def step(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        """How far the text was read, and whether the rest has to wait for more."""
        edge = FIND.search(text, start)
        end = edge.start() if edge else FIND.end_of_text(text, start, final)
        self._text(text[start:end])
        if edge is None:
            return (len(text) if final else end), True
        marker = read(text, end)
        if marker is None:
            self._text(edge.group())
            return edge.end(), False
        if marker == "unfinished":
            return (len(text) if final else end), True
        self.marker(marker)
        return marker.end(), False

    def close(self) -> None:
        """Nothing is kept back that could still count."""

    def _text(self, text: str) -> None:
        if self.thinks:
            self._out.thinking(text)
        elif text:
            self._out.answer(text)
            self._answered = self._answered or not text.isspace()
