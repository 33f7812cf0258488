"""Thinking as it streams: plain text while a paragraph is open, Markdown once it has closed.

A paragraph ends at a blank line, except within fenced code. Each renders by itself, so nothing in a trace
reaches back or forward, however long it grows. Code stays without colour.
"""

import re
from html import escape

from chat.core.block_ops import Op, Settle, Text
from chat.core.markdown import THINKING, Normaliser, parse, render
from chat.core.step_cues import turning_words

_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*\Z)|~{3,})")
_PIECE = re.compile(r"[^\n]*\n|[^\n]+")
_BLANK = " \t\n"
_FIRST_WORDS = re.compile(r"(?:\s*<(?:p|[ou]l|li|blockquote|h[1-6]|strong|em)\b[^>]*>)*([^<]*)")


class ThinkingBlocks:
    """The paragraphs of one stretch of thinking. The same interface as `AnswerBlocks`."""

    stale = False
    """No definition joins one paragraph to another, so what settled is always right."""

    def __init__(self) -> None:
        self.settled: list[str] = []
        self._normalise = Normaliser()
        self._unread: list[str] = []
        self._paragraph: list[str] = []
        self._line: list[str] = []
        self._closing_fence: re.Pattern[str] | None = None

    @property
    def open_html(self) -> str:
        return escape("".join(self._paragraph), quote=False)

    def feed(self, text: str) -> None:
        self._unread.append(self._normalise(text))

    def render(self, now_ms: float) -> list[Op]:
        """What changed since the last call, whatever the time: nothing here needs to wait."""
        text = "".join(self._unread)
        self._unread.clear()
        ops: list[Op] = []
        shown: list[str] = []
        for piece in _PIECE.findall(text):
            shown += self._read(piece)
            if piece.endswith("\n") and self._ends_paragraph():
                shown.clear()
                ops += self._settle()
        return [*ops, Text("".join(shown))] if shown else ops

    def finish(self) -> list[Op]:
        """Settles whatever is open. Nothing may be fed afterwards."""
        return [*(op for op in self.render(0) if isinstance(op, Settle)), *self._settle()]

    def _read(self, piece: str) -> list[str]:
        """Takes a line or a part of one; gives what it adds to the page. Blank lines begin no paragraph."""
        self._line.append(piece)
        if self._paragraph:
            new = [piece]
        elif piece.strip(_BLANK):
            new = self._line.copy()
        else:
            new = []
            if piece.endswith("\n"):
                self._line.clear()
        self._paragraph += new
        return new

    def _ends_paragraph(self) -> bool:
        """Whether the line that is complete now is a blank one outside code."""
        line = "".join(self._line).rstrip("\n")
        self._line.clear()
        if self._closing_fence:
            if self._closing_fence.fullmatch(line):
                self._closing_fence = None
        elif fence := _FENCE.match(line):
            self._closing_fence = re.compile(rf"[ \t]*{fence[1]}{fence[1][0]}*[ \t]*")
        else:
            return bool(self._paragraph) and not line.strip(_BLANK)
        return False

    def _settle(self) -> list[Op]:
        if not self._paragraph:
            return []
        source = "".join(self._paragraph)
        lines = source.split("\n")
        html = "".join(render(THINKING, block, lines) for block in parse(THINKING, source, {}))
        self.settled.append(html)
        self._paragraph.clear()
        self._line.clear()
        self._closing_fence = None
        return [Settle(len(self.settled) - 1, html)]


def render_thinking(text: str) -> list[str]:
    """The paragraphs of a finished stretch of thinking."""
    blocks = ThinkingBlocks()
    blocks.feed(text)
    blocks.finish()
    return blocks.settled


def with_turning_words(html: str) -> str:
    """The HTML of a step that turns back, with the words marked by which it says so."""
    match = _FIRST_WORDS.match(html)
    words = match and turning_words(match[1])
    if not match or not words:
        return html
    start, end = (match.start(1) + place for place in words)
    return f'{html[:start]}<span class="cue">{html[start:end]}</span>{html[end:]}'
