"""Messages in channels, as open-weight models write them where no server reads them (rule R10).

`<|start|>assistant<|channel|>NAME<|message|>TEXT<|end|>`: what is on `analysis` is thinking; `final`
and a `commentary` to nobody are the answer; a `commentary` to somebody is a tool call. Several answer
messages join with a blank line.
"""

import re

from chat.core.events import ToolCallDelta
from chat.core.markers import Markers
from chat.core.segments import PARAGRAPH, Segments
from chat.core.tool_calls import ToolCalls

STARTS = ("<|channel|>", "<|start|>")
MESSAGE = "<|message|>"
BETWEEN = Markers((*STARTS, MESSAGE))
BODY = Markers((*STARTS, "<|end|>", "<|return|>", "<|call|>"))
CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)", re.IGNORECASE)
RECIPIENT = re.compile(r"\bto=([^\s<]+)")
LONGEST_HEADER = 400


class Harmony:
    """Reads a message from its first channel marker to its end."""

    def __init__(self, out: Segments, calls: ToolCalls) -> None:
        self._out = out
        self._calls = calls
        self._reads = self._header
        self._kind = ""
        self._answered = False
        self._recipient = ""
        self._arguments: list[str] = []

    @property
    def thinks(self) -> bool:
        """Whether a thinking message is open."""
        return self._kind == "analysis"

    def step(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        """How far the text was read, and whether the rest has to wait for more."""
        return self._reads(text, start, final)

    def close(self) -> None:
        """The stream ended: a tool call that was cut stays as far as it came."""
        self._end_message(keep_kind=True)

    def _header(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        end = text.find(MESSAGE, start, start + LONGEST_HEADER)
        if end < 0 and len(text) - start >= LONGEST_HEADER:
            self._open("final", "")
            self._text(text[start])
            return start + 1, False
        if end < 0:
            return (len(text) if final else start), True
        header = text[start:end]
        channel = CHANNEL.search(header)
        recipient = RECIPIENT.search(header)
        self._open(channel[1].lower() if channel else "final", recipient[1] if recipient else "")
        return end + len(MESSAGE), False

    def _open(self, channel: str, recipient: str) -> None:
        self._reads = self._body
        if recipient:
            self._kind, self._recipient = "call", recipient.removeprefix("functions.")
        elif channel == "analysis":
            self._kind = "analysis"
            self._out.begin("thinking")
        else:
            self._kind = "answer"
            self._out.begin("answer", PARAGRAPH if self._answered else "")
            self._answered = True

    def _body(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        marker = BODY.search(text, start)
        end = marker.start() if marker else BODY.end_of_text(text, start, final)
        self._text(text[start:end])
        if marker is None:
            return (len(text) if final else end), True
        self._end_message()
        if marker.group().lower() in STARTS:
            self._reads = self._header
            return marker.start(), False
        self._reads = self._between
        return marker.end(), False

    def _between(self, text: str, start: int, final: bool) -> tuple[int, bool]:
        marker = BETWEEN.search(text, start)
        end = marker.start() if marker else BETWEEN.held_from(text, start)
        if text[start:end].strip():
            self._open("final", "")
            return start, False
        if marker is None:
            return (len(text) if final else end), True
        self._reads = self._header
        return marker.start(), False

    def _text(self, text: str) -> None:
        if self._kind == "analysis":
            self._out.thinking(text)
        elif self._kind == "call":
            self._arguments.append(text)
        elif text:
            self._out.answer(text)

    def _end_message(self, keep_kind: bool = False) -> None:
        if self._kind == "call":
            arguments = "".join(self._arguments).strip()
            self._arguments = []
            delta: ToolCallDelta = self._calls.whole("", self._recipient, arguments)
            self._out.tool_call(delta)
        if not keep_kind:
            self._kind = ""
