"""Model text in Markdown to safe HTML, block by block.

CommonMark with tables, strikethrough, maths and bare addresses; no raw HTML. A block is what stands at
the top level of a document: a paragraph, a list, a table, a piece of code. Blocks render on their own,
so a finished one never needs another look; only link references join them (`References`).
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chat.core.bounds import use_bounds
from chat.core.elements import use_elements
from chat.core.links import use_links
from chat.core.maths import use_maths
from chat.core.sanitising import sanitise

type References = dict[str, dict[str, str]]
"""Link definitions by normalised label, as markdown-it keeps them; the first of a label holds."""

_MAX_NESTING = 50
"""Levels; markdown-it drops what is deeper without a word, so a block that comes near is not rendered."""


class Block(NamedTuple):
    """A top-level block: its tokens, and the lines [start, end) of the source that it came from."""

    kind: str
    tokens: list[Token]
    start: int
    end: int


def _parser(*, indented_code: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    md.enable(["table", "strikethrough"])
    md.disable(["html_block", "html_inline"] + ([] if indented_code else ["code"]))
    for use in (use_bounds, use_maths, use_links, use_elements):
        use(md)
    return md


ANSWER = _parser(indented_code=True)
THINKING = _parser(indented_code=False)
"""Paragraphs of thinking render one by one, so an indented one is most likely a list item's second."""


class Normaliser:
    """Line ends as LF and no NUL (CommonMark 2.1, 2.3), however the text is cut into pieces.

    A lone surrogate becomes a question mark: it cannot be encoded, so it can be sent to nobody.
    """

    def __init__(self) -> None:
        self._after_return = False

    def __call__(self, piece: str) -> str:
        text = piece.removeprefix("\n") if self._after_return else piece
        self._after_return = piece.endswith("\r") or (self._after_return and not piece)
        if "\r" in text or "\0" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        return text if text.isascii() else text.encode("utf-8", "replace").decode()


def parse(md: MarkdownIt, text: str, references: References) -> list[Block]:
    """The blocks of normalised text. Definitions found in it are added to `references`.

    Text that breaks the parser is one block without tokens, which renders as its source.
    """
    try:
        return list(_blocks(md.parse(text, {"references": references})))
    except Exception:  # a parser has bugs, and its text comes from strangers
        return [Block("paragraph", [], 0, text.count("\n") + 1)]


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    first = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            lines = tokens[first].map or [0, 0]
            yield Block(
                tokens[first].type.removesuffix("_open"), tokens[first : index + 1], lines[0], lines[1]
            )
            first = index + 1


def render(md: MarkdownIt, block: Block, lines: list[str], *, colour: bool = False) -> str:
    """Safe HTML of a block; the source as plain text where the block is beyond us."""
    try:
        if max(token.level for token in block.tokens) < _MAX_NESTING - 1:
            return sanitise(md.renderer.render(block.tokens, md.options, {"colour": colour}))
    except Exception:  # one broken block must not cost the page
        return _source(block, lines)
    return _source(block, lines)


def _source(block: Block, lines: list[str]) -> str:
    return f'<p dir="auto">{escape("\n".join(lines[block.start : block.end]), quote=False)}</p>\n'


def render_answer(text: str) -> list[str]:
    """The blocks of a finished answer, code in colour."""
    text = Normaliser()(text)
    lines = text.split("\n")
    return [render(ANSWER, block, lines, colour=True) for block in parse(ANSWER, text, {})]
