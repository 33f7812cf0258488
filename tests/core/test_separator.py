"""Thinking apart from answer: the rules, one by one, where fixtures leave room for doubt."""

import pytest

from chat.core.transcript import Transcript
from tests.core.streams import contents, data, delta, finish, parts_of, read, result_of

THINKING, ANSWER = "thinking", "answer"


def parts(*texts: str, end: str = "stop", begins_in_thinking: bool = False) -> list[tuple[str, str]]:
    return parts_of(read(contents(*texts, end=end), begins_in_thinking))


def began(chunks: list[bytes], begins_in_thinking: bool) -> bool | None:
    transcript = Transcript()
    for event in read(chunks, begins_in_thinking):
        transcript.apply(0, event)
    return transcript.began_in_thinking


def test_two_blocks_in_a_row_are_two_paragraphs_of_thinking() -> None:
    assert result_of(contents("<think>a</think>\n<think>b</think>c"))["reasoning"] == "a\n\nb"


def test_an_opening_tag_in_the_middle_of_a_line_is_text() -> None:
    assert parts("The tag <think> opens and </think> closes.") == [
        (ANSWER, "The tag <think> opens and </think> closes.")
    ]


def test_an_opening_tag_counts_at_a_line_start_only_after_a_block() -> None:
    assert parts("Hello\n<think>x</think>y") == [(ANSWER, "Hello\n<think>x</think>y")]
    assert parts("<think>a</think>b\n<think>c</think>d") == [
        (THINKING, "a"),
        (ANSWER, "b\n"),
        (THINKING, "c"),
        (ANSWER, "d"),
    ]


def test_another_familys_closing_tag_does_not_close() -> None:
    assert parts("<think>a</thinking>b</think>c") == [(THINKING, "a</thinking>b"), (ANSWER, "c")]


@pytest.mark.parametrize(
    ("opener", "closer"),
    [
        ("<seed:think>", "</seed:think>"),
        ("<mm:think>", "</mm:think>"),
        ("<thought>", "</thought>"),
        ("[THINK]", "[/THINK]"),
        ("◁think▷", "◁/think▷"),
        ("<|START_THINKING|>", "<|END_THINKING|>"),
    ],
)
def test_every_family_separates(opener: str, closer: str) -> None:
    assert parts(f"{opener}why{closer}\nyes") == [(THINKING, "why"), (ANSWER, "yes")]
    assert parts(f"why{closer}\nyes") == [(THINKING, "why"), (ANSWER, "yes")]


def test_a_late_closing_tag_after_a_stray_backtick_counts_on_its_own_line() -> None:
    assert parts("I would use ` here\n</think>\nYes") == [(THINKING, "I would use ` here"), (ANSWER, "Yes")]


def test_a_late_closing_tag_in_a_fence_is_text() -> None:
    text = "```\na\n</think>\n```\nb"
    assert parts(text) == [(ANSWER, text)]


def test_a_fence_in_a_list_is_code_and_ends() -> None:
    text = "<think>r</think>- ```\n  <think>x</think>\n  ```\n\ndone\n</think>\nend"
    assert parts(text)[-1] == (ANSWER, "end")


def test_a_tag_wrapped_in_backticks_does_not_end_the_block() -> None:
    assert parts("<think>about `</think", ">` now</think>ok") == [
        (THINKING, "about `</think>` now"),
        (ANSWER, "ok"),
    ]


def test_a_lone_backtick_before_the_closing_tag_does_not_protect_it() -> None:
    assert parts("<think>odd `</think>ok") == [(THINKING, "odd `"), (ANSWER, "ok")]


def test_a_channel_message_to_a_tool_is_a_call() -> None:
    result = result_of(
        contents(
            "<|channel|>analysis<|message|>Look.<|end|><|start|>assistant",
            '<|channel|>commentary to=functions.w <|constrain|>json<|message|>{"c": 1}<|call|>',
        )
    )
    assert result["reasoning"] == "Look."
    assert result["tool_calls"] == [{"id": None, "name": "w", "arguments": '{"c": 1}'}]


def test_a_channel_that_is_cut_in_thinking_is_unterminated() -> None:
    result = result_of(contents("<|channel|>analysis<|message|>Look", end="length"))
    assert (result["reasoning"], result["answer"], result["unterminated"]) == ("Look", "", True)


def test_text_after_a_channel_message_is_not_lost() -> None:
    assert result_of(contents("<|channel|>analysis<|message|>x<|end|>Hello"))["answer"] == "Hello"


