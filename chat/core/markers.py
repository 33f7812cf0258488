"""Finds markers in text that arrives in pieces, and the suffix that may still become one."""

import re
from collections.abc import Iterable


class Markers:
    """A set of literal markers; ASCII letters match in either case."""

    def __init__(self, markers: Iterable[str]) -> None:
        spelled = sorted({marker.lower() for marker in markers}, key=len, reverse=True)
        self.search = re.compile("|".join(map(re.escape, spelled)), re.IGNORECASE | re.ASCII).search
        self._prefixes = frozenset(marker[:size] for marker in spelled for size in range(1, len(marker)))
        self._first = re.compile("[" + "".join(re.escape(first) for first in {m[0] for m in spelled}) + "]")
        self._longest = len(spelled[0]) - 1

    def held_from(self, text: str, start: int) -> int:
        """Where the suffix begins that may still become a marker; the end of the text if none may."""
        begin = max(start, len(text) - self._longest)
        while first := self._first.search(text, begin):
            begin = first.start()
            if text[begin:].lower() in self._prefixes:
                return begin
            begin += 1
        return len(text)

    def end_of_text(self, text: str, start: int, final: bool) -> int:
        """Where the text ends for certain: before a suffix that may become a marker.

        At the end of the stream such a suffix is a marker that was cut off, unless it is a single
        character, which is text.
        """
        end = self.held_from(text, start)
        return len(text) if final and len(text) - end == 1 else end
