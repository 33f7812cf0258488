"""Two answers as HTML, in which the words are marked that only one of them has.

The HTML is our own and clean, so it is cut at its tags and never read as a tree: marks go around words and
never around tags. A formula is one word; what is a control and no text is left alone.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chat.core.word_changes import changes, words_of

PIECES = re.compile(
    r"""(?P<formula><math\b.*?</math>)
    |(?P<tag><button\b.*?</button>|<(?:"[^"]*"|'[^']*'|[^'">])*>)
    |(?P<word>&(?:\#\d+|\#x[0-9a-fA-F]+|\w+);)
    |(?P<text>[^<&]+|.)""",
    re.DOTALL | re.VERBOSE,
)


class Piece(NamedTuple):
    html: str
    is_word: bool


def marked(before: str, after: str) -> tuple[str, str]:
    """`<del>` around what only `before` has, `<ins>` around what only `after` has."""
    old, new = list(_pieces(before)), list(_pieces(after))
    differ = changes([p.html for p in old if p.is_word], [p.html for p in new if p.is_word])
    return _mark(old, differ.before, "del"), _mark(new, differ.after, "ins")


def _pieces(html: str) -> Iterator[Piece]:
    for found in PIECES.finditer(html):
        match found.lastgroup:
            case "text":
                yield from (Piece(word, True) for word in words_of(found[0]))
            case kind:
                yield Piece(found[0], kind != "tag")


def _mark(pieces: Sequence[Piece], missing: Sequence[bool], tag: str) -> str:
    """A tag ends a mark, and space around it is left out: it is no text of its own."""
    flags = iter(missing)
    flagged = [(piece, next(flags) if piece.is_word else None) for piece in pieces]
    out = []
    for flag, group in groupby(flagged, key=lambda one: one[1]):
        text = "".join(piece.html for piece, _ in group)
        if flag and (words := text.strip()):
            text = text.replace(words, f"<{tag}>{words}</{tag}>", 1)
        out.append(text)
    return "".join(out)
