"""Text as words that can be compared: the one way to cut and to fold it, for what is searched and for
what is searched for.

A word is a run of letters and digits, without case, accents and ways of writing (NFKC). Scripts that
put no spaces between words become pairs of neighbouring characters, and the last one by itself: so
every stretch of two or more is found as pairs in a row, and one character as the beginning of a pair.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

LONGEST = 64
"""Characters of a word that count."""


class Word(NamedTuple):
    """`start` and `end` say where it stands in the text, whatever folding did to its length."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row. `begins`: of the last one only the beginning is given."""

    words: tuple[str, ...]
    begins: bool = False


def _marks() -> str:
    """Marks that belong to the letter before them, as the inside of a character class."""
    found = [chr(code) for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"]
    return "".join(map(re.escape, found)) + "\uff9e\uff9f"


MARKS = _marks()
INVISIBLE = "\u00ad\u200c\u200d\u2060\ufeff"
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u3035\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9d\uffa0-\uffdc\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean."""
ACCENTS = re.compile(
    f"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670{INVISIBLE}]"
)
RUN = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}{INVISIBLE}])*")
PIECE = re.compile(rf"[{UNSPACED}][{UNSPACED}{MARKS}{INVISIBLE}]*|[^{UNSPACED}]+")
CHARACTER = re.compile(
    rf"(?:[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?|.)[{MARKS}{INVISIBLE}]*", re.DOTALL
)
"""With its marks; the parts of a Korean syllable are one character."""
FIRST_UNSPACED = re.compile(f"[{UNSPACED}]")


def words(text: str) -> Iterator[Word]:
    """In their order."""
    for run in RUN.finditer(text):
        raw, start = run[0], run.start()
        if raw.isascii():
            yield Word(raw[:LONGEST].lower(), start, run.end())
            continue
        for piece in PIECE.finditer(raw):
            cut = _pairs if FIRST_UNSPACED.match(piece[0]) else _spaced
            yield from cut(piece[0], start + piece.start())


def phrase(text: str, *, begins: bool = False) -> Phrase | None:
    """What to look for, where somebody typed this; None where there is no word in it."""
    found = list(words(text))
    if not found:
        return None
    if len(found) > 1 and found[-2].start < found[-1].start < found[-2].end:
        return Phrase(tuple(word.text for word in found[:-1]))
    last = found[-1].text
    alone = FIRST_UNSPACED.match(last) is not None
    return Phrase(tuple(word.text for word in found), alone or (begins and len(last) > 1))


def places(phrase: Phrase, among: Sequence[Word]) -> Iterator[range]:
    """Where the phrase stands, as indexes of words."""
    *before, last = phrase.words
    count = len(phrase.words)
    for first in range(len(among) - count + 1):
        if all(among[first + index].text == word for index, word in enumerate(before)) and (
            among[first + count - 1].text == last
            or (phrase.begins and among[first + count - 1].text.startswith(last))
        ):
            yield range(first, first + count)


def fold(text: str) -> str:
    """Without case, accents and ways of writing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFKC", bare)


_folded = lru_cache(8192)(fold)


def _spaced(piece: str, start: int) -> Iterable[Word]:
    """Folding may cut a word in two, as that of ½ does."""
    return [Word(run[0][:LONGEST], start, start + len(piece)) for run in RUN.finditer(fold(piece))]


def _pairs(piece: str, start: int) -> Iterator[Word]:
    characters = [
        Word(folded, start + found.start(), start + found.end())
        for found in CHARACTER.finditer(piece)
        if (folded := _folded(found[0]))
    ]
    for one, next_one in pairwise(characters):
        yield Word((one.text + next_one.text)[:LONGEST], one.start, next_one.end)
    if characters:
        yield characters[-1]
