"""How thinking is cut into steps: the rules, and how well they agree with people."""

import sys
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.step_passages import LOOK
from chat.core.step_titles import LONGEST, title_of
from chat.core.steps import CODE_LIMIT, LIMIT, Segmenter, Step, cut, step_at
from tests.core.streams import cut_at
from tests.core.traces import HELD_OUT, TUNING, Counts, Trace, compare, load_all, steps_of

FLOOR = 0.72
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


def paragraphs(*texts: str) -> list[Step]:
    """Steps of paragraphs of which the first is long enough to be a step."""
    return cut("\n\n".join([PLAIN * 6, *texts]))


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


def test_no_text_has_no_steps() -> None:
    assert cut("") == cut(" \n\t\n ") == []
    assert step_at([], 0) is None


class TestWhereAStepBegins:
    def test_at_a_heading_or_a_bold_line_alone(self) -> None:
        steps = paragraphs("## Second way\n\nIt is shorter.", "**Third way**\nIt is longer.")
        assert [step.title for step in steps[1:]] == ["Second way", "Third way"]

    def test_not_right_below_a_heading(self) -> None:
        assert len(paragraphs("## Check\n\nWait, let me check it. " + PLAIN)) == 2

    @pytest.mark.parametrize(
        ("paragraph", "kind"),
        [
            ("Wait, that can't be right. The pump has two outlets.", "turn"),
            ("Let me check this with a smaller tank.", "check"),
            ("So the answer is 42 minutes.", "end"),
            ("I need to decide what to compute first. There are three ways.", "plan"),
            ("等等,我漏了一个条件,泵有两个出口。", "turn"),
            ("验算一下,把结果代回去看看。", "check"),
            ("所以答案是42分钟。", "end"),
        ],
    )
    def test_at_a_paragraph_that_begins_with_a_cue(self, paragraph: str, kind: str) -> None:
        steps = paragraphs(paragraph)
        assert [(step.offset, step.kind) for step in steps[1:]] == [(len(PLAIN * 6) + 2, kind)]

    def test_at_numbered_items_that_are_more_than_a_list(self) -> None:
        items = [f"{n}. {PLAIN}{PLAIN}" for n in range(1, 4)]
        assert len(paragraphs(*items)) == 4
        assert len(paragraphs("There are three:\n\n1. a pump\n2. a tank\n3. a pipe")) <= 2

    def test_not_at_a_remark_that_goes_on(self) -> None:
        assert (
            len(paragraphs("Let me check it with a smaller tank.", "Yes, it fits.", "so that is the rate."))
            == 2
        )

    def test_at_a_sentence_where_the_step_is_too_long(self) -> None:
        steps = cut(PLAIN * 100)
        assert {step.offset % len(PLAIN) for step in steps} == {0}
        assert max(end.offset - start.offset for start, end in pairwise(steps)) < LIMIT + len(PLAIN)

    def test_at_a_word_where_no_sentence_ends(self) -> None:
        offsets = [step.offset for step in cut("word " * 2000)]
        assert len(offsets) > 3
        assert {offset % 5 for offset in offsets} == {0}

    def test_at_a_character_where_there_is_no_word(self) -> None:
        family = "👩\u200d👩\u200d👧"
        offsets = [step.offset for step in cut(family * 2000)]
        assert len(offsets) > 3
        assert {offset % len(family) for offset in offsets} == {0}

    def test_not_in_code(self) -> None:
        code = "```\n" + "# Wait\n\n**x**\n\n" * 200 + "```"
        assert LIMIT < len(code) < CODE_LIMIT
        assert [step.kind for step in paragraphs(code, "Wait, that is wrong.")][1:] == ["turn"]

    def test_at_a_line_of_code_that_never_ends(self) -> None:
        text = "Look:\n\n```\n" + "x = 1\n" * 2000
        offsets = [step.offset for step in cut(text)]
        assert len(offsets) == len(text) // CODE_LIMIT + 1
        assert all(text[offset:].startswith("x = 1\n") for offset in offsets[1:])


class TestTools:
    def test_a_call_is_a_step_and_what_follows_is_the_next(self) -> None:
        segmenter = Segmenter()
        segmenter.feed("I look it up")
        segmenter.tool_call("search")
        segmenter.tool_return()
        segmenter.feed("\n\nand there it is.")
        segmenter.close()
        assert [(step.offset, step.kind) for step in segmenter.steps] == [
            (0, "framing"),
            (12, "tool"),
            (14, "working"),
        ]
        assert segmenter.steps[1].title == "search"

    def test_calls_at_one_offset_are_steps_of_their_own(self) -> None:
        segmenter = Segmenter()
        for name in ("a", "b", " "):
            segmenter.tool_call(name)
        segmenter.feed("So.")
        segmenter.close()
        assert [step.title for step in segmenter.steps] == ["a", "b", "Tool", "So"]
        assert step_at(segmenter.steps, 0) == 3

    def test_a_fence_does_not_outlast_a_call(self) -> None:
        segmenter = Segmenter()
        segmenter.feed("```\nx")
        segmenter.tool_call("run")
        segmenter.feed(f"{PLAIN}\n\n## Result\n")
        assert segmenter.steps[-1].title == "Result"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Okay, so let me check the second equation, since it matters.", "Check the second equation"),
        ("## `parse` in **two** steps", "Parse in two steps"),
        ("**Option A**", "Option A"),
        ("3. Find the number of buses.", "Find the number of buses"),
        ("Is it a problem that it rains? Perhaps.", "Is it a problem that it rains?"),
        ("The pair (x, y, z) is what we need, I think", "The pair (x, y, z) is what we need"),
        ("好的,我先看一下题目。", "看一下题目"),
        ("Hmm.", "Hmm"),
        ("So", "So"),
        ("---", "Working"),
        ("word " * 19, "Word " + "word " * 9 + "word…"),
        ("字" * 90, "字" * 55 + "…"),
    ],
)
def test_a_title_says_what_is_meant(head: str, title: str) -> None:
    assert title_of(head, "Working") == title


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


def test_cuts_of_people_are_found_in_traces_that_nobody_tuned_for() -> None:
    """Of boundaries inside the text, the start and tools left out: they are right at the same offset, or
    in the white space before it.
    """
    total = sum((compare(trace, steps_of(trace, Segmenter())) for trace in load_all(HELD_OUT)), Counts())
    print(total)
    assert total.f1 >= FLOOR
