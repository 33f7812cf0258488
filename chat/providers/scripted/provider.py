"""A provider that plays scripts through the reader of chat completions, so that it is read as a server is.

The model's id is the script's name. Offered only where SCRIPTED_PROVIDER is on.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from chat.core.events import Answer, Event, Failure, Thinking
from chat.providers.base import BeforeSend, ChatRequest, EventStream, ModelInfo, Provider, ProviderError
from chat.providers.chat_completions_reader import ChatCompletionsReader
from chat.providers.scripted.long_trace import NAME as LONG
from chat.providers.scripted.long_trace import long_trace
from chat.providers.scripted.playback import Timed, play
from chat.providers.scripted.script import Refusal, Script, load

SCRIPTS = Path(__file__).with_name("scripts")
CUT = "The connection to the provider closed before the reply was complete."
SHORTEST_SLEEP = 0.002
BURST = 50
"""Chunks given at once where nothing has to wait."""


class ScriptedProvider(Provider):
    """`folder`: scripts of one's own instead of those that come along. `speed` 20 plays 20 times as
    fast, 0 without any pause.
    """

    id = "scripted"
    name = "Scripted"

    def __init__(self, folder: Path | None = None, speed: float = 1.0) -> None:
        self._folder = folder or SCRIPTS
        self.speed = speed
        self._refused: set[int] = set()

    async def models(self) -> list[ModelInfo]:
        names = [path.stem for path in sorted(self._folder.glob("*.txt"))]
        return [self._info(name) for name in [*names, LONG]]

    def script(self, name: str) -> Script:
        """The script of this name. Raises ProviderError."""
        path = self._folder / f"{name}.txt"
        if name == LONG:
            return long_trace()
        if path.parent != self._folder or not path.is_file():
            raise ProviderError(f"There is no script called {name}.", status=404)
        return load(path)

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> EventStream:
        return ScriptedStream(self, request, before_send)

    async def check(self) -> str:
        return "Scripts need no key."

    async def aclose(self) -> None:
        pass

    def refuses(self, request: ChatRequest) -> bool:
        """Whether this is the first time that a question meets a script which refuses once."""
        question = hash((request.model, request.turns))
        first = question not in self._refused
        self._refused ^= {question}
        return first

    def _info(self, name: str) -> ModelInfo:
        return ModelInfo(
            id=name,
            name=name,
            provider=self.id,
            provider_name=self.name,
            context=131_072,
            input_price=0.6,
            output_price=2.5,
            thinking="never" if name == "no-thinking" else "optional",
            answers_now="" if name == "no-thinking" else "again",
        )


class ScriptedStream:
    """One run of a script."""

    def __init__(self, provider: ScriptedProvider, request: ChatRequest, before_send: BeforeSend) -> None:
        self._provider = provider
        self._request = request
        self._before_send = before_send
        self._reader = ChatCompletionsReader()
        self._batches = self._run()

    def __aiter__(self) -> AsyncIterator[Sequence[Event]]:
        return self._batches

    def held(self) -> Thinking | Answer | None:
        return self._reader.held()

    async def end_thinking(self) -> bool:
        """A script cannot be told; another run of it can."""
        return False

    async def aclose(self) -> None:
        await self._batches.aclose()

    async def _run(self) -> AsyncGenerator[Sequence[Event]]:
        script = self._provider.script(self._request.model)
        await self._before_send(_body(self._request))
        if script.refusal and self._provider.refuses(self._request):
            raise _refused(script.refusal)
        thinks = self._request.thinking != "off" and not self._request.answers
        async for data in self._paced(play(script, self._request.continues, thinks=thinks)):
            if events := self._reader.feed(data):
                yield [_spoken(event) for event in events]
        if events := self._reader.close():
            yield [_spoken(event) for event in events]

    async def _paced(self, run: Iterator[Timed]) -> AsyncIterator[bytes]:
        """The bytes at their times, by the clock, so that neither late wake-ups nor a reader that
        comes once a tick slows them down: what is due is given at once.
        """
        clock, speed = asyncio.get_running_loop().time, self._provider.speed
        start, due = clock(), 0.0
        ready: list[bytes] = []
        for timed in run:
            due += timed.after / 1000 / speed if speed > 0 else 0.0
            if ready and (len(ready) == BURST or start + due - clock() > SHORTEST_SLEEP):
                yield b"".join(ready)
                ready.clear()
            early = start + due - clock()
            if early > SHORTEST_SLEEP:
                await asyncio.sleep(early)
            ready.append(timed.data)
        yield b"".join(ready)


def _spoken(event: Event) -> Event:
    """A break without a message of its own says what happened."""
    if isinstance(event, Failure) and not event.message:
        return event._replace(message=CUT)
    return event


def _refused(refusal: Refusal) -> ProviderError:
    return ProviderError(
        refusal.message,
        retryable=True,
        retry_after=refusal.retry_after,
        status=refusal.status,
        type="rate_limit_reached_error",
    )


def _body(request: ChatRequest) -> dict[str, Any]:
    """What would leave, if anything did: every setting that was chosen, and no other."""
    turns = [*request.turns, *([request.continues] if request.continues else [])]
    chosen = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "reasoning_effort": request.effort,
        "thinking": None if request.thinking == "auto" else request.thinking,
    }
    return {
        "model": request.model,
        "messages": [{"role": turn.role, "content": turn.text} for turn in turns],
        "stream": True,
        **{name: value for name, value in chosen.items() if value is not None},
    }
