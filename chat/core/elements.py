"""How our Markdown looks as HTML, where that differs from CommonMark's plain elements.

Text takes its direction from its own first letter (`dir="auto"`), code carries its language and a copy
button, tables scroll inside a named region. Headings are all one level below the page's own (`<h3>`) and
say their own in a class: models begin anywhere and skip levels, which an outline must not.
"""

import re
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType

from chat.core.highlighting import colour

_DIRECTED = frozenset(
    "blockquote_open bullet_list_open heading_open ordered_list_open paragraph_open td_open th_open".split()
)
_HEADING = "h4"
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}", re.ASCII)


def use_elements(md: MarkdownIt) -> None:
    """Adds our elements to a parser."""
    md.core.ruler.push("elements", _shape)
    for kind in ("fence", "code_block"):
        md.add_render_rule(kind, _render_code)
    md.add_render_rule("table_open", _render_table_open)
    md.add_render_rule("table_close", _render_table_close)


def code_block(language: str, body: str, *, growing: bool = False) -> str:
    """A block of code; `body` is HTML. A growing one marks where text is added."""
    attributes = f' class="language-{escape(language)}"' if language else ""
    attributes += ' data-grow=""' if growing else ""
    return (
        f'<div class="code"><div class="code-head"><span class="lang">{escape(language or "text")}</span>'
        '<button type="button" class="copy-code" data-copy="">Copy</button></div>'
        f'<pre dir="ltr" tabindex="0"><code{attributes}>{body}</code></pre></div>\n'
    )


def language_of(fence: Token) -> str:
    """The first word after the fence, if it can be a language's name."""
    match = _LANGUAGE.match(fence.info.strip())
    return match[0] if match else ""


def _shape(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in _DIRECTED:
            token.attrs["dir"] = "auto"
        if token.type.startswith("heading_"):
            if token.nesting == 1:
                token.attrs["class"] = f"level-{token.tag[1]}"
            token.tag = _HEADING
        elif "style" in token.attrs:
            token.attrs["align"] = str(token.attrs.pop("style")).removeprefix("text-align:")


def _render_code(
    _renderer: object, tokens: Sequence[Token], index: int, _options: object, env: EnvType
) -> str:
    token = tokens[index]
    language = language_of(token)
    if env.get("colour") and language:
        return code_block(language, colour(token.content, language))
    return code_block(language, escape(token.content, quote=False))


def _render_table_open(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    label = escape(": ".join(["Table", ", ".join(_header(tokens, index))]).removesuffix(": "))
    return f'<div class="table" tabindex="0" role="region" aria-label="{label}">\n<table>\n'


def _header(tokens: Sequence[Token], index: int) -> list[str]:
    """The words over the columns: they tell one table from the next to people who hear the page."""
    texts = []
    for token in tokens[index:]:
        if token.type == "thead_close":
            break
        if token.type == "inline":
            texts.append("".join(child.content for child in token.children or []))
    return [text for text in texts if text]


def _render_table_close(*_: object) -> str:
    return "</table>\n</div>\n"
