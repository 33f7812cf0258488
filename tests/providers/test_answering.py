"""How each kind of server is asked to answer from thinking, or to think on: the bytes, and what follows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from chat.core.transcript import Transcript
from chat.providers.base import ChatRequest, ProviderError, Turn
from chat.providers.catalogue import model_info
from chat.providers.chat_completions import ChatCompletions
from chat.providers.configuration import ProviderConfig
from chat.providers.instructions import ANSWER_NOW, THINK_ON
from tests.providers.upstream import KEY, Upstream, running, stream, whole
from tests.providers.upstream import Answer as Reply

HELLO = (Turn("user", "Hi"),)
THOUGHT = Turn("assistant", "", thinking="All but nine.")
OVER = "<think>\nAll but nine.\n</think>\n\n"
OPEN = "<think>\nAll but nine."


@asynccontextmanager
async def server(provider: str, path: str = "/v1") -> AsyncIterator[tuple[Upstream, ChatCompletions]]:
    async with running() as upstream:
        url = upstream.url.removesuffix("/v1") + path
        made = ChatCompletions(ProviderConfig(provider, "Test", url, KEY, variable="TEST"), KEY)
        try:
            yield upstream, made
        finally:
            await made.aclose()


async def said(provider: ChatCompletions, model: str, **asked: Any) -> tuple[Transcript, list[Any]]:
    """What a reader makes of the reply, and every body that was announced before it left."""
    bodies: list[Any] = []

    async def before_send(body: dict[str, Any]) -> None:
        bodies.append(body)

    transcript = Transcript()
    async for events in provider.stream(ChatRequest(model, HELLO, continues=THOUGHT, **asked), before_send):
        for event in events:
            transcript.apply(0, event)
    return transcript, bodies


def replying(*deltas: dict[str, Any], finish: str = "stop") -> Reply:
    chunks: list[Any] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    return stream(*(b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks), b"data: [DONE]\n\n")


NINE = replying({"content": "Nine."})


@pytest.mark.parametrize(
    ("provider", "model", "path", "last", "extra"),
    [
        ("moonshot", "kimi-k2.6", "/v1", {"partial": True}, {"thinking": {"type": "disabled"}}),
        ("moonshot", "kimi-k3", "/v1", {"partial": True}, {"reasoning_effort": "low"}),
        ("deepseek", "deepseek-flash", "/beta", {"prefix": True}, {"thinking": {"type": "disabled"}}),
        (
            "vllm",
            "Qwen/Qwen3-8B",
            "/v1",
            {},
            {
                "continue_final_message": True,
                "add_generation_prompt": False,
                "chat_template_kwargs": {"enable_thinking": False},
            },
        ),
        (
            "sglang",
            "unknown",
            "/v1",
            {},
            {"continue_final_message": True, "add_generation_prompt": False, "separate_reasoning": False},
        ),
    ],
)
async def test_the_answer_is_written_on_from_the_end_of_the_thinking(
    provider: str, model: str, path: str, last: dict[str, Any], extra: dict[str, Any]
) -> None:
    async with server(provider, path) as (upstream, made):
        upstream.answer = NINE
        transcript, announced = await said(made, model, answers=True)
        [request] = upstream.requests
        assert [request.json] == announced
        assert request.json["model"] == model
        assert request.json["messages"][-1] == {"role": "assistant", "content": OVER, **last}  # type: ignore[index]
        assert extra.items() <= request.json.items()
        assert transcript.joined("answer") == "Nine."


@pytest.mark.parametrize(
    ("provider", "model", "switch"),
    [
        ("compatible", "anything", {}),
        ("openrouter", "moonshotai/kimi-k2-thinking", {}),
        ("openrouter", "anthropic/claude-sonnet-5", {"reasoning": {"enabled": False}}),
        ("deepseek", "deepseek-flash", {"thinking": {"type": "disabled"}}),
    ],
)
async def test_elsewhere_the_model_is_shown_its_thinking_and_told_to_answer(
    provider: str, model: str, switch: dict[str, Any]
) -> None:
    async with server(provider) as (upstream, made):
        upstream.answer = NINE
        transcript, _ = await said(made, model, answers=True)
        [request] = upstream.requests
        assert request.json["messages"][1:] == [  # type: ignore[index]
            {"role": "assistant", "content": "All but nine."},
            {"role": "user", "content": ANSWER_NOW},
        ]
        assert switch.items() <= request.json.items()
        assert transcript.joined("answer") == "Nine."


@pytest.mark.parametrize("status", ["400 Bad Request", "422 Unprocessable Entity"])
async def test_a_server_that_takes_no_beginning_is_asked_instead(status: str) -> None:
    async with server("vllm") as (upstream, made):
        refusal = whole(status, b'{"error": {"message": "continue_final_message is set but", "code": 400}}')

        async def answer(writer: Any) -> None:
            await (refusal if len(upstream.requests) == 1 else NINE)(writer)

        upstream.answer = answer
        transcript, announced = await said(made, "deepseek-r1", answers=True)
        assert [request.json for request in upstream.requests] == announced
        assert [body["messages"][-1]["role"] for body in announced] == ["assistant", "user"]
        assert transcript.joined("answer") == "Nine."


@pytest.mark.parametrize("status", ["401 Unauthorized", "429 Too Many Requests", "500 Server Error"])
async def test_any_other_refusal_is_not_followed_by_another_request(status: str) -> None:
    async with server("vllm") as (upstream, made):
        upstream.answer = whole(status, b'{"error": {"message": "No."}}')
        with pytest.raises(ProviderError):
            await said(made, "m", answers=True)
        assert len(upstream.requests) == 1


async def test_nothing_is_asked_again_once_a_token_has_come() -> None:
    async with server("vllm") as (upstream, made):
        chunk = b'data: {"choices":[{"index":0,"delta":{"content":"Ni"}}]}\n\n'
        upstream.answer = stream(chunk, b'data: {"error": {"message": "Bad.", "code": 400}}\n\n')
        with pytest.raises(ProviderError):
            await said(made, "m", answers=True)
        assert len(upstream.requests) == 1


async def test_a_parser_that_never_saw_the_thinking_end_does_not_hide_the_answer() -> None:
    """The closing tag was in the prompt, so some servers type the whole answer as reasoning."""
    async with server("vllm") as (upstream, made):
        upstream.answer = replying({"reasoning": "Nine"}, {"reasoning": "."})
        transcript, _ = await said(made, "deepseek-r1", answers=True)
        assert (transcript.joined("thinking"), transcript.joined("answer")) == ("", "Nine.")


@pytest.mark.parametrize("finish", ["stop", "length"])
async def test_thinking_anew_stays_thinking(finish: str) -> None:
    async with server("vllm") as (upstream, made):
        answer = [{"content": "Nine."}] if finish == "stop" else []
        upstream.answer = replying({"reasoning": "Once more."}, *answer, finish=finish)
        transcript, _ = await said(made, "deepseek-r1", answers=True)
        assert transcript.joined("thinking") == "Once more."
        assert transcript.joined("answer") == ("Nine." if answer else "")


@pytest.mark.parametrize("field", ["reasoning", "content"])
async def test_a_server_of_ones_own_thinks_on_in_mid_thought(field: str) -> None:
    """Whether it sets the thinking apart or not: this request itself has opened it."""
    async with server("vllm") as (upstream, made):
        typed, untyped = [{"reasoning": " So nine."}, {"content": "Nine."}], " So nine.</think>Nine."
        upstream.answer = replying(*(typed if field == "reasoning" else [{"content": untyped}]))
        transcript, [body] = await said(made, "Qwen/Qwen3-8B")
        assert body["messages"][-1] == {"role": "assistant", "content": OPEN}
        assert body["continue_final_message"] is True
        assert "chat_template_kwargs" not in body
        assert transcript.joined("thinking").strip() == "So nine."
        assert transcript.joined("answer") == "Nine."


@pytest.mark.parametrize(("provider", "model"), [("moonshot", "kimi-k2.6"), ("compatible", "m")])
async def test_a_hosted_model_is_asked_to_think_on(provider: str, model: str) -> None:
    async with server(provider) as (upstream, made):
        upstream.answer = NINE
        _, [body] = await said(made, model)
        assert body["messages"][1:] == [
            {"role": "assistant", "content": "All but nine."},
            {"role": "user", "content": THINK_ON},
        ]
        assert "thinking" not in body


def test_only_models_that_think_are_offered_to_answer_early() -> None:
    assert model_info("compatible", "Test", "anything").answers_now == "again"
    assert model_info("moonshot", "Test", "kimi-k3").answers_now == "again"
    assert model_info("moonshot", "Test", "kimi-k2").answers_now == ""
