"""Which words of two texts differ: exactly, readably, and within bounds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.core.shared_runs import shared_runs
from chat.core.word_changes import changes, words_of

LETTERS = st.lists(st.sampled_from("abcd"), max_size=14)


def longest_common(a: list[str], b: list[str]) -> int:
    """How many things two sequences have in common at most, in order: the textbook's table."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@given(LETTERS, LETTERS)
def test_shared_runs_are_equal_in_order_and_as_many_as_can_be(a: list[str], b: list[str]) -> None:
    runs = shared_runs(a, b, 100)
    assert runs is not None
    end_a = end_b = 0
    for i, j, length in runs:
        assert a[i : i + length] == b[j : j + length]
        assert i >= end_a
        assert j >= end_b
        end_a, end_b = i + length, j + length
    assert sum(run.length for run in runs) == longest_common(a, b)


def test_shared_runs_give_up_beyond_their_bound() -> None:
    assert shared_runs("abcdef", "uvwxyz", 11) is None
    assert shared_runs("abcdef", "uvwxyz", 12) == []


@given(st.text(max_size=60))
def test_words_joined_again_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


def written(before: str, after: str) -> str:
    """Both texts, with what only one has in brackets."""
    old, new = words_of(before), words_of(after)
    differ = changes(old, new)
    marked = [
        "".join(f"[{word}]" if missing else word for word, missing in zip(words, flags, strict=True))
        for words, flags in ((old, differ.before), (new, differ.after))
    ]
    return " | ".join(marked).replace("][", "")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("same words", "same words", "same words | same words"),
        ("", "new", " | [new]"),
        ("a red hen", "a blue hen", "a [red] hen | a [blue] hen"),
        ("it is 0.66 ¢", "it is 0.67 ¢", "it is 0.[66] ¢ | it is 0.[67] ¢"),
        ("我们需要计算总数。", "我们先计算总和。", "我们[需要]计算总[数]。 | 我们[先]计算总[和]。"),
        ("क्षि one", "क्षि two", "क्षि [one] | क्षि [two]"),
    ],
)
def test_what_differs_is_marked_word_by_word(before: str, after: str, shown: str) -> None:
    assert written(before, after) == shown


def test_a_lone_word_in_common_does_not_break_up_a_change() -> None:
    assert written("take the red and old bus", "or ride the new blue bike") == (
        "[take the red and old bus] | [or ride the new blue bike]"
    )


def test_a_long_text_with_a_change_in_each_sentence_is_compared_by_sentences() -> None:
    def story(word: str) -> str:
        return " ".join(f"Sentence {n} is about sheep. It says {word}." for n in range(600))

    old, new = words_of(story("ba")), words_of(story("bleat"))
    differ = changes(old, new)
    assert {old[n] for n, missing in enumerate(differ.before) if missing} == {"ba"}
    assert {new[n] for n, missing in enumerate(differ.after) if missing} == {"bleat"}


@pytest.mark.parametrize("before", ["x " * 60_000, "".join(f"w{n % 50}, " for n in range(60_000))])
def test_two_long_texts_with_nothing_in_common_take_no_long_time(before: str) -> None:
    after = "".join(f"v{n % 37} w{(n * n) % 50}. " for n in range(40_000))
    began = time.process_time()
    changes(words_of(before), words_of(after))
    assert time.process_time() - began < 10
