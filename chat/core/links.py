"""Links in model text: which addresses may be followed, and what becomes of pictures.

A picture from another machine tells that machine who reads and when, and its address can carry the
conversation away. So no picture loads: it becomes a link that the reader may follow.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_FOLLOWED = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_PICTURE_DATA = re.compile(r"data:image/", re.IGNORECASE)

# A bare address ends where prose goes on: at a space, a bracket or quote, or East Asian punctuation.
_BARE = re.compile(r"(?<![A-Za-z0-9])https?://[^\s<>\"`\u2000-\u206f\u3000-\u303f\uff00-\uffef]+")
_PROSE_END = "?!.,:;*_~'\""
_LONGEST_BARE = 2000


def use_links(md: MarkdownIt) -> None:
    """Adds the rules for links to a parser."""
    md.validateLink = may_follow  # type: ignore[method-assign]
    md.core.ruler.after("text_join", "bare_addresses", _bare_addresses)
    md.add_render_rule("image", _render_picture)


def may_follow(url: str) -> bool:
    """Whether a link may lead there; the source of any other link is shown as it was written."""
    return bool(_FOLLOWED.match(url) or _PICTURE_DATA.match(url))


def _render_picture(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    label = escape(_plain_text(token.children or []) or _host(source))
    within_link = sum(t.nesting for t in tokens[:index] if t.type in ("link_open", "link_close")) > 0
    if within_link or not source.lower().startswith(("http://", "https://")):
        return label
    return f'<a href="{escape(source)}">{label}</a>'


def _plain_text(tokens: Sequence[Token]) -> str:
    return "".join(token.content or _plain_text(token.children or []) for token in tokens)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _bare_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children and "://" in token.content:
            token.children = list(_linked(state.md, token.children))


def _linked(md: MarkdownIt, tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and not depth and "://" in token.content:
            yield from _split(md, token.content)
        else:
            yield token


def _split(md: MarkdownIt, text: str) -> Iterator[Token]:
    position = 0
    for match in _BARE.finditer(text):
        label = _trimmed(match[0][:_LONGEST_BARE])
        url = md.normalizeLink(label)
        if len(match[0]) > _LONGEST_BARE or not may_follow(url) or not _host(url):
            continue
        yield _text(text[position : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": url})
        yield _text(label)
        yield Token("link_close", "a", -1)
        position = match.start() + len(label)
    yield _text(text[position:])


def _trimmed(url: str) -> str:
    """The address without the punctuation of the sentence around it (GFM, extended autolinks)."""
    url = url.rstrip(_PROSE_END)
    surplus = url.count(")") - url.count("(")
    while surplus > 0 and url.endswith(")"):
        url, surplus = url[:-1].rstrip(_PROSE_END), surplus - 1
    return url


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
