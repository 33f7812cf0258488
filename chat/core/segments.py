"""Where separated text goes: pieces become events, with white space as the viewer wants it.

Every thinking segment is stripped, and an empty one vanishes. The answer loses leading white space
only where thinking, even empty, came before it; everything else is exact. White space that may yet
have to go is held back, and pieces of one feed join into one event.
"""

from chat.core.events import Answer, Event, Kind, Reclassified, Thinking

PARAGRAPH = "\n\n"


class Segments:
    """Collects events. `thinking` and `answer` switch sides by themselves; `begin` forces a new segment."""

    def __init__(self) -> None:
        self.side: Kind = "answer"
        self.fresh = True
        """Whether nothing but white space came in the segment."""
        self.reasoned = False
        """Whether any thinking came, even an empty block of it."""
        self.trims = False
        """Whether the answer's trailing white space is held back (inside a wrapper)."""
        self._last: Kind | None = None
        self._join = ""
        self._blank: list[str] = []
        self._kind: Kind = "answer"
        self._pieces: list[str] = []
        self._events: list[Event] = []

    @property
    def awaits_answer(self) -> bool:
        """Whether only white space came since the last boundary, or since the start."""
        return self.fresh or self.side == "thinking"

    def begin(self, side: Kind, join: str = "") -> None:
        """Start a segment; `join` goes before its first visible text."""
        self._blank.clear()
        self.side = side
        self.fresh = True
        self.reasoned = True
        self._join = join

    def thinking(self, text: str) -> None:
        """Text of the thinking segment, new or open."""
        if self.side != "thinking":
            self.begin("thinking")
        if self.fresh:
            text = text.lstrip()
            if not text:
                return
            self.fresh = False
            if self._last == "thinking":
                text = PARAGRAPH + text
        self._trimmed("thinking", text)

    def answer(self, text: str) -> None:
        """Text of the answer, new or open."""
        if self.side != "answer":
            if text.isspace():
                return
            self.begin("answer")
        if self.fresh:
            text = self._first_of_answer(text)
        if self.trims:
            self._trimmed("answer", text)
        elif text:
            self._put("answer", text)

    def event(self, event: Event) -> None:
        """An event between texts: what follows is a new part."""
        self._flush()
        self._events.append(event)

    def tool_call(self, event: Event) -> None:
        """A tool call ends the thinking segment before it."""
        self.event(event)
        self._last = None
        if self.side == "thinking":
            self._blank.clear()
            self.fresh = True

    def reclassify(self, kind: Kind, *, by_tag: bool = True) -> None:
        """What came since the last boundary is `kind`; an answer begins."""
        self._release()
        self.event(Reclassified(kind, by_tag))
        self._last = kind
        self.begin("answer")

    def held(self) -> str:
        """White space that would still come out if the stream ended now."""
        return "".join(self._blank) if self.side == "answer" and not self.reasoned else ""

    def close(self) -> None:
        """Nothing more comes."""
        if self.held():
            self._release()

    def take(self) -> list[Event]:
        """The events since the last time."""
        self._flush()
        events, self._events = self._events, []
        return events

    def _first_of_answer(self, text: str) -> str:
        if self.reasoned:
            text = text.lstrip()
        elif text.isspace():
            self._blank.append(text)
            return ""
        if text:
            self.fresh = False
            text = "".join((self._join, *self._blank, text))
            self._blank.clear()
        return text

    def _trimmed(self, kind: Kind, text: str) -> None:
        visible = text.rstrip()
        if visible:
            self._release()
            self._put(kind, visible)
        if len(visible) != len(text):
            self._blank.append(text[len(visible) :])

    def _release(self) -> None:
        if self._blank:
            self._put(self.side, "".join(self._blank))
            self._blank.clear()

    def _put(self, kind: Kind, text: str) -> None:
        if kind != self._kind:
            self._flush()
            self._kind = kind
        self._pieces.append(text)
        self._last = kind

    def _flush(self) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            self._events.append(Thinking(text) if self._kind == "thinking" else Answer(text))
            self._pieces.clear()
