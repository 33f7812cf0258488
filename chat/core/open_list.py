"""An open list renders its last items alone: those before them are final but for one thing.

That one thing is the blank line that makes a tight list loose, and then the whole list renders anew. So
does anything else that is not plainly one more piece of the same list.
"""

import re
from typing import Self

from markdown_it.token import Token

from chat.core.growing import Shown, show_text
from chat.core.markdown import ANSWER, Block, References, parse, render

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_KINDS = ("bullet_list", "ordered_list")


class OpenList:
    """A list at the top level whose items begin their lines; `feed` it all text that follows."""

    def __init__(self, head: str, markup: str, source: str, *, loose: bool) -> None:
        self._head, self._markup, self._loose = head, markup, loose
        self._source = [source]

    @classmethod
    def of(cls, block: Block, lines: list[str]) -> Self | None:
        """The open list in a block that was just parsed, if it is one and has an item to spare."""
        if block.kind not in _KINDS:
            return None
        starts = _item_starts(block.tokens)
        loose, part = _is_loose(block.tokens), _parting(block, starts, lines)
        if loose is None or part is None:
            return None
        html = render(ANSWER, _with_items(block, starts[0], part), lines)
        source = "\n".join(lines[_line_of(block.tokens[part]) :])
        if not html.endswith(_closing_tag(block)) or (not loose and _BLANK_LINE.search(source)):
            return None
        return cls(html.removesuffix(_closing_tag(block)), _markup(block), source, loose=loose)

    def feed(self, text: str) -> None:
        self._source.append(text)

    def render(self, references: References) -> Shown | None:
        """The list as it stands, or None where it has to be looked at as a whole."""
        source = "".join(self._source)
        if not self._loose and _BLANK_LINE.search(source):
            return None
        # An item with a blank line after it, before the source, makes the list loose.
        sentinel = f"{'1' if self._markup in '.)' else ''}{self._markup} x\n\n" if self._loose else ""
        found = dict(references)
        blocks = parse(ANSWER, sentinel + source, found)
        if len(blocks) != 1 or blocks[0].kind not in _KINDS or _markup(blocks[0]) != self._markup:
            return None
        if len(found) > len(references):
            return None
        return self._render(blocks[0], (sentinel + source).split("\n"), 1 if self._loose else 0)

    def _render(self, block: Block, lines: list[str], skipped: int) -> Shown | None:
        starts = _item_starts(block.tokens)[skipped:]
        if not starts:
            return None
        part = _parting(block, starts, lines)
        if part is not None:
            html = render(ANSWER, _with_items(block, starts[0], part), lines)
            self._head += html.partition("\n")[2].removesuffix(_closing_tag(block))
            self._source = ["\n".join(lines[_line_of(block.tokens[part]) :])]
        rest = _with_items(block, starts[0] if part is None else part, len(block.tokens) - 1)
        shown = show_text(rest, lines, "".join(self._source))
        opening, _, head = shown.head.partition("\n")
        return shown._replace(head=self._head + head) if opening.startswith(("<ul", "<ol")) else None


def _item_starts(tokens: list[Token]) -> list[int]:
    return [i for i, token in enumerate(tokens) if token.type == "list_item_open" and token.level == 1]


def _line_of(item: Token) -> int:
    return item.map[0] if item.map else 0


def _parting(block: Block, starts: list[int], lines: list[str]) -> int | None:
    """The last item that has surely begun, at the beginning of its line, if others stand before it."""
    for start in reversed(starts[1:]):
        at = _line_of(block.tokens[start])
        if at < len(lines) - 1 and not lines[at].startswith((" ", "\t")):
            return start
    return None


def _with_items(block: Block, start: int, end: int) -> Block:
    return block._replace(tokens=[block.tokens[0], *block.tokens[start:end], block.tokens[-1]])


def _is_loose(tokens: list[Token]) -> bool | None:
    """By the paragraphs of its items; None if it has none."""
    hidden = [token.hidden for token in tokens if token.type == "paragraph_open" and token.level == 2]
    return not hidden[0] if hidden else None


def _markup(block: Block) -> str:
    return block.tokens[0].markup


def _closing_tag(block: Block) -> str:
    return f"</{block.tokens[0].tag}>\n"
