"""Tool calls that a server leaves in the text, between the model's own section tokens (rule R13).

The section is cut from the visible text. Its calls are recovered as data; whether one may run is
not decided here.
"""

from chat.core.markers import Markers
from chat.core.segments import Segments
from chat.core.tool_calls import ToolCalls

SECTION_BEGIN = "<|tool_calls_section_begin|>"
SECTION_END = "<|tool_calls_section_end|>"
CALL_BEGIN = "<|tool_call_begin|>"
ARGUMENTS_BEGIN = "<|tool_call_argument_begin|>"
CALL_END = "<|tool_call_end|>"
MARKERS = Markers((SECTION_END, CALL_BEGIN, ARGUMENTS_BEGIN, CALL_END))


class LeakedCalls:
    """Reads one section; `step` is called while the text is inside it."""

    def __init__(self, out: Segments, calls: ToolCalls) -> None:
        self.ended = False
        """Whether the section ended with the last step."""
        self._out = out
        self._calls = calls
        self._id: list[str] | None = None
        self._arguments: list[str] | None = None

    def step(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        """How far the text was read, and whether the rest has to wait for more."""
        self.ended = False
        marker = MARKERS.search(text, start)
        end = marker.start() if marker else (len(text) if final else MARKERS.held_from(text, start))
        if not self._text(text[start:end]):
            self.ended = True
            return end - len(text[start:end].lstrip()), False
        if marker is None:
            return end, True
        self._marker(marker.group().lower())
        return marker.end(), False

    def close(self) -> None:
        """The stream ended inside the section: a call that was cut stays as far as it came."""
        self._end_call()

    def _text(self, text: str) -> bool:
        """False where the text belongs to no call: the section is over without saying so."""
        if self._arguments is not None:
            self._arguments.append(text)
        elif self._id is not None:
            self._id.append(text)
        else:
            return not text.strip()
        return True

    def _marker(self, marker: str) -> None:
        if marker == ARGUMENTS_BEGIN:
            self._arguments = []
            return
        self._end_call()
        if marker == CALL_BEGIN:
            self._id = []
        self.ended = marker == SECTION_END

    def _end_call(self) -> None:
        if self._id is not None:
            id = "".join(self._id).strip()
            called = id.removeprefix("functions.")
            name = called.rpartition(":")[0] or called
            arguments = "".join(self._arguments or ()).strip()
            self._out.tool_call(self._calls.whole(id, name, arguments))
        self._id = self._arguments = None
