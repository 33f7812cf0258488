"""What the local model is asked, request by request."""

import pytest

from chat.providers.base import ChatRequest, Turn
from chat.providers.local import prompts

QUESTION = Turn("user", "How many sheep are left?")


def asked(*turns: Turn, **options: object) -> ChatRequest:
    return ChatRequest("smollm2-135m", turns or (QUESTION,), **options)  # type: ignore[arg-type]


def said(body: dict[str, object]) -> list[tuple[str, str]]:
    messages = body["messages"]
    assert isinstance(messages, list)
    return [(message["role"], message["content"]) for message in messages]


def test_thinking_is_asked_for_under_a_plain_system_prompt() -> None:
    assert said(prompts.thinking_body(asked())) == [
        ("system", "You are a helpful assistant."),
        ("user", "How many sheep are left?\nReason step by step."),
    ]


def test_a_system_prompt_of_ones_own_replaces_the_plain_one() -> None:
    body = prompts.thinking_body(asked(Turn("system", "Speak like a shepherd."), QUESTION))
    assert said(body)[0] == ("system", "Speak like a shepherd.")
    assert len(said(body)) == 2


def test_the_answer_is_asked_for_after_the_reasoning() -> None:
    assert said(prompts.answer_body(asked(), "All but 9 die, so 9 live.", used=8))[1:] == [
        ("user", "How many sheep are left?\nReason step by step."),
        ("assistant", "All but 9 die, so 9 live."),
        (
            "user",
            "So what is the final answer to: How many sheep are left?\nReply with the answer only.",
        ),
    ]


def test_without_reasoning_the_question_is_asked_plainly() -> None:
    assert said(prompts.answer_body(asked(thinking="off"), "", used=0))[1:] == [
        ("user", "How many sheep are left?")
    ]


def test_a_long_question_is_not_said_twice() -> None:
    body = prompts.answer_body(asked(Turn("user", "why " * 200)), "Because.", used=2)
    assert said(body)[-1] == ("user", "So what is the final answer? Reply with the answer only.")


def test_earlier_turns_go_along_without_their_thinking() -> None:
    body = prompts.thinking_body(
        asked(Turn("user", "Hello"), Turn("assistant", "Hi", thinking="A greeting."), QUESTION)
    )
    assert said(body)[1:3] == [("user", "Hello"), ("assistant", "Hi")]


@pytest.mark.parametrize(
    ("longest", "thinking", "used", "answer"),
    [(None, 256, 256, 512), (1000, 256, 200, 800), (100, 50, 50, 50), (100, 50, 12, 88), (2, 1, 1, 1)],
)
def test_the_longest_reply_is_shared_by_both_requests(
    longest: int | None, thinking: int, used: int, answer: int
) -> None:
    request = asked(max_tokens=longest)
    assert prompts.thinking_body(request)["max_tokens"] == thinking
    assert prompts.answer_body(request, "So.", used)["max_tokens"] == answer


def test_a_reply_of_one_token_has_no_room_for_thinking() -> None:
    assert not prompts.thinks(asked(max_tokens=1))


def test_a_temperature_is_sent_as_asked_even_when_it_is_zero() -> None:
    assert prompts.thinking_body(asked(temperature=0.0))["temperature"] == 0.0
    assert prompts.thinking_body(asked())["temperature"] == 0.2


def test_a_thought_that_was_cut_is_carried_on() -> None:
    request = asked(continues=Turn("assistant", "", thinking="There are 17"))
    assert prompts.thinks(request)
    assert said(prompts.thinking_body(request))[-1] == ("assistant", "There are 17")


def test_an_answer_that_was_cut_is_carried_on_without_thinking_again() -> None:
    request = asked(continues=Turn("assistant", "There are", thinking="Nine live."))
    assert not prompts.thinks(request)
    assert said(prompts.answer_body(request, "Nine live.", used=0))[-1] == ("assistant", "There are")


def test_the_oldest_question_goes_first_and_the_last_one_never() -> None:
    request = asked(Turn("system", "Be brief."), Turn("user", "One"), Turn("assistant", "1"), QUESTION)
    shorter = prompts.without_oldest(request)
    assert shorter is not None
    assert shorter.turns == (Turn("system", "Be brief."), QUESTION)
    assert prompts.without_oldest(shorter) is None
