"""The chat-completions provider against a server on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat.core.events import Answer, Began, Event, Finish, Thinking, Usage
from chat.providers.base import ChatRequest, ProviderError, Turn
from chat.providers.chat_completions import ChatCompletions
from tests.core.streams import contents, delta, finish
from tests.providers.upstream import KEY, Piece, Upstream, provider_at, running, stream, whole

KEEP_ALIVE: list[Piece] = [b": keep-alive\n\n", 0.05] * 20
ASKED = ChatRequest("m", (Turn("user", "Hi"),))


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with running() as upstream:
        yield upstream


@pytest.fixture
async def provider(upstream: Upstream) -> AsyncIterator[ChatCompletions]:
    async with provider_at(upstream) as provider:
        yield provider


async def nothing(body: dict[str, Any]) -> None: ...


async def collect(provider: ChatCompletions, request: ChatRequest = ASKED) -> list[Event]:
    return [event async for events in provider.stream(request, nothing) for event in events]


async def broken(provider: ChatCompletions) -> tuple[list[Event], ProviderError]:
    """What came, and what was raised then."""
    events: list[Event] = []
    try:
        async for batch in provider.stream(ASKED, nothing):
            events += batch
    except ProviderError as error:
        return events, error
    pytest.fail("nothing was raised")


def error_body(message: str = "no", **fields: object) -> bytes:
    return json.dumps({"error": {"message": message, **fields}}).encode()


async def test_events_come_as_the_bytes_do(upstream: Upstream, provider: ChatCompletions) -> None:
    seen = asyncio.Event()
    upstream.answer = stream(delta(reasoning="why"), seen, delta(content="yes"), finish())
    batches = aiter(provider.stream(ASKED, nothing))
    assert await anext(batches) == [Thinking("why")]
    seen.set()
    rest = [event async for events in batches for event in events]
    assert rest == [Answer("yes"), Finish("stop")]


async def test_the_body_that_was_announced_is_the_body_that_was_sent(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    upstream.answer = stream(finish())
    announced: list[dict[str, Any]] = []

    async def note(body: dict[str, Any]) -> None:
        assert not upstream.requests
        announced.append(body)

    request = ChatRequest(
        "m", (Turn("system", "Be brief."), Turn("user", "Hi")), temperature=0.6, max_tokens=9
    )
    async for _ in provider.stream(request, note):
        pass
    assert upstream.requests[0].json == announced[0] == provider.prepare(request)[0]
    assert upstream.requests[0].line == "POST /v1/chat/completions HTTP/1.1"
    assert upstream.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_the_environment_adds_nothing_to_a_request(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "not-for-others")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    upstream.answer = stream(finish())
    async with provider_at(upstream) as provider:
        await collect(provider)
    assert "not-for-others" not in str(upstream.requests[0])


async def test_a_connection_serves_the_next_request(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(*contents("a"))
    await collect(provider)
    await collect(provider)
    assert (len(upstream.requests), upstream.connections) == (2, 1)


async def test_two_hundred_streams_run_at_once(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(content="a"), 0.5, finish())
    replies = await asyncio.gather(*(collect(provider) for _ in range(200)))
    assert all(reply[0] == Answer("a") for reply in replies)
    assert upstream.connections == 200


STATUSES = [
    ("401 Unauthorized", error_body(f"Incorrect API key provided: {KEY}"), "does not accept the key", False),
    ("402 Payment Required", error_body(), "no money left", False),
    ("403 Forbidden", error_body("region"), "does not allow this", False),
    ("404 Not Found", error_body(), "does not have m,", False),
    ("400 Bad Request", error_body("invalid temperature: only 1 is allowed"), "only 1 is allowed", False),
    ("400 Bad Request", error_body("x", code="context_length_exceeded"), "longer than m can read", False),
    ("400 Bad Request", error_body("x", type="exceed_context_size_error"), "longer than m can read", False),
    ("400 Bad Request", error_body("x", type="content_filter"), "content filter", False),
    ("429 Too Many", error_body("x", type="rate_limit_reached_error"), "too many requests", True),
    ("429 Too Many", error_body("x", type="engine_overloaded_error"), "too many requests", True),
    ("429 Too Many", error_body("x", type="exceeded_current_quota_error"), "no money left", False),
    ("429 Too Many", error_body("x", code="insufficient_quota"), "no money left", False),
    ("500 Oh", b"<html>Oh</html>", r"failed \(500\)\.", False),
    ("502 Bad Gateway", b"", r"failed \(502\)", False),
    ("503 Unavailable", b'{"detail":"Loading model"}', "overloaded", True),
    ("529 Overloaded", error_body(type="overloaded_error"), "overloaded", True),
    ("422 Unprocessable", b'{"detail":"Extra inputs"}', "Extra inputs", False),
]


@pytest.mark.parametrize(("status", "body", "sentence", "retryable"), STATUSES)
async def test_a_refusal_becomes_a_sentence(
    upstream: Upstream, provider: ChatCompletions, status: str, body: bytes, sentence: str, retryable: bool
) -> None:
    upstream.answer = whole(status, body, x_request_id="req-9")
    with pytest.raises(ProviderError, match=sentence) as refused:
        await collect(provider)
    assert refused.value.retryable is retryable
    assert refused.value.status == int(status[:3])
    assert refused.value.request_id == "req-9"
    assert KEY not in refused.value.message + refused.value.detail
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry_after": "7"}, "", 7.0),
        ({"retry_after_ms": "1500"}, "", 1.5),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, "", 0.0),
        ({"retry_after": "soon"}, "please try again after 3 seconds", 3.0),
        ({}, "Please try again in 250ms.", 0.25),
        ({}, "Rate limit reached. Visit /account/billing to raise it. Try again in 2m", 120.0),
        ({}, "slow down", None),
        ({"retry_after": "-5"}, "", None),
        ({"retry_after": "nan"}, "", None),
    ],
)
async def test_the_wait_that_a_provider_asks_for_is_read(
    upstream: Upstream,
    provider: ChatCompletions,
    headers: dict[str, str],
    message: str,
    seconds: float | None,
) -> None:
    upstream.answer = whole("429 Too Many", error_body(message), **headers)
    with pytest.raises(ProviderError) as refused:
        await collect(provider)
    assert refused.value.retryable
    assert refused.value.retry_after == seconds


async def test_a_redirect_is_not_followed(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = whole("307 Temporary Redirect", location=f"{upstream.url}/elsewhere")
    with pytest.raises(ProviderError, match="redirects are not followed"):
        await collect(provider)
    assert len(upstream.requests) == 1


async def test_a_server_that_is_not_there_may_be_asked_again(upstream: Upstream) -> None:
    upstream.port = 1
    async with provider_at(upstream) as provider:
        with pytest.raises(ProviderError, match="could not be reached") as refused:
            await collect(provider)
    assert refused.value.retryable


async def test_a_request_that_may_have_been_read_is_never_repeated(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        raise ConnectionError

    upstream.answer = hang_up
    _, error = await broken(provider)
    assert not error.retryable
    assert len(upstream.requests) == 1


async def test_a_cut_keeps_what_had_come(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(reasoning="why"), delta(content="ye <thi"), "cut")
    events, error = await broken(provider)
    assert "".join(event.text for event in events if isinstance(event, Answer)) == "ye <thi"
    assert "broke" in error.message
    assert not error.retryable


async def test_a_cut_after_the_end_is_no_failure(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(content="yes"), finish().removesuffix(b"data: [DONE]\n\n"), "cut")
    assert await collect(provider) == [Answer("yes"), Finish("stop")]


async def test_a_quiet_end_is_named(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(content="yes"))
    events, error = await broken(provider)
    assert events == [Answer("yes")]
    assert "ended its reply in the middle" in error.message


async def test_an_error_in_the_stream_is_raised_after_the_text(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    overload = error_body("The engine is currently overloaded", type="engine_overloaded_error")
    upstream.answer = stream(delta(reasoning="why"), b"data: " + overload + b"\n\n")
    events, error = await broken(provider)
    assert events == [Thinking("why")]
    assert (error.retryable, error.type) == (True, "engine_overloaded_error")


async def test_a_web_page_is_no_reply(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(b"<html>Sign in</html>", content_type="text/html")
    events, error = await broken(provider)
    assert events == []
    assert "no reply (text/html)" in error.message


async def test_a_json_error_with_status_200_is_an_error(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    upstream.answer = whole("200 OK", error_body("Insufficient credits", code=402))
    _, error = await broken(provider)
    assert "no money left" in error.message


async def test_a_whole_completion_is_as_good_as_a_stream(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    choice = {"index": 0, "message": {"content": "yes", "reasoning": "why"}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    upstream.answer = whole("200 OK", b"\n\n" + json.dumps({"choices": [choice], "usage": usage}).encode())
    assert await collect(provider) == [Thinking("why"), Answer("yes"), Finish("stop"), Usage(1, 2, 3)]


async def test_a_damaged_part_is_owned_up_to(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(content="a"), b"data: {broken\n\n", delta(content="b"), finish())
    events, error = await broken(provider)
    assert [event for event in events if isinstance(event, Answer)] == [Answer("a"), Answer("b")]
    assert "could not be read and is missing" in error.message


async def test_closing_a_stream_closes_its_connection(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(delta(content="a"), 30.0)
    running_stream = provider.stream(ASKED, nothing)
    assert await anext(aiter(running_stream)) == [Answer("a")]
    await running_stream.aclose()
    async with asyncio.timeout(1):
        await upstream.closed.wait()


async def test_cancelling_the_reader_closes_the_connection(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    upstream.answer = stream(30.0)
    task = asyncio.create_task(collect(provider))
    while not upstream.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(1):
        await upstream.closed.wait()


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"first": 0.2}, "has not begun to answer"),
        ({"total": 0.2}, "longer than a reply may take"),
    ],
)
async def test_keep_alive_comments_do_not_hold_off_these_limits(
    upstream: Upstream, limits: dict[str, float], sentence: str
) -> None:
    upstream.answer = stream(*KEEP_ALIVE)
    async with provider_at(upstream, limits) as provider:
        _, error = await broken(provider)
    assert sentence in error.message
    assert not error.retryable
    async with asyncio.timeout(1):
        await upstream.closed.wait()


async def test_silence_in_the_middle_ends_the_request(upstream: Upstream) -> None:
    upstream.answer = stream(delta(content="a"), 30.0)
    async with provider_at(upstream, {"silence": 0.2}) as provider:
        events, error = await broken(provider)
    assert events == [Answer("a")]
    assert "fell silent" in error.message


async def test_comments_are_no_silence(upstream: Upstream) -> None:
    upstream.answer = stream(delta(content="a"), *KEEP_ALIVE[:14], *contents("b"))
    async with provider_at(upstream, {"silence": 0.3}) as provider:
        assert await collect(provider) == [Answer("a"), Answer("b"), Finish("stop")]


async def test_a_model_that_begins_in_thinking_is_read_as_such(
    upstream: Upstream, provider: ChatCompletions
) -> None:
    upstream.answer = stream(*contents("why", "</think>", "yes"))
    asked = ChatRequest("m", (Turn("user", "Hi"),), begins_in_thinking=True)
    assert await collect(provider, asked) == [Thinking("why"), Began(True), Answer("yes"), Finish("stop")]


async def test_every_loop_has_a_client_of_its_own(upstream: Upstream, provider: ChatCompletions) -> None:
    upstream.answer = stream(*contents("a"))
    await collect(provider)
    there = await asyncio.to_thread(asyncio.run, _collect_and_close(provider))
    assert there[0] == Answer("a")


async def _collect_and_close(provider: ChatCompletions) -> list[Event]:
    try:
        return await collect(provider)
    finally:
        await provider.aclose()
