"""A page as a browser keeps it, and the ways to stream a document into it."""

import re
from html import escape

from chat.core.blocks import AnswerBlocks, Op, Open, Settle, Text, ThinkingBlocks

_GROWING = re.compile(r'<(\w+)[^<>]* data-grow=""[^<>]*>')


class Page:
    """What a browser shows: settled blocks, and the one that is open."""

    def __init__(self) -> None:
        self.settled: list[str] = []
        self.open = ""

    def apply(self, ops: list[Op]) -> None:
        for op in ops:
            match op:
                case Settle(index, html):
                    assert index == len(self.settled)
                    self.settled.append(html)
                    self.open = ""
                case Open(html):
                    self.open = html
                case Text(text):
                    at = _growing_end(self.open)
                    self.open = self.open[:at] + escape(text, quote=False) + self.open[at:]

    @property
    def html(self) -> str:
        return "".join(self.settled) + self.open


def _growing_end(html: str) -> int:
    """Where the content of the growing element ends."""
    growing = _GROWING.search(html)
    if growing is None:
        return len(html)
    depth = 1
    for tag in re.finditer(rf"<(/?){growing[1]}\b[^<>]*>", html[growing.end() :]):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return growing.end() + tag.start()
    raise AssertionError(f"nothing closes the growing element of {html!r}")


def fresh(kind: type[AnswerBlocks] | type[ThinkingBlocks], text: str) -> Page:
    """A page that gets the text in one piece."""
    page, blocks = Page(), kind()
    blocks.feed(text)
    page.apply(blocks.render(0))
    return page


def stream(
    kind: type[AnswerBlocks] | type[ThinkingBlocks], pieces: list[str], *, compare: bool
) -> tuple[Page, AnswerBlocks | ThinkingBlocks]:
    """A page that gets the text piece by piece, unhurried; compared with a fresh one at every cut."""
    page, blocks, text = Page(), kind(), ""
    for tick, piece in enumerate(pieces):
        text += piece
        blocks.feed(piece)
        before = page.settled.copy()
        page.apply(blocks.render(tick * 1e6))
        assert page.settled[: len(before)] == before
        assert (page.settled, page.open) == (blocks.settled, blocks.open_html)
        if compare:
            assert page.html == fresh(kind, text).html, (text, piece)
    page.apply(blocks.finish())
    assert page.open == blocks.open_html == ""
    return page, blocks


def cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]
