"""Reasoning that the server types itself: thinking as it comes, but for tool calls leaked into it."""

from chat.core.leaked_calls import SECTION_BEGIN, LeakedCalls
from chat.core.markers import Markers
from chat.core.segments import Segments
from chat.core.tool_calls import ToolCalls

MARKERS = Markers((SECTION_BEGIN,))


class TypedReasoning:
    """Reads the reasoning of one stream. `rest` waits, since it may become a marker."""

    def __init__(self, out: Segments, calls: ToolCalls) -> None:
        self.rest = ""
        self._out = out
        self._calls = calls
        self._section: LeakedCalls | None = None

    def feed(self, text: str) -> None:
        """The next piece."""
        if self._section or self.rest or "<" in text:
            self._read(text, False)
        else:
            self._out.thinking(text)

    def settle(self) -> None:
        """Nothing can complete what waits."""
        if self.rest:
            self._read("", True)

    def close(self) -> None:
        """The stream ended."""
        self.settle()
        if self._section:
            self._section.close()

    def _read(self, text: str, final: bool) -> None:
        text, start, waits = self.rest + text, 0, False
        while not waits and start < len(text):
            if self._section:
                start, waits = self._section.step(text, start, final)
                if self._section.ended:
                    self._section = None
            else:
                start, waits = self._step(text, start, final)
        self.rest = text[start:]

    def _step(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        mark = MARKERS.search(text, start)
        end = mark.start() if mark else (len(text) if final else MARKERS.held_from(text, start))
        self._out.thinking(text[start:end])
        if mark is None:
            return end, True
        self._section = LeakedCalls(self._out, self._calls)
        return mark.end(), False
