"""The upstream of the tests does what it is told, or nothing that they show means anything."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.upstreams import RunningUpstream, ask, upstream


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUpstream]:
    with upstream(log=tmp_path_factory.mktemp("upstream") / "sent.jsonl") as running:
        yield running


async def streamed(running: RunningUpstream, question: str) -> tuple[int, str]:
    body = {"model": "upstream", "stream": True, "messages": [{"role": "user", "content": question}]}
    text = b""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{running.url}/chat/completions", json=body) as response,
    ):
        try:
            async for piece in response.content.iter_any():
                text += piece
        except aiohttp.ClientPayloadError:
            text += b"cut"
    return response.status, text.decode()


def said(stream: str, field: str) -> str:
    text = ""
    for line in stream.splitlines():
        if line.startswith("data: {"):
            for choice in json.loads(line[6:]).get("choices", []):
                text += choice["delta"].get(field, "")
    return text


async def test_chunks_come_at_their_rate_thinking_first(running: RunningUpstream) -> None:
    begun = time.monotonic()
    status, stream = await streamed(running, ask(chunks=20, rate=50, thinking=0.5, marks=True))
    assert status == 200
    assert time.monotonic() - begun >= 19 / 50
    assert stream.index("reasoning_content") < stream.index('"content"')
    sent = running.sent()
    assert said(stream, "reasoning_content") == sent["thinking"]
    assert said(stream, "content") == sent["answer"]
    assert stream.count("us") >= 2
    assert stream.endswith("data: [DONE]\n\n")


async def test_a_burst_is_whole(running: RunningUpstream) -> None:
    _, stream = await streamed(running, ask(chunks=20_000, rate=0, thinking=0.0))
    assert said(stream, "content") == running.sent()["answer"]
    assert stream.count("data: ") == 20_003


async def test_thinking_can_come_between_tags(running: RunningUpstream) -> None:
    _, stream = await streamed(
        running, ask(rate=0, field="inline", thinking_text="First this.", answer_text="Then that.")
    )
    assert said(stream, "content") == "<think>First this.</think>\n\nThen that."


async def test_a_refusal_says_when_to_come_back_and_ends(running: RunningUpstream) -> None:
    question = ask("twice", status=429, refusals=1, retry_after=2, chunks=1)
    assert (await streamed(running, question))[0] == 429
    assert (await streamed(running, question))[0] == 200


@pytest.mark.parametrize(("how", "seen"), [({"cut_after": 250}, "cut"), ({"error_after": 250}, '"error"')])
async def test_a_stream_can_break(running: RunningUpstream, how: dict[str, Any], seen: str) -> None:
    _, stream = await streamed(running, ask(rate=0, chunks=400, thinking=0.0, **how))
    assert seen in stream
    assert said(stream, "content") == running.sent()["answer"]
    assert "[DONE]" not in stream
    assert not running.sent()["done"]


async def test_a_stalled_stream_stays_open(running: RunningUpstream) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await streamed(running, ask(chunks=10, stall_after=3))


async def test_requests_are_kept_byte_for_byte(running: RunningUpstream) -> None:
    await streamed(running, "An ordinary question")
    newest: dict[str, Any] = running.requests()[-1]
    assert json.loads(newest["raw"]) == newest["body"]
    assert newest["body"]["messages"][0]["content"] == "An ordinary question"


async def test_the_log_holds_each_chunk_with_its_time(running: RunningUpstream) -> None:
    begun = time.time()
    await streamed(running, ask(chunks=10, rate=100))
    number = len(running.requests()) - 1
    lines = [line for line in running.logged() if line["n"] == number]
    assert len(lines) == 10
    assert all(begun <= line["at"] <= time.time() for line in lines)
    sent = running.sent()
    assert "".join(line["text"] for line in lines) == sent["thinking"] + sent["answer"]


def test_it_ends_with_its_test(tmp_path: Path) -> None:
    with upstream() as running:
        root = running.root
    with pytest.raises(OSError, match="refused"):
        RunningUpstream(root).requests()
