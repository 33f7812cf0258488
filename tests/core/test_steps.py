"""How thinking is cut into steps: the rules, and how well they agree with people."""

from itertools import pairwise

import pytest

from chat.core.step_titles import title_of
from chat.core.steps import CODE_LIMIT, LIMIT, Segmenter, Step, cut, step_at
from tests.core.traces import HELD_OUT, Counts, compare, load_all, steps_of

FLOOR = 0.72
PLAIN = "The pump runs at a steady rate and nothing else happens in the meantime. "


def paragraphs(*texts: str) -> list[Step]:
    """Steps of paragraphs of which the first is long enough to be a step."""
    return cut("\n\n".join([PLAIN * 6, *texts]))


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


def test_cuts_of_people_are_found_in_traces_that_nobody_tuned_for() -> None:
    """Of boundaries inside the text, the start and tools left out: they are right at the same offset, or
    in the white space before it.
    """
    total = sum((compare(trace, steps_of(trace, Segmenter())) for trace in load_all(HELD_OUT)), Counts())
    print(total)
    assert total.f1 >= FLOOR
