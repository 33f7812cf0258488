"""Which words of two texts differ.

Words are what stands between spaces and punctuation; Chinese and Japanese are cut by characters. A long pair
of texts is compared by sentences first and by words only where those differ, and what differs altogether is
not taken apart any further: the cost stays within bounds whatever the texts are.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from chat.core.shared_runs import Run, shared_runs

CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
POINTS = "!-/:-@\\[-`{-~\u00a1-\u00bf\u2010-\u205e"
WORDS = re.compile(f"\\s+|[{CJK}{POINTS}]|[^\\s{CJK}{POINTS}]+")
ENDS_SENTENCE = re.compile(r"[.!?:;。！？：；\n]")
MOST = 500
"""Differences between two texts, in words, that are looked for at once; the cost is about their square."""
MOST_IN_PART = 100
"""As `MOST`, for each stretch between sentences that are equal."""
COST = 500_000
"""Of all those stretches together, as the sum of the squares of their differences."""


class Changes(NamedTuple):
    """For each word of either text whether it is missing in the other."""

    before: list[bool]
    after: list[bool]


def words_of(text: str) -> list[str]:
    """Joined again they are the text. Spaces are words too."""
    return WORDS.findall(text)


def changes(before: Sequence[str], after: Sequence[str]) -> Changes:
    runs = shared_runs(before, after, MOST)
    if runs is None:
        runs = _by_sentences(before, after)
    runs = _without_crumbs(runs, before, after)
    return Changes(
        _missing(len(before), [(run.i, run.length) for run in runs]),
        _missing(len(after), [(run.j, run.length) for run in runs]),
    )


def _missing(length: int, shared: Sequence[tuple[int, int]]) -> list[bool]:
    missing = [True] * length
    for start, count in shared:
        missing[start : start + count] = [False] * count
    return missing


def _by_sentences(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Equal sentences first; between them equal words, as long as that has not cost too much."""
    edges = [*_equal_sentences(before, after), Run(len(before), len(after), 0)]
    runs, last, left = list[Run](), Run(0, 0, 0), COST
    for edge in edges:
        i, j = last.i + last.length, last.j + last.length
        most = min(MOST_IN_PART, isqrt(left))
        inner = shared_runs(before[i : edge.i], after[j : edge.j], most)
        differences = (
            most if inner is None else edge.i - i + edge.j - j - 2 * sum(run.length for run in inner)
        )
        left = max(left - differences**2, 0)
        runs += [*(Run(i + run.i, j + run.j, run.length) for run in inner or ()), edge]
        last = edge
    return [run for run in runs if run.length]


def _equal_sentences(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Those that either text has once, as many of them as stand in the same order (patience)."""
    old, new = _once(before), _once(after)
    shared = [Run(start, new[sentence], len(sentence)) for sentence, start in old.items() if sentence in new]
    ends: list[int] = []
    piles: list[list[tuple[Run, int]]] = []
    for run in shared:
        pile = bisect_left(ends, run.j)
        if pile == len(ends):
            ends.append(run.j)
            piles.append([])
        ends[pile] = run.j
        piles[pile].append((run, len(piles[pile - 1]) - 1 if pile else -1))
    found: list[Run] = []
    place = -1
    for cards in reversed(piles):
        run, place = cards[place]
        found.append(run)
    return found[::-1]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Where each sentence that comes once begins."""
    starts: dict[tuple[str, ...], int] = {}
    again: set[tuple[str, ...]] = set()
    start = 0
    for sentence in _sentences(words):
        if sentence in starts:
            again.add(sentence)
        starts[sentence] = start
        start += len(sentence)
    return {sentence: begins for sentence, begins in starts.items() if sentence not in again}


def _sentences(words: Sequence[str]) -> list[tuple[str, ...]]:
    sentences, current = [], list[str]()
    for word in words:
        current.append(word)
        if ENDS_SENTENCE.search(word):
            sentences.append(tuple(current))
            current = []
    return [*sentences, tuple(current)] if current else sentences


def _without_crumbs(runs: Sequence[Run], before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """Without a lone word that is equal between changes that are both longer: it is hard to read."""
    for most in (0, 1):
        kept: list[Run] = []
        for run, next in pairwise([*runs, Run(len(before), len(after), 0)]):
            last = kept[-1] if kept else Run(0, 0, 0)
            solid = sum(not word.isspace() for word in before[run.i : run.i + run.length])
            if solid > most or solid >= min(_between(last, run), _between(run, next)):
                kept.append(run)
        runs = kept
    return list(runs)


def _between(one: Run, next: Run) -> int:
    """How many words stand there, in whichever text has more of them."""
    return max(next.i - one.i - one.length, next.j - one.j - one.length)
