"""The provider that plays scripts: what is offered, how it ends, and that a reader gets it right."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from chat.core.events import Answer, Event, Failure, Finish, Hidden, Thinking, Usage
from chat.core.transcript import Transcript
from chat.providers.base import ChatRequest, ProviderError, Turn
from chat.providers.scripted import ScriptedProvider
from chat.providers.scripted.script import parse

SCREENS = [
    "finished",
    "slow-first-token",
    "long-60k",
    "tools-interleaved",
    "trunc-thinking",
    "trunc-answer",
    "429-first",
    "429-mid",
    "drop-socket",
    "error-mid",
    "hidden-thinking",
    "no-thinking",
    "cjk",
    "rtl",
    "hostile-html",
    "literal-think-tag",
    "repeats",
]
WHOLE = [name for name in SCREENS if not name.startswith(("trunc", "429", "error"))]
QUESTION = (Turn("user", "Show me."),)


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider(speed=0)


async def played(
    provider: ScriptedProvider, name: str, **options: Any
) -> tuple[list[Event], list[dict[str, Any]]]:
    bodies: list[dict[str, Any]] = []

    async def before_send(body: dict[str, Any]) -> None:
        bodies.append(body)

    events: list[Event] = []
    async for batch in provider.stream(ChatRequest(name, QUESTION, **options), before_send):
        events += batch
    return events, bodies


def read(events: Sequence[Event]) -> Transcript:
    transcript = Transcript()
    for event in events:
        transcript.apply(0, event)
    return transcript


def text(events: Sequence[Event], kind: Literal["thinking", "answer"]) -> str:
    return read(events).joined(kind)


async def test_every_screen_has_its_script(provider: ScriptedProvider) -> None:
    offered = {model.id for model in await provider.models()}
    assert set(SCREENS) <= offered


@pytest.mark.parametrize("name", WHOLE)
async def test_a_script_is_read_as_it_was_written(provider: ScriptedProvider, name: str) -> None:
    events, _ = await played(provider, name)
    script = provider.script(name)
    assert text(events, "thinking") == script.text("thinking")
    assert text(events, "answer") == script.text("answer")
    assert Finish("stop") in events


@pytest.mark.parametrize("name", ["trunc-thinking", "trunc-answer"])
async def test_a_script_cut_by_the_longest_reply_goes_on_when_continued(
    provider: ScriptedProvider, name: str
) -> None:
    first, _ = await played(provider, name)
    assert Finish("length") in first
    said = Turn("assistant", text(first, "answer"), thinking=text(first, "thinking"))
    rest, _ = await played(provider, name, continues=said)
    assert Finish("stop") in rest
    assert said.text + text(rest, "answer") == provider.script(name).text("answer")


async def test_answering_early_leaves_the_rest_of_the_thinking_out(provider: ScriptedProvider) -> None:
    said = Turn("assistant", "", thinking="Okay, they want every way")
    events, _ = await played(provider, "trunc-thinking", continues=said, thinking="off")
    assert not text(events, "thinking")
    assert text(events, "answer").startswith("There are **92** solutions")


async def test_the_first_request_is_refused_and_its_repeat_is_not(provider: ScriptedProvider) -> None:
    with pytest.raises(ProviderError, match="rate limit") as refusal:
        await played(provider, "429-first")
    assert refusal.value.retryable
    assert refusal.value.retry_after == 5
    events, _ = await played(provider, "429-first")
    assert "42.195" in text(events, "answer")


@pytest.mark.parametrize(
    ("name", "kind"), [("429-mid", "provider"), ("error-mid", "provider"), ("cut-mid", "truncated")]
)
async def test_a_break_in_mid_stream_keeps_what_came_and_says_what_happened(
    provider: ScriptedProvider, name: str, kind: str
) -> None:
    events, _ = await played(provider, name)
    [failure] = [event for event in events if isinstance(event, Failure)]
    assert failure.kind == kind
    assert failure.message
    assert text(events, "thinking")


async def test_hidden_thinking_is_announced_and_counted_but_has_no_text(provider: ScriptedProvider) -> None:
    events, _ = await played(provider, "hidden-thinking")
    assert Hidden() in events
    assert not any(isinstance(event, Thinking) for event in events)
    assert [event.reasoning_tokens for event in events if isinstance(event, Usage)] == [704]


async def test_tool_calls_stand_between_the_thinking_they_interrupt(provider: ScriptedProvider) -> None:
    events, _ = await played(provider, "tools-interleaved")
    kinds = [part.kind for part in read(events).parts]
    assert kinds == ["thinking", "tool_call", "thinking", "tool_call", "thinking", "answer"]


async def test_the_longest_trace_has_about_sixty_thousand_tokens(provider: ScriptedProvider) -> None:
    thinking = provider.script("long-60k").text("thinking")
    assert 200_000 < len(thinking) < 300_000


async def test_what_is_put_on_record_is_what_was_chosen(provider: ScriptedProvider) -> None:
    _, [body] = await played(provider, "no-thinking", temperature=0.0, max_tokens=50)
    assert body == {
        "model": "no-thinking",
        "messages": [{"role": "user", "content": "Show me."}],
        "stream": True,
        "temperature": 0.0,
        "max_tokens": 50,
    }


async def test_the_pace_is_the_scripts_own_divided_by_the_speed(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(
        "@pause 1000\n@pace 10\n@answer\none two three four five\n@finish stop\n"
    )
    begun = time.monotonic()
    events, _ = await played(ScriptedProvider(tmp_path, speed=10), "one")
    assert text(events, "answer") == "one two three four five"
    assert time.monotonic() - begun >= 0.14


async def test_a_script_that_is_not_there_is_said_so(provider: ScriptedProvider) -> None:
    for name in ("nothing", "../provider", "/etc/passwd"):
        with pytest.raises(ProviderError, match="no script"):
            await played(provider, name)


def test_a_direction_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="@dance"):
        parse("odd", "@dance 3\n")


async def test_answers_come_after_thinking_in_what_is_played(provider: ScriptedProvider) -> None:
    events, _ = await played(provider, "finished")
    kinds = [type(event) for event in events if isinstance(event, Thinking | Answer)]
    assert kinds == sorted(kinds, key=lambda kind: kind is Answer)
