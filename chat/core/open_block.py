"""The open block of an answer as it can be shown so far, and how it may grow without a new render."""

from html import escape

from chat.core.elements import code_block, language_of
from chat.core.growing import (
    GrowingFence,
    GrowingTable,
    Growth,
    growing_element,
    last_paragraph,
    paragraph_growth,
    split_at_growth,
)
from chat.core.markdown import ANSWER, Block, render
from chat.core.settling import without_partial_row


class OpenBlock:
    """The HTML of what is open: a head, text that was appended to it, and a tail of closing tags."""

    def __init__(self, head: str = "", tail: str = "") -> None:
        self._head, self._tail = head, tail
        self._texts: list[str] = []

    @property
    def html(self) -> str:
        return self._head + "".join(self._texts) + self._tail

    def append(self, text: str) -> None:
        self._texts.append(escape(text, quote=False))


def show(
    blocks: list[Block], lines: list[str], source: str, *, defines: bool
) -> tuple[OpenBlock, Growth | None]:
    """Renders the blocks that are not settled: one, or two while they may yet turn out to be one.

    `lines` are those the blocks count by, `source` is the text of these blocks; `defines` says that it
    holds a link definition, whose end is as uncertain as that of the text.
    """
    if not blocks:
        return OpenBlock(), None
    *held, last = blocks
    before = "".join(render(ANSWER, block, lines) for block in held)
    match last.kind:
        case "fence":
            return _show_fence(before, last, lines)
        case "table":
            html = render(ANSWER, without_partial_row(last, lines), lines)
            whole = last.start + 2 < len(lines)
            return OpenBlock(before + html), GrowingTable(lines[-1]) if whole else None
        case _:
            return _show_text(before, last, lines, None if defines else source)


def _show_fence(before: str, fence: Block, lines: list[str]) -> tuple[OpenBlock, Growth | None]:
    token = fence.tokens[0]
    if fence.start == len(lines) - 1:
        return OpenBlock(before), None
    if not lines[fence.start].startswith(token.markup):
        return OpenBlock(before + render(ANSWER, fence, lines)), None
    body = escape(token.content[: token.content.rfind("\n") + 1], quote=False)
    frame = code_block(language_of(token), "\0", growing=True)
    head, _, tail = frame.partition("\0")
    return OpenBlock(head + body, tail), GrowingFence(token.markup, lines[-1])


def _show_text(
    before: str, block: Block, lines: list[str], source: str | None
) -> tuple[OpenBlock, Growth | None]:
    index = last_paragraph(block)
    if index is None:
        return OpenBlock(before + render(ANSWER, block, lines)), None
    growing_element(block.tokens, index).attrs["data-grow"] = ""
    head, tail = split_at_growth(render(ANSWER, block, lines))
    growth = None if source is None else paragraph_growth(block.tokens[index], source)
    return OpenBlock(before + head, tail), growth
