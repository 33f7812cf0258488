"""What is sent, by which name, and why some of it is not."""

from typing import Any

import pytest

from chat.providers.base import ChatRequest, Turn
from chat.providers.catalogue import entries, entry, manners, model_info
from chat.providers.chat_request import continuation, prepare
from chat.providers.instructions import CARRY_ON, THINK_ON

HELLO = (Turn("user", "Hi"),)


def sent(provider: str, model: str, base_url: str = "http://x/v1", **asked: Any) -> dict[str, Any]:
    return prepare(provider, base_url, ChatRequest(model, asked.pop("turns", HELLO), **asked))[0]


def reasons(provider: str, model: str, **asked: Any) -> dict[str, str]:
    return prepare(provider, "http://x/v1", ChatRequest(model, HELLO, **asked))[1]


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openrouter", "moonshotai/kimi-k2-thinking"),
        ("vllm", "moonshotai/Kimi-K2-Thinking"),
        ("sglang", "kimi-k2-thinking"),
        ("compatible", "anything"),
    ],
)
def test_a_temperature_is_sent_where_it_is_taken(provider: str, model: str) -> None:
    assert sent(provider, model, temperature=0.6)["temperature"] == 0.6
    assert "temperature" not in model_info(provider, "P", model).not_sent


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("moonshot", "kimi-k3.1-pro"),
        ("moonshot", "kimi-k2.6"),
        ("moonshot", "kimi-of-tomorrow"),
        ("openai", "o3"),
    ],
)
def test_a_temperature_that_would_be_refused_is_not_sent_and_why_is_said(provider: str, model: str) -> None:
    assert "temperature" not in sent(provider, model, temperature=0.6)
    assert "fixed temperature" in reasons(provider, model, temperature=0.6)["temperature"]
    assert "temperature" in model_info(provider, "P", model).not_sent


def test_what_nobody_asked_for_needs_no_reason() -> None:
    assert reasons("openai", "o3") == {}
    assert sent("compatible", "m") == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_temperature_waits_for_the_answer_where_thinking_takes_none() -> None:
    assert "temperature" not in sent("deepseek", "deepseek-flash", temperature=1.5)
    assert sent("deepseek", "deepseek-flash", temperature=1.5, thinking="off")["temperature"] == 1.5
    assert sent("anthropic", "claude-sonnet-5", temperature=1.5)["temperature"] == 1.0


@pytest.mark.parametrize(
    ("provider", "model", "name"),
    [
        ("openai", "o3", "max_completion_tokens"),
        ("moonshot", "kimi-k3", "max_completion_tokens"),
        ("openrouter", "openai/o3", "max_tokens"),
        ("deepseek", "deepseek-flash", "max_tokens"),
        ("vllm", "m", "max_tokens"),
    ],
)
def test_the_longest_reply_has_its_providers_name(provider: str, model: str, name: str) -> None:
    body = sent(provider, model, max_tokens=4096)
    assert {key: body[key] for key in body if key.startswith("max")} == {name: 4096}


