"""Server-sent events from bytes, by the rules of the HTML standard, forgiving where servers are not.

Cut anywhere, the bytes give the same events. Lines end at LF, CRLF or CR and nowhere else; a byte
order mark is skipped; comments, `id`, `retry` and unknown fields are ignored; data lines join with a
newline; events without data are none. Never raises. The work is linear in the bytes, however they
are cut.
"""

from typing import NamedTuple

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FIELDS = (b"data", b"event", b"id", b"retry")


class ServerSentEvent(NamedTuple):
    """`name` is empty unless an `event:` line gave one; `data` is never empty."""

    name: bytes
    data: bytes


class SseReader:
    """Feed it bytes as they come; close it when the body ends."""

    def __init__(self) -> None:
        self.recognised = False
        """Whether any line so far was a server-sent event's: a comment or a known field."""
        self._tail: list[bytes] = []
        self._first = True
        self._skip_newline = False
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that these bytes complete."""
        if self._skip_newline or b"\r" in chunk:
            chunk = self._with_newlines(chunk)
        lines = chunk.split(b"\n")
        if len(lines) == 1:
            self._tail.append(chunk)
            return []
        if self._tail:
            self._tail.append(lines[0])
            lines[0] = b"".join(self._tail)
            self._tail.clear()
        if rest := lines.pop():
            self._tail.append(rest)
        return self._events(lines)

    def close(self) -> list[ServerSentEvent]:
        """The event at the very end that no blank line completed, if there is one."""
        lines = [b"".join(self._tail), b""]
        self._tail.clear()
        return self._events(lines)

    def _with_newlines(self, chunk: bytes) -> bytes:
        if self._skip_newline and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._skip_newline = False
        if chunk.endswith(b"\r"):
            self._skip_newline = True
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _events(self, lines: list[bytes]) -> list[ServerSentEvent]:
        events = []
        if self._first:
            lines[0] = lines[0].removeprefix(BYTE_ORDER_MARK)
            self._first = False
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif line:
                self._field(line)
            elif self._data:
                data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
                self._data = []
                self.recognised = True
                if data:
                    events.append(ServerSentEvent(self._name, data))
                self._name = b""
            else:
                self._name = b""
        return events

    def _field(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(b"")
        elif field == b"event":
            self._name = value.removeprefix(b" ")
        if not field or field in FIELDS:
            self.recognised = True
