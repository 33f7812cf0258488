r"""LaTeX maths in Markdown, as MathML that the browser draws by itself.

Four ways to write it: `$…$` and `\(…\)` in the line, `$$…$$` and `\[…\]` set apart. A dollar is a
currency sign far more often than maths, so `$…$` follows pandoc's rule (`tex_math_dollars`): the opening
dollar has no space to its right, the closing one no space to its left and no digit to its right.

Maths set apart is a block of its own where its opener begins a line. It ends with its closer or before
a blank line, whichever comes first, so where it begins never depends on what follows its first line.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from math_core import LatexToMathML

_CLOSERS = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_BLOCK_OPENERS = ("$$", r"\[")
_CLOSING_DOLLAR = re.compile(r"(?<![\s\\])\$(?!\d)")

# The converter recurses in native code and takes the process with it when the stack runs out (about
# 2.5 kB a level). Each level needs one of these characters, and no source may define commands, whose
# expansion could add levels that are not in the text.
_NESTING = re.compile(r"[\\{(\[^_]")
_MAX_NESTING = 1000
_MAX_LENGTH = 20_000
_DEFINES = re.compile(
    r"\\(?:[a-z]*def|[a-z]*command|[a-z]*let|[a-z]*environment|Declare[A-Za-z]*)(?![A-Za-z])"
)

_STYLE = re.compile(r' style="([^"]*)"')
_STYLE_CLASSES = {
    "text-align: left": "maths-left",
    "text-align: right": "maths-right",
    "padding-left: 0": "maths-tight-left",
    "padding-right: 0": "maths-tight-right",
    "padding-left:1em": "maths-apart",
    "border-left: 0.05em solid currentcolor": "maths-rule-left",
    "border-right: 0.05em solid currentcolor": "maths-rule-right",
    "border-top: 0.05em solid currentcolor": "maths-rule-top",
    "border-right: 0.05em dashed currentcolor": "maths-dash-right",
    "border-top: 0.05em dashed currentcolor": "maths-dash-top",
    "width: 100%": "maths-wide",
    "width: 50%": "maths-half",
}
MATHS_CLASSES = frozenset(_STYLE_CLASSES.values())

_converter = LatexToMathML(fancy_error=False, max_expansions=200)


def to_mathml(latex: str, *, display: bool) -> str | None:
    """MathML without inline styles, or None where the source is not maths that we can show."""
    if len(latex) > _MAX_LENGTH or len(_NESTING.findall(latex)) > _MAX_NESTING or _DEFINES.search(latex):
        return None
    try:
        mathml = _converter.convert_with_local_state(latex, displaystyle=display)
    except Exception:  # LatexError, and whatever a native converter may raise on hostile input
        return None
    return _STYLE.sub(_classes, mathml) if "style=" in mathml else mathml


def use_maths(md: MarkdownIt) -> None:
    """Adds the rules for maths to a parser."""
    md.inline.ruler.before("escape", "maths", _inline_rule)
    md.block.ruler.before(
        "fence", "maths", _block_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.add_render_rule("maths", _render_inline)
    md.add_render_rule("maths_block", _render_block)


def _classes(style: re.Match[str]) -> str:
    declarations = (declaration.strip() for declaration in style[1].split(";"))
    classes = [_STYLE_CLASSES[declaration] for declaration in declarations if declaration in _STYLE_CLASSES]
    return f' class="{" ".join(classes)}"' if classes else ""


@lru_cache(maxsize=8)
def _closers(source: str, closer: str) -> tuple[int, ...]:
    """Where the closer stands in a paragraph; kept, since a paragraph asks once for each opener."""
    if closer == "$":
        return tuple(match.start() for match in _CLOSING_DOLLAR.finditer(source))
    return tuple(match.start() for match in re.finditer(re.escape(closer), source))


def _closing(source: str, closer: str, start: int, end: int) -> int:
    """The first closer that leaves something between it and `start`, or -1."""
    positions = _closers(source, closer)
    index = bisect_right(positions, start)
    if index == len(positions) or positions[index] + len(closer) > end:
        return -1
    return positions[index]


def _opener(source: str, position: int) -> str | None:
    pair = source[position : position + 2]
    if pair in _CLOSERS:
        return pair
    if pair[:1] == "$" and len(pair) == 2 and not pair[1].isspace():
        return "$"
    return None


def _inline_rule(state: StateInline, silent: bool) -> bool:
    opener = _opener(state.src, state.pos)
    if opener is None:
        return False
    closer = _CLOSERS.get(opener, "$")
    start = state.pos + len(opener)
    end = _closing(state.src, closer, start, state.posMax)
    if end < 0 or not state.src[start:end].strip():
        return False
    if not silent:
        token = state.push("maths", "math", 0)
        token.content = state.src[start:end]
        token.markup = opener
    state.pos = end + len(closer)
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _block_rule(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    line = _line(state, first)
    if line[:2] not in _BLOCK_OPENERS or state.is_code_block(first):
        return False
    opener, closer = line[:2], _CLOSERS[line[:2]]
    at = line.find(closer, 2)
    if at >= 0 and line[at + 2 :].strip():
        return False
    if silent:
        return True
    lines, number = [line], first + 1
    while at < 0 and number < end and not state.isEmpty(number) and state.sCount[number] >= state.blkIndent:
        lines.append(_line(state, number))
        at = lines[-1].find(closer)
        number += 1
    state.line = number
    _push(state, lines, opener, [first, number], closed=at >= 0 and not lines[-1][at + 2 :].strip())
    return True


def _push(state: StateBlock, lines: list[str], opener: str, span: list[int], *, closed: bool) -> None:
    """A block of maths; or, without its closer at the end, a paragraph that begins with the opener."""
    source = "\n".join(lines).strip()
    if closed:
        token = state.push("maths_block", "math", 0)
        token.map, token.markup, token.content = span, opener, source[2:-2]
        return
    state.push("paragraph_open", "p", 1).map = span
    token = state.push("inline", "", 0)
    token.map, token.content, token.children = span, source, []
    state.push("paragraph_close", "p", -1)


def _source(markup: str, content: str) -> str:
    return escape(f"{markup}{content}{_CLOSERS.get(markup, '$')}", quote=False)


def _render_inline(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    token = tokens[index]
    mathml = to_mathml(token.content, display=token.markup in _BLOCK_OPENERS)
    return mathml or _source(token.markup, token.content)


def _render_block(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    token = tokens[index]
    mathml = to_mathml(token.content, display=True) if token.content.strip() else None
    return f'<div class="maths">{mathml or _source(token.markup, token.content)}</div>\n'
