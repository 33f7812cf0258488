"""Which stretches of one text stand for which of another: pairs by what they say, the order of both kept."""

from collections.abc import Sequence
from itertools import count

from chat.core.word_changes import words_of

ALIKE = 0.34
"""From this likeness on, between 0 and 1, two stretches count as versions of each other."""
MOST_PAIRS = 40_000
"""Of stretches that are held against each other. Longer texts are compared near their diagonal only."""

type Pair = tuple[int | None, int | None]
"""Positions in the two sequences; None where the other has nothing like it."""


def pairs(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Every position of either comes once, in order."""
    bags = [[_bag(text) for text in texts] for texts in (before, after)]
    best, took = _scores(*bags)
    i, j = len(before), len(after)
    found: list[Pair] = []
    while i and j:
        if (i, j) in took:
            i, j = i - 1, j - 1
            found.append((i, j))
        elif best[i][j] == best[i - 1][j]:
            i -= 1
            found.append((i, None))
        else:
            j -= 1
            found.append((None, j))
    found += [(n, None) for n in range(i - 1, -1, -1)]
    found += [(None, n) for n in range(j - 1, -1, -1)]
    return found[::-1]


def likeness(before: frozenset[str], after: frozenset[str]) -> float:
    """What share of their words two texts have in common (Dice)."""
    if not before or not after:
        return float(before == after)
    return 2 * len(before & after) / (len(before) + len(after))


def _bag(text: str) -> frozenset[str]:
    return frozenset(word for word in words_of(text.casefold()) if word.isalnum())


def _scores(
    before: Sequence[frozenset[str]], after: Sequence[frozenset[str]]
) -> tuple[list[list[float]], set[tuple[int, int]]]:
    """The best sum of likenesses up to each place, and the places at which a pair made it."""
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    took: set[tuple[int, int]] = set()
    reach = max(MOST_PAIRS // max(len(before), 1), 1) / 2
    for i, bag in zip(count(1), before, strict=False):
        middle = i * len(after) / len(before)
        for j in range(1, len(after) + 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1])
            like = likeness(bag, after[j - 1]) if abs(j - middle) <= reach else 0.0
            if like >= ALIKE and best[i - 1][j - 1] + like > best[i][j]:
                best[i][j] = best[i - 1][j - 1] + like
                took.add((i, j))
    return best, took
