"""A dozen words around what was found, with that marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chat.core.words import Phrase, Word, places, words

WORDS = 12
UNSPACED_WORDS = 24
"""Where words are pairs of characters, of which each is in two."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Pieces of the text in their order, each with whether it is what was looked for. `offset`: the
    character at which that begins.
    """

    pieces: Sequence[tuple[str, bool]]
    offset: int
    cut_before: bool = False
    cut_after: bool = False


def excerpt(text: str, phrases: Iterable[Phrase], *, whole: bool = False) -> Excerpt:
    """The stretch with most of the phrases in it, the first of those; `whole`: all of the text."""
    found = list(words(text))
    hits = sorted(
        {(place.start, place.stop) for phrase in phrases for place in places(phrase, found)},
    )
    if whole or not found:
        return Excerpt(_pieces(text, found, hits, 0, len(text)), 0)
    size = UNSPACED_WORDS if _overlapping(found) * 2 > len(found) else WORDS
    first, last = _stretch(hits, len(found), size)
    start = found[first].start if first else 0
    end = found[last - 1].end if last < len(found) else len(text)
    offset = found[next((hit for hit, _ in hits if hit >= first), first)].start
    pieces = _pieces(text, found, [hit for hit in hits if first <= hit[0] and hit[1] <= last], start, end)
    return Excerpt(pieces, offset, cut_before=first > 0, cut_after=last < len(found))


def _stretch(hits: Sequence[tuple[int, int]], count: int, size: int) -> tuple[int, int]:
    """The words to show, as indexes: a third of them before the first that was found."""
    if not hits:
        return 0, min(size, count)
    best = max(hits, key=lambda hit: (len(_within(hits, hit[0], size)), -hit[0]))
    inside = _within(hits, best[0], size)
    needed = max(inside[-1][1] - best[0], 0) if inside else best[1] - best[0]
    first = max(0, best[0] - max(0, min(size // 3, size - needed)))
    last = min(count, max(first + size, best[0] + needed))
    return max(0, min(first, last - size)), last


def _within(hits: Sequence[tuple[int, int]], first: int, size: int) -> list[tuple[int, int]]:
    return [hit for hit in hits if hit[0] >= first and hit[1] <= first + size]


def _overlapping(found: Sequence[Word]) -> int:
    return sum(one.end > after.start for one, after in pairwise(found))


def _pieces(
    text: str, found: Sequence[Word], hits: Sequence[tuple[int, int]], start: int, end: int
) -> list[tuple[str, bool]]:
    pieces, at = [], start
    for first, last in hits:
        marked_from, marked_to = found[first].start, found[last - 1].end
        if marked_to <= at:
            continue
        pieces += [(text[at:marked_from], False), (text[max(at, marked_from) : marked_to], True)]
        at = marked_to
    pieces.append((text[at:end], False))
    return [piece for piece in pieces if piece[0]]
