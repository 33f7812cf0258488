"""Whatever the cut, a stream of blocks shows what the text so far shows when it comes in one piece."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.blocks import AnswerBlocks, Open, Settle, Text, ThinkingBlocks, render_answer, render_thinking
from tests.core.documents import NASTY
from tests.core.pages import Page, cut, fresh, stream

_SCRAPS = [
    *"abc1.)-+*_`~#>|[]()!<&;:$\\\"' \n\t=",
    *("word ", "Words go on, ", "**bold** ", "`code`", "\n\n", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n```\n"),
    *("\n```py\n", "\n~~~\n", "\n|---|---|\n", "| a | b |\n", "\n---\n", "\n***", "\n# ", "\n    ", "\n$$\n"),
    *(
        "$x$",
        "\\(a\\)",
        "\\[",
        "\\]",
        "](https://e.com)",
        "https://e.com/",
        "&amp;",
        "<b>",
        "![",
        "~~",
        "  \n",
    ),
    *("é", "中文", "🙂", "\u00a0", "\u3000", "\r", "\r\n", "\0", "\ud800", "\ufeff", "\u2028"),
]
_documents = st.lists(st.sampled_from(_SCRAPS), max_size=40).map("".join)
_definitions = st.sampled_from(
    ["[a]: https://e.com\n", "[a]: h", "[a]:\n", "\n[a]: https://x.y 'ti\ntle'\n", "[a]"]
)
_steps = st.integers(1, 12)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_an_answer_cut_anywhere_shows_what_its_text_shows(text: str, size: int) -> None:
    compare = "[a]: " not in text
    page, blocks = stream(AnswerBlocks, cut(text, size), compare=compare)
    assert blocks.stale or page.settled == render_answer(text)
    assert compare or blocks.stale == (page.settled != render_answer(text))


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("size", [1, 3, 40])
def test_thinking_cut_anywhere_shows_what_its_text_shows(text: str, size: int) -> None:
    page, _ = stream(ThinkingBlocks, cut(text, size), compare=True)
    assert page.settled == render_thinking(text)


@settings(max_examples=400, deadline=None)
@given(_documents, _steps)
def test_any_answer_in_any_steps_shows_what_its_text_shows(text: str, size: int) -> None:
    page, blocks = stream(AnswerBlocks, cut(text, size), compare=True)
    assert not blocks.stale
    assert page.settled == render_answer(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_documents, _definitions), max_size=8).map("\n".join), _steps)
def test_an_answer_with_link_definitions_ends_right_or_says_that_it_is_stale(text: str, size: int) -> None:
    page, blocks = stream(AnswerBlocks, cut(text, size), compare=False)
    assert blocks.stale == (page.settled != render_answer(text))


@settings(max_examples=200, deadline=None)
@given(_documents, _steps)
def test_any_thinking_in_any_steps_shows_what_its_text_shows(text: str, size: int) -> None:
    page, _ = stream(ThinkingBlocks, cut(text, size), compare=True)
    assert page.settled == render_thinking(text)


def test_a_hurried_stream_catches_up() -> None:
    text = "\n\n".join(NASTY[:18])
    page, blocks = Page(), AnswerBlocks()
    for tick, piece in enumerate(cut(text, 5)):
        blocks.feed(piece)
        page.apply(blocks.render(tick / 100))
        assert (page.settled, page.open) == (blocks.settled, blocks.open_html)
    page.apply(blocks.render(1e9))
    assert page.html == fresh(AnswerBlocks, text).html
    page.apply(blocks.finish())
    assert page.settled == render_answer(text)


def test_plain_words_are_appended_without_a_render() -> None:
    blocks = AnswerBlocks()
    blocks.feed("The **sheep** are")
    blocks.render(0)
    blocks.feed(" nine, ")
    assert blocks.render(0) == [Text(" nine,")]
    blocks.feed("says the (honest) farmer")
    assert blocks.render(0) == [Text(" says the (honest) farmer")]


def test_words_in_a_list_are_appended_to_its_last_item() -> None:
    blocks = AnswerBlocks()
    blocks.feed("- one\n- two")
    blocks.render(0)
    blocks.feed(" and more")
    assert blocks.render(0) == [Text(" and more")]
    assert blocks.open_html == '<ul dir="auto">\n<li>one</li>\n<li data-grow="">two and more</li>\n</ul>\n'


def test_open_code_grows_by_whole_lines_and_is_coloured_when_it_closes() -> None:
    blocks = AnswerBlocks()
    blocks.feed("```python\nx = 1\n")
    assert isinstance(blocks.render(0)[0], Open)
    blocks.feed("def f")
    assert blocks.render(0) == []
    blocks.feed("():\n    pa")
    assert blocks.render(0) == [Text("def f():\n")]
    assert "<span class=" not in blocks.open_html.split("<pre")[1]
    blocks.feed("ss\n```\n")
    (settled,) = blocks.render(1e6)
    assert isinstance(settled, Settle)
    assert '<span class="k">def</span>' in settled.html


def test_a_slow_block_renders_again_after_ten_times_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.020, 1.0, 1.0])
    monkeypatch.setattr("chat.core.blocks.perf_counter", lambda: next(clock))
    blocks = AnswerBlocks()
    blocks.feed("- *a*")
    assert blocks.render(1000)
    blocks.feed("\n- *b*")
    assert blocks.render(1190) == []
    assert blocks.render(1201)


def test_a_paragraph_settles_at_the_blank_line_after_it() -> None:
    blocks = AnswerBlocks()
    blocks.feed("para\n")
    assert blocks.render(0) == [Open('<p dir="auto" data-grow="">para</p>\n')]
    blocks.feed("\n")
    assert blocks.render(1e6) == [Settle(0, '<p dir="auto">para</p>\n')]


def test_a_reference_defined_late_makes_the_settled_blocks_stale() -> None:
    _, blocks = stream(AnswerBlocks, ["See [a].\n\n", "[a]: https://e.com\n"], compare=False)
    assert blocks.stale
    _, blocks = stream(AnswerBlocks, ["[a]: https://e.com\n\n", "See [a].\n"], compare=False)
    assert not blocks.stale


def test_thinking_is_plain_text_until_its_paragraph_closes() -> None:
    blocks = ThinkingBlocks()
    blocks.feed("So **17** <sheep>\n```\na\n\nb")
    assert blocks.render(0) == [Text("So **17** <sheep>\n```\na\n\nb")]
    assert blocks.open_html == "So **17** &lt;sheep&gt;\n```\na\n\nb"
    blocks.feed("\n```\n\nNext")
    settled, text = blocks.render(0)
    assert isinstance(settled, Settle)
    assert "<strong>17</strong>" in settled.html
    assert text == Text("Next")


def test_random_cuts_of_a_long_mixed_answer_end_the_same() -> None:
    dice = random.Random(17)
    texts = [text for text in NASTY if "[a]: " not in text]
    for _ in range(5):
        text = "\n\n".join(dice.sample(texts, 15))
        pieces, at = [], 0
        while at < len(text):
            size = dice.randint(1, 30)
            pieces.append(text[at : at + size])
            at += size
        page, _blocks = stream(AnswerBlocks, pieces, compare=False)
        assert page.settled == render_answer(text)
