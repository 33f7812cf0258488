"""Streams of rendered blocks: Markdown on its way, at a cost that never grows with its length.

A block settles when nothing that can still come changes it; it is rendered then, in colour, once and for
all. What follows is the open block, shown as well as it can be yet, and there lies the cost, so:

- plain words are appended as text instead of being rendered (`growing`);
- otherwise the next render comes no sooner than ten times what the last one took, so a huge table or
  paragraph slows down its own picture and nothing else, and of a list only the last items render;
- open code grows by lines and is coloured when it closes.

Only one thing reaches back: a link reference that is defined after its use. The settled block stays as
it is, and `stale` tells the caller at the end.
"""

from html import escape
from time import perf_counter

from chat.core.block_ops import Op, Open, Settle, Text
from chat.core.growing import Shown
from chat.core.markdown import ANSWER, Block, Normaliser, References, parse, render, render_answer
from chat.core.open_block import show
from chat.core.open_list import OpenList
from chat.core.settling import settled_count
from chat.core.thinking_blocks import ThinkingBlocks, render_thinking

__all__ = [
    "AnswerBlocks",
    "Op",
    "Open",
    "Settle",
    "Text",
    "ThinkingBlocks",
    "render_answer",
    "render_thinking",
]

_PATIENCE = 10
_LONGEST_WAIT_MS = 10_000.0
_DELIVERY_MS = 1 / 2000
"""For a character of HTML, what it takes to send it and to draw it, by a careful guess."""


class AnswerBlocks:
    """The blocks of an answer in Markdown. Feed it as text comes, render it once a tick."""

    def __init__(self) -> None:
        self.settled: list[str] = []
        self._normalise = Normaliser()
        self._whole: list[str] = []
        self._unread: list[str] = []
        self._source: list[str] = []
        self._references: References = {}
        self._shown, self._grown = Shown(""), list[str]()
        self._list: OpenList | None = None
        self._changed = False
        self._next_ms = float("-inf")
        self._late_definition = False

    @property
    def open_html(self) -> str:
        return self._shown.head + "".join(self._grown) + self._shown.tail

    @property
    def stale(self) -> bool:
        """After `finish`: a late link definition makes the whole differ from the settled blocks."""
        return self._late_definition and self.settled != render_answer("".join(self._whole))

    def feed(self, text: str) -> None:
        self._unread.append(self._normalise(text))

    def render(self, now_ms: float) -> list[Op]:
        """What changed since the last call; `now_ms` is any clock of milliseconds."""
        text = self._read()
        if text and not self._changed:
            growth = self._shown.growth
            grown = growth.extend(text) if growth else None
            if grown is not None:
                return self._append(grown)
            self._changed = True
        if not self._changed or now_ms < self._next_ms:
            return []
        began = perf_counter()
        ops, share = self._advance()
        cost_ms = (perf_counter() - began) * 1000 * share
        cost_ms = max(cost_ms, len(self._shown.head) * _DELIVERY_MS)
        self._next_ms = now_ms + min(_PATIENCE * cost_ms, _LONGEST_WAIT_MS)
        return ops

    def finish(self) -> list[Op]:
        """Settles whatever is open. Nothing may be fed afterwards."""
        self._read()
        source, known = "".join(self._source), len(self._references)
        blocks = parse(ANSWER, source, self._references)
        self._notice_definitions(known)
        ops = self._settle(blocks, source.split("\n"))
        if not ops and self.open_html:
            ops.append(Open(""))
        self._source, self._list, self._changed = [], None, False
        self._shown, self._grown = Shown(""), []
        return ops

    def _read(self) -> str:
        text = "".join(self._unread)
        self._unread.clear()
        if text:
            self._source.append(text)
            self._whole.append(text)
            if self._list:
                self._list.feed(text)
        return text

    def _append(self, text: str) -> list[Op]:
        if not text:
            return []
        self._grown.append(escape(text, quote=False))
        return [Text(text)]

    def _advance(self) -> tuple[list[Op], float]:
        """Brings the page up to date; also tells how much of what was parsed is still open."""
        self._changed = False
        if self._list and (shown := self._list.render(self._references)):
            return self._replace_open(shown), 1.0
        source = "".join(self._source)
        lines, references = source.split("\n"), dict(self._references)
        blocks = parse(ANSWER, source, references)
        defines = len(references) > len(self._references)
        count = settled_count(blocks, lines)
        end = blocks[count - 1].end if count else 0
        ops = self._settle(self._final_blocks(lines[:end]) if defines and count else blocks[:count], lines)
        rest = "\n".join(lines[end:])
        self._source = [rest]
        if ops:
            self._shown, self._grown = Shown(""), []
        shown = self._show(blocks[count:], lines, rest, defines=defines)
        return ops + self._replace_open(shown), len(rest) / len(source)

    def _show(self, blocks: list[Block], lines: list[str], source: str, *, defines: bool) -> Shown:
        whole = len(blocks) == 1 and not defines
        self._list = OpenList.of(blocks[0], lines) if whole else None
        shown = self._list.render(self._references) if self._list else None
        return shown or show(blocks, lines, source, defines=defines)

    def _replace_open(self, shown: Shown) -> list[Op]:
        before = self.open_html
        self._shown, self._grown = shown, []
        return [] if self.open_html == before else [Open(self.open_html)]

    def _final_blocks(self, lines: list[str]) -> list[Block]:
        """Parses what settles once more by itself: a definition after it may be half received."""
        known = len(self._references)
        blocks = parse(ANSWER, "\n".join(lines) + "\n", self._references)
        self._notice_definitions(known)
        return blocks

    def _notice_definitions(self, known: int) -> None:
        if self.settled and len(self._references) > known:
            self._late_definition = True

    def _settle(self, blocks: list[Block], lines: list[str]) -> list[Op]:
        ops: list[Op] = []
        for block in blocks:
            html = render(ANSWER, block, lines, colour=True)
            ops.append(Settle(len(self.settled), html))
            self.settled.append(html)
        return ops
