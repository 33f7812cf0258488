"""Whether a browser was shown all of a reply, once, and whether all of it was saved."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

SPACE = re.compile(r"\s+")
SIDES = ("thinking", "answer")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "wbr"}


@dataclass
class Shown:
    """A part as a page holds it: its settled blocks or steps, and the open one, as HTML."""

    settled: str = ""
    open: str = ""


@dataclass
class Page:
    """Applies a socket's messages as the page's own script does. `faults` are frames out of order."""

    parts: dict[int, Shown] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    seq: int = 0
    faults: int = 0

    def take(self, message: str) -> None:
        frame = json.loads(message)
        if frame["type"] == "frame":
            self._frame(frame)
        elif frame["type"] in {"reply", "turn"}:
            self._whole(frame["html"])

    def text(self, side: str) -> str:
        """What a reader sees on one side, without white space."""
        shown = [self.parts[n] for n in sorted(self.parts) if self.kinds[n] == side]
        return bare(" ".join(part.settled + part.open for part in shown))

    def _frame(self, frame: dict[str, object]) -> None:
        seq = frame["seq"]
        assert isinstance(seq, int)
        if seq <= self.seq:
            return
        self.faults += seq != self.seq + 1
        self.seq = seq
        ops = frame["ops"]
        assert isinstance(ops, list)
        for op in ops:
            self._op(*op)

    def _op(self, name: str, *rest: object) -> None:
        if name == "part":
            position, kind = rest
            assert isinstance(position, int)
            self.parts[position], self.kinds[position] = Shown(), str(kind)
        elif name in {"settle", "open", "text"}:
            assert isinstance(rest[0], int)
            part, text = self.parts[rest[0]], str(rest[2] if name == "settle" else rest[-1])
            if name == "settle":
                settled = text if self.kinds[rest[0]] == "answer" else text_of_step(text)
                part.settled, part.open = part.settled + settled, ""
            else:
                part.open = text if name == "open" else part.open + escape(text)
        elif name == "replace":
            self._whole(str(rest[0]))

    def _whole(self, html: str) -> None:
        reading = _ReplyReader()
        reading.feed(html)
        self.parts, self.kinds, self.seq = reading.parts, reading.kinds, reading.seq


class _ReplyReader(HTMLParser):
    """Parts of a reply's HTML: text under `data-position`, inside `data-part`, `data-open` apart. Of a step
    only its text counts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[int, Shown] = {}
        self.kinds: dict[int, str] = {}
        self.seq = 0
        self._stack: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if "data-seq" in attributes:
            self.seq = int(attributes["data-seq"] or 0)
        if tag in VOID:
            return
        self._stack.append(attributes)
        if "data-position" in attributes:
            position = int(attributes["data-position"] or 0)
            side = self._nearest("data-part")
            self.parts[position], self.kinds[position] = Shown(), side or ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._stack:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        position = self._nearest("data-position")
        if position is not None and self._is_text():
            part = self.parts[int(position)]
            if any("data-open" in attributes for attributes in self._stack):
                part.open += escape(data)
            else:
                part.settled += escape(data)

    def _is_text(self) -> bool:
        return self._nearest("data-part") == "answer" or any(
            item.get("class") == "tx" for item in self._stack
        )

    def _nearest(self, name: str) -> str | None:
        return next((item[name] for item in reversed(self._stack) if name in item), None)


def text_of_step(section: str) -> str:
    """The HTML of a step without its number, title and time."""
    reading = _ReplyReader()
    reading.feed(f'<div data-part="thinking" data-position="0">{section}</div>')
    return reading.parts[0].settled


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def bare(html: str) -> str:
    """The text of HTML without any white space."""
    reading = _Text()
    reading.feed(html)
    reading.close()
    return SPACE.sub("", "".join(reading.text))


def marks(text: str) -> list[str]:
    """The upstream's marks in order: what proves that nothing is missing or twice."""
    return re.findall(r"at\d{16}us", text)


def faults_of(messages: list[str], sent: dict[str, str], saved: dict[str, str]) -> list[str]:
    """What is wrong with one reply, in words; nothing if all of it was shown once and saved."""
    page = Page()
    for message in messages:
        page.take(message)
    found = [f"{page.faults} gaps in the frames"] if page.faults else []
    for side in SIDES:
        if saved[side].strip() != sent[side].strip():
            found.append(f"the saved {side} differs")
        if marks(page.text(side)) != marks(sent[side]):
            found.append(f"the shown {side} differs")
    if page.text("thinking") != SPACE.sub("", sent["thinking"]):
        found.append("the shown thinking differs")
    return sorted(set(found))
