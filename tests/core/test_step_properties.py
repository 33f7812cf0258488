"""What holds however thinking is cut: nothing depends on the pieces, nothing raises, and work is linear."""

import sys
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.step_passages import LOOK
from chat.core.step_titles import LONGEST
from chat.core.steps import CODE_LIMIT, LIMIT, Segmenter, Step, cut, step_at
from tests.core.streams import cut_at
from tests.core.traces import TUNING, Trace, load_all

TUNED = load_all(TUNING)
PLAIN = "The pump runs at a steady rate and nothing else happens in the meantime. "
SNIPPETS = st.sampled_from(
    [
        *(
            "Wait, that is wrong. ",
            "Let me check: ",
            "So the answer is 4.",
            "**Option A**",
            "## Plan\n",
            "1. one",
            "- two",
        ),
        *(
            "```",
            "~~~",
            "\n",
            "\n\n",
            "\n \n",
            "   ",
            "\t",
            "| a | b |",
            "> quoted",
            '"',
            "“",
            "”",
            "Hmm",
            ".",
            "?",
            ":",
        ),
        *(
            "等等,",
            "所以答案是",
            "。",
            "\uff0c",
            "\u3000",
            "é",
            "👩\u200d👩\u200d👧",
            "e\u0301",
            "\u202e",
            "\x00",
            "\ud83d",
            "x" * 50,
            PLAIN * 9,
        ),
    ]
)
TEXTS = st.lists(SNIPPETS, max_size=40).map("".join)
CUTS = st.lists(st.integers(0, 4000), max_size=30)
HOSTILE = {
    "no spaces": "x",
    "no letters": "=",
    "spaces": " ",
    "newlines": "\n",
    "short lines": "a\n",
    "paragraphs": "Wait, no.\n\n",
    "sentences": "It is so. ",
    "Chinese sentences": "是这样。",
    "stops": ".",
    "fences": "```\n",
    "an unclosed fence": "~~~\nx",
    "right to left": "שלום עולם. ",
    "emoji": "👩\u200d👩\u200d👧",
    "combining marks": "e\u0301\u0301",
    "NUL": "\x00",
    "half a pair": "\ud83d",
    "quotation marks": '"',
    "bold": "**",
    "numbers": "1. ",
}


def fed(pieces: Iterable[str]) -> list[Step]:
    segmenter = Segmenter()
    for piece in pieces:
        segmenter.feed(piece)
    segmenter.close()
    return segmenter.steps


class TestWhateverTheText:
    @settings(max_examples=150, deadline=None)
    @given(TEXTS, CUTS)
    def test_the_cut_into_pieces_changes_nothing(self, text: str, cuts: list[int]) -> None:
        whole = cut(text)
        assert fed(cut_at(text, cuts)) == whole
        assert fed(text) == whole

    @pytest.mark.parametrize("trace", TUNED, ids=lambda trace: trace.name)
    def test_a_real_trace_is_cut_the_same_character_by_character(self, trace: Trace) -> None:
        assert fed(trace.text) == cut(trace.text)

    @settings(max_examples=100, deadline=None)
    @given(TEXTS, CUTS)
    def test_a_step_that_is_there_stays_as_it_is(self, text: str, cuts: list[int]) -> None:
        segmenter, before, settled = Segmenter(), list[Step](), 0
        for piece in cut_at(text, cuts):
            segmenter.feed(piece)
            assert segmenter.steps[: len(before)] == before
            if before:
                assert all(step.offset >= settled for step in segmenter.steps[len(before) :])
            before, settled = list(segmenter.steps), segmenter.settled

    @settings(max_examples=100, deadline=None)
    @given(TEXTS, CUTS)
    def test_little_is_held_back(self, text: str, cuts: list[int]) -> None:
        segmenter, length = Segmenter(), 0
        for piece in cut_at(text, cuts):
            segmenter.feed(piece)
            length += len(piece)
            assert length - LOOK < segmenter.settled <= length

    @settings(max_examples=100, deadline=None)
    @given(TEXTS)
    def test_every_offset_has_its_step(self, text: str) -> None:
        steps = cut(text)
        edges = [*(step.offset for step in steps), len(text)]
        assert bool(steps) == bool(text.strip())
        for number, (start, end) in enumerate(pairwise(edges)):
            assert {step_at(steps, offset) for offset in (start, end - 1)} == {number}

    @settings(max_examples=100, deadline=None)
    @given(TEXTS)
    def test_every_step_has_a_title_that_is_short(self, text: str) -> None:
        assert all(0 < len(step.title) <= LONGEST for step in cut(text))


def work(pieces: Iterable[str]) -> int:
    """Lines and calls that Python runs while it cuts: work, without a clock."""
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        fed(pieces)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_twice_the_text_is_twice_the_work(piece: str) -> None:
    once, twice = (work([piece] * count) for count in (1_000, 2_000))
    assert twice < 2.6 * once  # long steps look at sentences too; squared work would be four times as much


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_in_one_piece_is_cut_like_any(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    assert cut(text) == fed(cut_at(text, range(0, len(text), 7)))


def test_a_megabyte_without_a_line_or_a_word_is_cut() -> None:
    lengths = {b.offset - a.offset for a, b in pairwise(cut("x" * 1_000_000))}
    assert len(lengths) == 1
    assert LIMIT < lengths.pop() < CODE_LIMIT
