"""Limits that keep the time for a block in proportion to its length, whatever it holds.

markdown-it looks for the end of a link from each opening bracket, and fills up the short rows of a table:
both let a few kilobytes cost seconds. What goes over a limit shows as plain text.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_MAX_BRACKETS = 250
"""In a paragraph, a heading or a cell."""

_MAX_CELLS = 10_000
"""In a table; the rows after them are a paragraph."""


def use_bounds(md: MarkdownIt) -> None:
    """Puts the limits into a parser."""
    md.core.ruler.at("inline", _parse_inline)
    md.block.ruler.at("table", _table_rule, {"alt": ["paragraph", "reference"]})


def _parse_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.content:
            token.children = []
            if token.content.count("[") > _MAX_BRACKETS:
                token.children.append(Token("text", "", 0, content=token.content))
            else:
                state.md.inline.parse(token.content, state.md, state.env, token.children)


def _table_rule(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    header = state.src[state.bMarks[first] : state.eMarks[first]]
    columns = header.count("|") + 1
    return columns > 1 and table(state, first, min(end, first + 2 + _MAX_CELLS // columns), silent)