def test_a_tool_section_in_the_answer_is_cut_out_and_read() -> None:
    result = result_of(
        contents(
            "Wait.<|tool_calls_section_begin|><|tool_call_begin|>functions.ls:0<|tool_call_argument_begin|>",
            '{"a":1}<|tool_call_end|><|tool_calls_section_end|>',
        )
    )
    assert result["answer"] == "Wait."
    assert result["tool_calls"] == [{"id": "functions.ls:0", "name": "ls", "arguments": '{"a":1}'}]


def test_a_tool_section_quoted_in_code_stays() -> None:
    text = "Use `<|tool_calls_section_begin|>` there."
    assert parts(text) == [(ANSWER, text)]


class TestAModelThatBeginsInThinking:
    def test_its_text_is_thinking_until_the_tag(self) -> None:
        assert parts("why", "</think>", "yes", begins_in_thinking=True) == [
            (THINKING, "why"),
            (ANSWER, "yes"),
        ]

    def test_it_may_open_the_block_again(self) -> None:
        assert parts("<think>\nwhy</think>yes", begins_in_thinking=True) == [
            (THINKING, "why"),
            (ANSWER, "yes"),
        ]

    def test_a_reply_that_never_closes_was_the_answer(self) -> None:
        assert parts("Paris.", begins_in_thinking=True) == [(ANSWER, "Paris.")]

    def test_a_reply_that_is_cut_stays_thinking(self) -> None:
        result = result_of(contents("Hmm", end="length"), begins_in_thinking=True)
        assert (result["reasoning"], result["answer"], result["unterminated"]) == ("Hmm", "", True)

    def test_typed_reasoning_ends_the_assumption(self) -> None:
        chunks = [delta(reasoning_content="why"), delta(content="yes"), finish()]
        assert parts_of(read(chunks, begins_in_thinking=True)) == [(THINKING, "why"), (ANSWER, "yes")]

    def test_sections_end_it_too(self) -> None:
        text = "why<|close|>think<|sep|><|open|>response<|sep|>yes<|close|>response<|sep|>"
        assert parts(text, begins_in_thinking=True) == [(THINKING, "why"), (ANSWER, "yes")]


class TestWhereItBegan:
    """What a reply tells of its beginning, with and without the expectation that it is thinking."""

    @pytest.mark.parametrize("expected", [True, False])
    @pytest.mark.parametrize(
        "text",
        [
            "why</think>yes",
            "\n\n</think>\n\nyes",
            "why<|close|>think<|sep|><|open|>response<|sep|>yes<|close|>response<|sep|>",
        ],
    )
    def test_a_closing_tag_alone_proves_thinking(self, text: str, expected: bool) -> None:
        assert began(contents(*text), expected) is True

    @pytest.mark.parametrize(
        "chunks",
        [
            contents("Paris."),
            contents("<think>why</think>yes"),
            contents("<|channel|>final<|message|>yes<|end|>"),
            [delta(reasoning_content="why"), delta(content="yes"), finish()],
            [delta(content="so "), delta(reasoning_content="why"), delta(content="yes"), finish()],
        ],
    )
    def test_a_reply_that_does_without_refutes_the_expectation(self, chunks: list[bytes]) -> None:
        assert began(chunks, True) is False
        assert began(chunks, False) is None

    @pytest.mark.parametrize("expected", [True, False])
    def test_a_reply_that_is_cut_before_any_tag_tells_nothing(self, expected: bool) -> None:
        assert began(contents("Hmm", end="length"), expected) is None

    def test_a_closing_tag_after_thinking_tells_nothing(self) -> None:
        assert began(contents("<think>a</think>b\n</think>\nc"), False) is None


def test_reasoning_around_a_tool_call_is_two_parts() -> None:
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}
    chunks = [delta(reasoning="a "), delta(tool_calls=[call]), delta(reasoning=" b"), finish("tool_calls")]
    assert [kind for kind, _ in parts_of(read(chunks))] == [THINKING, "tool_call", THINKING]
    assert result_of(chunks)["reasoning"] == "a\n\nb"


def test_a_refusal_is_the_answer_only_where_there_is_no_other() -> None:
    assert result_of([delta(refusal="I can"), delta(refusal="not."), finish()])["answer"] == "I cannot."
    both = result_of([delta(content="Yes."), delta(refusal="No."), finish()])
    assert (both["answer"], both["refusal"]) == ("Yes.", "No.")


def test_other_choices_are_ignored() -> None:
    both = [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]
    assert result_of([data({"choices": both}), finish()])["answer"] == "yes"
