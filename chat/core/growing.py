"""Open blocks that grow by plain text, so that most ticks of a stream render nothing at all.

Appending is right only where the parser would do the same. So each kind here knows the text that cannot
change how its block renders, and asks for a new render (`extend` gives None) at everything else.
The element that text is appended to carries `data-grow`; without one, it is the open block itself.
"""

import re
from typing import NamedTuple, Protocol

from markdown_it.token import Token

from chat.core.markdown import ANSWER, Block, render

_NEUTRAL = re.compile(
    r"[^\\`*_\[\]<>&~$\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+"
)
_NEUTRAL_AFTER_BRACKET_OR_AMPERSAND = re.compile(rf"(?:(?![;()]){_NEUTRAL.pattern[:-1]})+")

# Once a line begins like this, nothing that follows on it makes it a list, a rule, a heading, a fence,
# an underline, the second line of a table or a definition.
_PROSE_LINE = re.compile(r"(?:\*\*?|[\"'(`])?(?:[^\W_\d]|[^\x00-\x7f])|\d+[^\W_\d]|\d+ ")

_LEAF_CLOSERS = frozenset(
    "paragraph_close list_item_close bullet_list_close ordered_list_close blockquote_close".split()
)
_CLOSING_TAGS = re.compile(r"(?:\s*</(?:p|li|ul|ol|blockquote)>)+\s*\Z")
_LONGEST_CLOSING = 1000


class Growth(Protocol):
    """What an open block knows about the text that may come next."""

    def extend(self, text: str) -> str | None:
        """The text to append for more source (it may be none yet), or None where a render is needed."""
        ...


class GrowingParagraph:
    """The paragraph at the end of an open block, itself or in a list or quotation."""

    def __init__(self, content: str, spaces: str) -> None:
        self._held = spaces
        self._edge = content[-2:]
        self._neutral = _neutral_after(content)

    def extend(self, text: str) -> str | None:
        if not self._neutral.fullmatch(text) or "://" in self._edge + self._held + text:
            return None
        whole = self._held + text
        shown = whole.rstrip(" ")
        self._held = whole[len(shown) :]
        self._edge = (self._edge + shown)[-2:]
        return shown


class GrowingFence:
    """Code between fences that begin their lines: it grows by whole lines until the closing fence."""

    def __init__(self, markup: str, partial: str) -> None:
        self._partial = partial
        self._closing = re.compile(rf"^ {{0,3}}{markup[0]}{{{len(markup)},}}[ \t]*$", re.MULTILINE)

    def extend(self, text: str) -> str | None:
        self._partial += text
        if "\n" not in text:
            return ""
        cut = self._partial.rindex("\n") + 1
        lines, self._partial = self._partial[:cut], self._partial[cut:]
        return None if self._closing.search(lines) else lines


class GrowingTable:
    """A table in the midst of a row, which shows when it is complete."""

    def __init__(self, partial: str) -> None:
        self._partial = partial

    def extend(self, text: str) -> str | None:
        self._partial = self._partial or text[:1]
        return "" if self._partial[0] == "|" and "\n" not in text else None


def _neutral_after(content: str) -> re.Pattern[str]:
    """What may follow a paragraph's content without a change to it, as a pattern of the whole text."""
    return _NEUTRAL_AFTER_BRACKET_OR_AMPERSAND if "[" in content or "&" in content else _NEUTRAL


class Shown(NamedTuple):
    """The HTML of an open block before and after the place where it grows, and how it may grow there."""

    head: str
    tail: str = ""
    growth: Growth | None = None


def show_text(block: Block, lines: list[str], source: str, *, defines: bool = False) -> Shown:
    """Renders the block at the end of the source, ready to grow where its last words are a paragraph's."""
    index = _last_paragraph(block)
    if index is None:
        return Shown(render(ANSWER, block, lines))
    _growing_element(block.tokens, index).attrs["data-grow"] = ""
    head, tail = _split_at_growth(render(ANSWER, block, lines))
    return Shown(head, tail, None if defines else _paragraph_growth(block.tokens[index], source))


def _last_paragraph(block: Block) -> int | None:
    """The index of the inline token with the block's last words, if those are a paragraph's."""
    tokens = block.tokens
    index = len(tokens) - 1
    while index > 0 and tokens[index].type in _LEAF_CLOSERS:
        index -= 1
    found = index > 0 and tokens[index].type == "inline" and tokens[index - 1].type == "paragraph_open"
    return index if found else None


def _growing_element(tokens: list[Token], inline: int) -> Token:
    """The element a paragraph's words stand in: its own, or the item's where the list is tight."""
    paragraph = tokens[inline - 1]
    if not paragraph.hidden:
        return paragraph
    items = (t for t in reversed(tokens[:inline]) if t.type == "list_item_open")
    return next(item for item in items if item.level == paragraph.level - 1)


def _paragraph_growth(paragraph: Token, source: str) -> GrowingParagraph | None:
    """The growth of the paragraph (its inline token) that ends the source, if its end is neutral."""
    content = paragraph.content
    stripped = source.rstrip(" ")
    if content.startswith("[") or not _PROSE_LINE.match(content[content.rfind("\n") + 1 :]):
        return None
    if not _neutral_after(content).fullmatch(stripped[-1:]):
        return None
    if content.rfind("://") > max(content.rfind(" "), content.rfind("\n")):
        return None
    return GrowingParagraph(content, source[len(stripped) :])


def _split_at_growth(html: str) -> tuple[str, str]:
    """The HTML of a block before and after the place where a last paragraph grows."""
    match = _CLOSING_TAGS.search(html, max(0, len(html) - _LONGEST_CLOSING))
    return (html[: match.start()], html[match.start() :]) if match else (html, "")
