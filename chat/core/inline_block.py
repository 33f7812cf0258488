"""The inside of an inline thinking block: everything up to its closing tag (rules R5, R6, R8).

The first closing tag of the family ends the block, for depth counting would let an unbalanced mention
swallow the answer. Only a tag that is directly wrapped in backticks is text. An opening tag that
repeats before any text counts once.
"""

from functools import cache

from chat.core import harmony, xtml
from chat.core.events import Began
from chat.core.leaked_calls import SECTION_BEGIN
from chat.core.markers import Markers
from chat.core.segments import Segments
from chat.core.tags import CLOSER_OF, OPENER_OF


@cache
def markers_inside(opener: str) -> Markers:
    """What may end or interrupt a block; `opener` is empty where the prompt opened it."""
    if opener:
        return Markers((opener, CLOSER_OF[opener], SECTION_BEGIN))
    return Markers((*CLOSER_OF, *OPENER_OF, SECTION_BEGIN, *harmony.STARTS, *xtml.EDGES))


class InlineBlock:
    """One block. `assumed`: nothing in the text proves it yet, it is expected of this model."""

    def __init__(self, out: Segments, opener: str = "") -> None:
        self.opener = opener
        self.interrupted_by = ""
        """The marker at which the last step stopped for somebody else to read on."""
        self._out = out
        self._markers = markers_inside(opener)
        self._after_backtick = False

    @property
    def assumed(self) -> bool:
        """Whether no opening tag was seen."""
        return not self.opener

    def plain(self, text: str) -> None:
        """Text without any marker in it."""
        self._out.thinking(text)
        self._after_backtick = text.endswith("`")

    def step(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        """How far the text was read, and whether the rest has to wait for more."""
        self.interrupted_by = ""
        found = self._markers.search(text, start)
        if found is None:
            end = self._end(text, start, final)
            self._text(text[start:end])
            return (len(text) if final else end), True
        self._text(text[start : found.start()])
        tag, end = found.group().lower(), found.end()
        if tag in CLOSER_OF:
            return self._repeated(tag, found.group(), end)
        if tag in OPENER_OF and self._after_backtick:
            if end == len(text) and not final:
                return found.start(), True
            if text[end : end + 1] == "`":
                self._text(found.group())
                return end, False
        self.interrupted_by = tag
        return (end if tag in OPENER_OF else found.start()), False

    def _end(self, text: str, start: int, final: bool) -> int:
        if final and self.assumed:
            return len(text)
        return self._markers.end_of_text(text, start, final)

    def _repeated(self, opener: str, spelled: str, end: int) -> tuple[int, bool]:
        if not self._out.fresh:
            self._text(spelled)
        elif self.assumed:
            self._out.event(Began(False))
            self.opener = opener
            self._markers = markers_inside(opener)
        return end, False

    def _text(self, text: str) -> None:
        if text:
            self.plain(text)
