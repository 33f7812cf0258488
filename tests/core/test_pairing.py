"""Stretches of two texts that stand for each other."""

import time

from hypothesis import given
from hypothesis import strategies as st

from chat.core.pairing import pairs

FRAMING = "The user asks which rounding rule is fair for three parties"
PLAN = "Let me compare bankers rounding with largest remainder"
CHECK = "Check the drift over ten thousand invoices"
STRETCHES = st.lists(st.sampled_from([FRAMING, PLAN, CHECK, "", "完全不同"]), max_size=8)


def test_a_stretch_that_is_worded_a_little_differently_is_still_the_same_one() -> None:
    reworded = "The user asks which rule of rounding is fair for the three"
    assert pairs([FRAMING, CHECK], [reworded, PLAN, CHECK]) == [(0, 0), (None, 1), (1, 2)]


def test_what_has_nothing_like_it_stands_alone() -> None:
    assert set(pairs([PLAN], [CHECK])) == {(None, 0), (0, None)}
    assert pairs([], [CHECK]) == [(None, 0)]
    assert pairs([CHECK], []) == [(0, None)]


def test_the_order_of_both_is_kept_rather_than_every_likeness() -> None:
    assert len([pair for pair in pairs([PLAN, CHECK], [CHECK, PLAN]) if None not in pair]) == 1


@given(STRETCHES, STRETCHES)
def test_every_stretch_comes_once_and_in_order(before: list[str], after: list[str]) -> None:
    found = pairs(before, after)
    assert [i for i, _ in found if i is not None] == list(range(len(before)))
    assert [j for _, j in found if j is not None] == list(range(len(after)))


def test_thousands_of_stretches_take_no_long_time() -> None:
    texts = [f"step {n} says {n * n} and {n % 7}" for n in range(2000)]
    began = time.process_time()
    assert pairs(texts, texts) == [(n, n) for n in range(2000)]
    assert time.process_time() - began < 20