@pytest.mark.parametrize(
    ("provider", "model", "asked", "expected"),
    [
        ("moonshot", "kimi-k2.6", {"thinking": "off"}, {"thinking": {"type": "disabled"}}),
        ("moonshot", "kimi-k2.6", {"thinking": "auto"}, {}),
        ("moonshot", "kimi-k3", {"thinking": "off", "effort": "low"}, {"reasoning_effort": "low"}),
        (
            "deepseek",
            "deepseek-flash",
            {"thinking": "on", "effort": "max"},
            {"thinking": {"type": "enabled"}, "reasoning_effort": "max"},
        ),
        (
            "deepseek",
            "deepseek-flash",
            {"thinking": "off", "effort": "max"},
            {"thinking": {"type": "disabled"}},
        ),
        ("openrouter", "anthropic/claude-sonnet-5", {"thinking": "off"}, {"reasoning": {"enabled": False}}),
        (
            "openrouter",
            "anthropic/claude-sonnet-5",
            {"thinking": "on", "effort": "high"},
            {"reasoning": {"enabled": True, "effort": "high"}},
        ),
        ("openrouter", "some/new-model", {"effort": "low"}, {"reasoning": {"effort": "low"}}),
        ("vllm", "Qwen/Qwen3-8B", {"thinking": "off"}, {"chat_template_kwargs": {"enable_thinking": False}}),
        (
            "vllm",
            "unknown",
            {"thinking": "on"},
            {"chat_template_kwargs": {"thinking": True, "enable_thinking": True}},
        ),
        ("openai", "o3", {"thinking": "off", "effort": "low"}, {"reasoning_effort": "low"}),
        ("openai", "o3", {"effort": "max"}, {}),
        ("compatible", "m", {"thinking": "off", "effort": "low"}, {}),
    ],
)
def test_thinking_is_switched_in_the_providers_way(
    provider: str, model: str, asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    body = sent(provider, model, **asked)
    assert {key: body[key] for key in body if key not in sent(provider, model)} == expected


def test_every_setting_that_is_not_sent_has_its_reason() -> None:
    asked = {"thinking": "off", "effort": "max", "temperature": 0.3}
    assert set(reasons("openai", "o3", **asked)) == {"thinking", "effort", "temperature"}
    assert set(reasons("compatible", "m", **asked)) == {"thinking", "effort"}


def test_usage_is_asked_for_but_where_it_always_comes() -> None:
    assert sent("moonshot", "kimi-k3")["stream_options"] == {"include_usage": True}
    assert "stream_options" not in sent("openrouter", "some/model")


SAID = Turn("assistant", "The answer is", thinking="Hm.")


@pytest.mark.parametrize(
    ("provider", "model", "base_url", "last", "extra"),
    [
        ("moonshot", "kimi-k2.6", "http://x/v1", {"partial": True}, {}),
        ("deepseek", "deepseek-flash", "http://x/beta", {"prefix": True}, {}),
        ("openrouter", "moonshotai/kimi-k2", "http://x/v1", {}, {}),
        ("vllm", "m", "http://x/v1", {}, {"continue_final_message": True, "add_generation_prompt": False}),
    ],
)
def test_a_reply_is_carried_on_by_its_own_beginning(
    provider: str, model: str, base_url: str, last: dict[str, Any], extra: dict[str, Any]
) -> None:
    body = sent(provider, model, base_url, continues=SAID)
    assert body["messages"][-1] == {"role": "assistant", "content": "The answer is", **last}
    assert extra.items() <= body.items()


@pytest.mark.parametrize(
    ("provider", "model"), [("compatible", "m"), ("vllm", "deepseek-r1"), ("deepseek", "deepseek-flash")]
)
def test_elsewhere_the_model_is_asked_to_carry_on(provider: str, model: str) -> None:
    request = ChatRequest(model, HELLO, continues=SAID)
    assert continuation(provider, "http://x/v1", request) == "ask"
    assert sent(provider, model, continues=SAID)["messages"][1:] == [
        {"role": "assistant", "content": "The answer is"},
        {"role": "user", "content": CARRY_ON},
    ]


def test_a_reply_that_was_cut_in_thinking_carries_its_thinking_on() -> None:
    messages = sent("moonshot", "kimi-k2.6", continues=Turn("assistant", "", thinking="Hm."))["messages"]
    assert messages[1:] == [
        {"role": "assistant", "content": "Hm."},
        {"role": "user", "content": THINK_ON},
    ]


def test_thinking_goes_back_only_to_those_who_want_it() -> None:
    turns = (Turn("user", "a"), Turn("assistant", "b", thinking="c"), Turn("user", "d"))
    assert sent("moonshot", "kimi-k3", turns=turns)["messages"][1]["reasoning_content"] == "c"
    assert "reasoning_content" not in sent("deepseek", "deepseek-flash", turns=turns)["messages"][1]


def test_an_empty_reply_is_left_out_and_roles_still_alternate() -> None:
    turns = (Turn("user", "a"), Turn("assistant", " ", thinking="c"), Turn("user", "d"))
    assert sent("compatible", "m", turns=turns)["messages"] == [{"role": "user", "content": "a\n\nd"}]


def test_every_entry_says_where_and_when_it_is_from() -> None:
    for known in entries():
        assert known.source, known.ids
        assert known.as_of, known.ids
        assert known.providers, known.ids


def test_no_entry_is_hidden_behind_another() -> None:
    for known in entries():
        for provider in known.providers:
            for id in known.ids:
                assert known.name == "" or entry(provider, id) is known, (provider, id)


def test_an_unknown_provider_is_asked_in_the_plainest_way() -> None:
    assert manners("somebody") == manners("compatible")
    assert model_info("somebody", "Somebody", "m").thinking == "unknown"
