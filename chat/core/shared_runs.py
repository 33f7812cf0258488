"""What two sequences have in common: runs of equal things, in the order in which both have them.

The shortest edit script (Myers 1986), within bounds: its cost grows with the number of differences, not with
the length, and beyond `most` differences it gives up instead of holding up whoever waits for it.
"""

from array import array
from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """`length` things from `a[i]` and from `b[j]` on are equal."""

    i: int
    j: int
    length: int


def shared_runs(a: Sequence[Hashable], b: Sequence[Hashable], most: int) -> list[Run] | None:
    """None where more than `most` things would have to be taken out or put in."""
    head = _equal_at_start(a, b)
    tail = _equal_at_end(a, b, head)
    inner_a, inner_b = a[head : len(a) - tail], b[head : len(b) - tail]
    inner = _shortest(inner_a, inner_b, most)
    if inner is None:
        return None
    runs = [Run(0, 0, head), *(Run(i + head, j + head, n) for i, j, n in inner)]
    runs.append(Run(len(a) - tail, len(b) - tail, tail))
    return [run for run in runs if run.length]


def _equal_at_start(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    shorter = min(len(a), len(b))
    return next((n for n in range(shorter) if a[n] != b[n]), shorter)


def _equal_at_end(a: Sequence[Hashable], b: Sequence[Hashable], head: int) -> int:
    shorter = min(len(a), len(b)) - head
    return next((n for n in range(shorter) if a[-1 - n] != b[-1 - n]), shorter)


def _shortest(a: Sequence[Hashable], b: Sequence[Hashable], most: int) -> list[Run] | None:
    """`reached[k]`: how far along `a` the best path on diagonal k (i - j) has come, after each difference."""
    most = min(len(a) + len(b), most)
    zero = most + 1
    reached = array("i", [0]) * (2 * zero + 1)
    history: list[array[int]] = []
    for differences in range(most + 1):
        history.append(reached[zero - differences - 1 : zero + differences + 2])
        for k in range(-differences, differences + 1, 2):
            here = zero + k
            down = k == -differences or (k != differences and reached[here - 1] < reached[here + 1])
            i = reached[here + 1] if down else reached[here - 1] + 1
            j = i - k
            while i < len(a) and j < len(b) and a[i] == b[j]:
                i, j = i + 1, j + 1
            reached[here] = i
            if i >= len(a) and j >= len(b):
                return _walk_back(len(a), len(b), history)
    return None


def _walk_back(i: int, j: int, history: list[array[int]]) -> list[Run]:
    runs: list[Run] = []
    for differences in range(len(history) - 1, 0, -1):
        reached, k = history[differences], i - j
        here = differences + 1 + k
        down = k == -differences or (k != differences and reached[here - 1] < reached[here + 1])
        before = reached[here + 1] if down else reached[here - 1]
        start = before if down else before + 1
        runs.append(Run(start, start - k, i - start))
        i, j = before, before - (k + 1 if down else k - 1)
    runs.append(Run(0, 0, i))
    return runs[::-1]
