"""A dozen words around what was found, with that marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chat.core.words import Phrase, Word, places, words

WORDS = 12
UNSPACED_WORDS = 24
"""Where words are pairs of characters, of which each is in two."""
MARKUP = re.compile(r"\*\*|`+|^#{1,6} ", re.MULTILINE)
"""Signs of Markdown that only disturb the few words."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Pieces of the text in their order, each with whether it is what was looked for. `offset`: the
    character at which that begins.
    """

    pieces: Sequence[tuple[str, bool]]
    offset: int
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A phrase, by its number, at words `first` to `last`, which is not of it any more."""

    first: int
    last: int
    phrase: int


def excerpt(text: str, phrases: Sequence[Phrase], *, whole: bool = False) -> Excerpt:
    """The stretch with most of the phrases in it, the first of those; `whole`: all of the text."""
    found = list(words(text))
    hits = sorted(
        Found(place.start, place.stop, number)
        for number, phrase in enumerate(phrases)
        for place in places(phrase, found)
    )
    if whole or not found:
        return Excerpt(_pieces(text, found, hits, 0, len(text)), 0)
    size = UNSPACED_WORDS if _overlapping(found) * 2 > len(found) else WORDS
    first, last = _stretch(hits, len(found), size)
    start = found[first].start if first else 0
    end = found[last - 1].end if last < len(found) else len(text)
    inside = [hit for hit in hits if first <= hit.first and hit.last <= last]
    offset = found[inside[0].first if inside else first].start
    pieces = _pieces(text, found, inside, start, end)
    return Excerpt(pieces, offset, cut_before=first > 0, cut_after=last < len(found))


def _stretch(hits: Sequence[Found], count: int, size: int) -> tuple[int, int]:
    """The words to show, as indexes: up to a third of them before the first that was found."""
    if not hits:
        return 0, min(size, count)

    def inside(first: Found) -> list[Found]:
        return [hit for hit in hits if hit.first >= first.first and hit.last <= first.first + size]

    best = max(hits, key=lambda hit: (len({each.phrase for each in inside(hit)}), -hit.first))
    needed = max([hit.last for hit in inside(best)], default=best.last) - best.first
    first = max(0, best.first - max(0, min(size // 3, size - needed)))
    last = min(count, max(first + size, best.first + needed))
    return max(0, min(first, last - size)), last


def _overlapping(found: Sequence[Word]) -> int:
    return sum(one.end > after.start for one, after in pairwise(found))


def _pieces(
    text: str, found: Sequence[Word], hits: Sequence[Found], start: int, end: int
) -> list[tuple[str, bool]]:
    pieces, at = [], start
    for hit in hits:
        marked_from, marked_to = found[hit.first].start, found[hit.last - 1].end
        if marked_to > at:
            pieces += [(text[at:marked_from], False), (text[max(at, marked_from) : marked_to], True)]
            at = marked_to
    pieces.append((text[at:end], False))
    return [(shown, marked) for piece, marked in pieces if (shown := MARKUP.sub("", piece))]
