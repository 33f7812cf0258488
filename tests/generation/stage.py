"""A provider whose every word the test decides, and an engine to run it in."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from accounts.models import User
from chat import actions
from chat.actions import Asked
from chat.core.events import Answer, Event, Finish, Thinking
from chat.generation.engine import Engine
from chat.models import Conversation, Generation
from chat.providers.base import BeforeSend, ChatRequest, ModelInfo, Provider, ProviderError

MODEL = ModelInfo(
    "puppet",
    "Puppet",
    "stage",
    "Stage",
    context=8000,
    input_price=1.0,
    output_price=2.0,
    answers_now="again",
)


@dataclass
class Puppet(Provider):
    """Each request takes the next script: events as they come, a pause, or an error to raise."""

    scripts: list[Sequence[Any]] = field(default_factory=list)
    requests: list[ChatRequest] = field(default_factory=list)
    closed: int = 0
    ends_thinking: bool = False
    """Whether it ends the thinking of a request that runs, and goes on when the test lets it."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    id = "stage"
    name = "Stage"

    async def models(self) -> list[ModelInfo]:
        return [MODEL]

    async def check(self) -> str:
        return "The stage is set."

    async def aclose(self) -> None:
        return None

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> PuppetStream:
        self.requests.append(request)
        return PuppetStream(self, self.scripts.pop(0), before_send)


WAIT = object()
"""In a script: go on when the test sets `go_on`."""


class PuppetStream:
    def __init__(self, puppet: Puppet, script: Sequence[Any], before_send: BeforeSend) -> None:
        self._puppet, self._script, self._before_send = puppet, script, before_send
        self.holds: Thinking | Answer | None = None

    def held(self) -> Thinking | Answer | None:
        return self.holds

    async def end_thinking(self) -> bool:
        return self._puppet.ends_thinking

    async def aclose(self) -> None:
        self._puppet.closed += 1

    async def __aiter__(self) -> AsyncIterator[list[Event]]:
        await self._before_send({"model": "puppet"})
        for step in self._script:
            if step is WAIT:
                await self._puppet.go_on.wait()
            elif isinstance(step, ProviderError):
                raise step
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif isinstance(step, Held):
                self.holds = step.event
            else:
                yield [step]


@dataclass(frozen=True)
class Held:
    """In a script: from now on the separator holds this back."""

    event: Thinking | Answer


PLAIN: tuple[Any, ...] = (
    Thinking("Seventeen minus. "),
    Thinking("All but nine."),
    Answer("**9**"),
    Finish("stop"),
)


@asynccontextmanager
async def engine(puppet: Puppet, *, alone: bool = True) -> AsyncIterator[Engine]:
    """A running engine whose only provider is the puppet."""
    here = Engine(runs=True)
    here.registry.get = lambda provider_id, user_key=None: puppet  # type: ignore[method-assign]
    await here.start(alone=alone)
    jobs = asyncio.create_task(_work()) if settings.SCALED else None
    try:
        yield here
    finally:
        await here.drain(0)
        if jobs is not None:
            jobs.cancel()
            await asyncio.gather(jobs, return_exceptions=True)


async def _work() -> None:
    from chat.tasks import work

    await work(concurrency=20)


async def ask(user: User, text: str = "How many sheep?", **asked_settings: Any) -> Generation:
    """A question in a new conversation; its generation, queued or already running."""
    asked = Asked(MODEL, {"model": MODEL.key, "thinking": "auto"} | asked_settings)
    made: Conversation = await sync_to_async(actions.start)(user, text, asked)
    return await Generation.objects.aget(message__conversation=made)


async def until(generation_id: uuid.UUID, *states: str, seconds: float = 20) -> Generation:
    """The generation, once it is in one of the states."""
    async with asyncio.timeout(seconds):
        while True:
            generation = await Generation.objects.select_related("message__conversation").aget(
                id=generation_id
            )
            if generation.state in states:
                return generation
            await asyncio.sleep(0.01)


async def texts(generation: Generation) -> dict[str, str]:
    """What is saved, by kind."""
    joined: dict[str, str] = {}
    async for part in generation.message.parts.order_by("position"):
        joined[part.kind] = joined.get(part.kind, "") + part.text
    return joined
