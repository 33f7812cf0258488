"""The real local server answers from thinking that was ended, by either way of thinking."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chat.core.events import Answer, Event, Thinking
from chat.providers.base import ChatRequest, Turn
from chat.providers.instructions import ANSWER_NOW, THINK_ON
from chat.providers.local import LocalProvider, process
from chat.providers.local.client import end_reasoning
from chat.providers.local.process import find_model

pytestmark = pytest.mark.local
SHEEP = "A farmer has 17 sheep. All but 9 die. How many are left? Explain at length."
THINKS = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\\\n' -}}
{%- if message.reasoning_content -%}
{{- '<think>' + message.reasoning_content + '</think>\\\\n\\\\n' -}}
{%- endif -%}
{{- message.content + '<|im_end|>\\\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\\\n' -}}
{%- if enable_thinking is not defined or enable_thinking -%}{{- '<think>' -}}{%- endif -%}
{%- endif -%}
"""
"""A chat template by which any model thinks; the bundled one brings none."""
PARAMETERS = "    params.reasoning_format = formats.COMMON_REASONING_FORMAT_DEEPSEEK\n"


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalProvider]:
    provider = LocalProvider(tmp_path_factory.mktemp("bundled"), "auto")
    yield provider
    provider.process.close()


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalProvider]:
    """A model of one's own with a template that thinks: the bundled one's weights, and `THINKS`."""
    folder = tmp_path_factory.mktemp("native")
    own = process.SERVER.read_text()
    assert PARAMETERS in own
    server = folder / "server.py"
    server.write_text(own.replace(PARAMETERS, f'{PARAMETERS}        params.chat_template = """{THINKS}"""\n'))
    (folder / "mine.gguf").symlink_to(find_model("auto").path)
    before, process.SERVER = process.SERVER, server
    provider = LocalProvider(folder, str(folder / "mine.gguf"))
    yield provider
    provider.process.close()
    process.SERVER = before


def ask(**options: Any) -> ChatRequest:
    return ChatRequest("m", (Turn("user", SHEEP),), temperature=0.2, **options)


def text_of(events: list[Event], kind: type[Thinking | Answer]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


async def played(provider: LocalProvider, request: ChatRequest) -> tuple[list[Event], list[dict[str, Any]]]:
    bodies: list[dict[str, Any]] = []

    async def before_send(body: dict[str, Any]) -> None:
        bodies.append(body)

    stream = provider.stream(request, before_send)
    return [event async for events in stream for event in events], bodies


async def thought(provider: LocalProvider, request: ChatRequest) -> str:
    """A little thinking, after which the reader leaves."""
    events: list[Event] = []
    stream = provider.stream(request, lambda body: _nothing())
    async for batch in stream:
        events += batch
        if len(text_of(events, Thinking)) > 20:
            break
    await stream.aclose()
    return text_of(events, Thinking)


async def _nothing() -> None: ...


@pytest.mark.parametrize("which", ["bundled", "native"])
async def test_it_answers_from_thinking_that_was_ended(which: str, request: pytest.FixtureRequest) -> None:
    provider: LocalProvider = request.getfixturevalue(which)
    asked = ask(max_tokens=120)
    so_far = await thought(provider, asked)
    assert so_far
    events, bodies = await played(
        provider, replace(asked, continues=Turn("assistant", "", thinking=so_far), answers=True)
    )
    assert len(bodies) == 1
    assert so_far.strip() in str([message["content"] for message in bodies[0]["messages"]])
    assert text_of(events, Answer).strip()
    assert not text_of(events, Thinking)


async def test_a_model_of_ones_own_is_told_to_answer_or_to_think_on(native: LocalProvider) -> None:
    said = Turn("assistant", "", thinking="All but nine")
    _, [answers] = await played(native, ask(continues=said, answers=True, max_tokens=4))
    _, [goes_on] = await played(native, ask(continues=said, max_tokens=4))
    assert [body["messages"][-1]["content"] for body in (answers, goes_on)] == [ANSWER_NOW, THINK_ON]
    assert answers["reasoning_effort"] == "none"
    assert "reasoning_effort" not in goes_on


async def test_its_server_ends_the_thinking_of_a_request_that_runs(native: LocalProvider) -> None:
    bodies: list[dict[str, Any]] = []

    async def before_send(body: dict[str, Any]) -> None:
        bodies.append(body)

    stream = native.stream(ask(max_tokens=200), before_send)
    events: list[Event] = []
    ended = False
    async for batch in stream:
        events += batch
        if not ended and text_of(events, Thinking):
            ended = await stream.end_thinking()
            assert ended
    assert len(bodies) == 1
    assert text_of(events, Answer).strip()
    assert await stream.end_thinking() is False


async def test_a_server_that_does_not_know_the_reply_says_no(native: LocalProvider) -> None:
    assert await end_reasoning(native.process.address(), "nothing of the kind") is False
