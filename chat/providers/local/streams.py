"""A reply of the local model: of the bundled one in two requests, of any other in one."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from chat.core.events import Answer, Event, Finish, Thinking, Usage
from chat.providers.base import BeforeSend, ChatRequest, ProviderError
from chat.providers.chat_completions_reader import ChatCompletionsReader
from chat.providers.local import prompts
from chat.providers.local.client import TOO_LONG, Reader, ask, end_reasoning
from chat.providers.local.process import LocalProcess
from chat.providers.local.typed_reader import TypedReader


class LocalStream(ABC):
    """Starts the server where none runs."""

    def __init__(self, process: LocalProcess, request: ChatRequest, before_send: BeforeSend) -> None:
        self._process = process
        self._request = request
        self._before_send = before_send
        self._batches = self._run()

    def __aiter__(self) -> AsyncIterator[Sequence[Event]]:
        return self._batches

    async def end_thinking(self) -> bool:
        """The server of a model that thinks by requests of their own needs no word: another follows."""
        return False

    async def aclose(self) -> None:
        await self._batches.aclose()

    @abstractmethod
    def _run(self) -> AsyncGenerator[Sequence[Event]]: ...

    async def _send(
        self, body_of: Callable[[ChatRequest], dict[str, Any]], reader: Reader
    ) -> AsyncGenerator[list[Event]]:
        """Sends the request, without its oldest turns where the server counts more than it can read."""
        address = await asyncio.to_thread(self._process.address)
        while True:
            body = body_of(self._request)
            await self._before_send(body)
            try:
                async with aclosing(ask(address, body, reader)) as batches:
                    async for events in batches:
                        yield events
                return
            except ProviderError as error:
                shorter = prompts.without_oldest(self._request)
                if error.type != TOO_LONG or shorter is None:
                    raise
                self._request = shorter


class TwoPassStream(LocalStream):
    """The reasoning's request, then the answer's; one plain request where no thinking is wanted."""

    def __init__(self, process: LocalProcess, request: ChatRequest, before_send: BeforeSend) -> None:
        super().__init__(process, request, before_send)
        self._thinking: list[str] = [request.continues.thinking] if request.continues else []
        self._used = 0

    def held(self) -> None:
        """Nothing is ever held back: each request's text is of one kind."""

    async def _run(self) -> AsyncGenerator[Sequence[Event]]:
        if prompts.thinks(self._request):
            async with aclosing(self._send(prompts.thinking_body, TypedReader(Thinking))) as batches:
                async for events in batches:
                    self._note(events)
                    yield [event for event in events if not isinstance(event, Finish)]
        async with aclosing(self._send(self._answer_body, TypedReader(Answer))) as batches:
            async for events in batches:
                yield events

    def _answer_body(self, request: ChatRequest) -> dict[str, Any]:
        return prompts.answer_body(request, "".join(self._thinking).strip(), self._used)

    def _note(self, events: Sequence[Event]) -> None:
        """Keeps what the answer's request needs to know of the reasoning's."""
        for event in events:
            if isinstance(event, Thinking):
                self._thinking.append(event.text)
            elif isinstance(event, Usage):
                self._used = event.completion_tokens or 0


class NativeStream(LocalStream):
    """One request to a model that brings its own chat template and thinks, if at all, by it.

    The server closes the thinking itself when it is told to, and writes on in the same reply.
    """

    def __init__(self, process: LocalProcess, request: ChatRequest, before_send: BeforeSend) -> None:
        super().__init__(process, request, before_send)
        self._reader = ChatCompletionsReader(request.begins_in_thinking)

    def held(self) -> Thinking | Answer | None:
        return self._reader.held()

    async def end_thinking(self) -> bool:
        address = await asyncio.to_thread(self._process.running)
        return address is not None and await end_reasoning(address, self._reader.id)

    async def _run(self) -> AsyncGenerator[Sequence[Event]]:
        async with aclosing(self._send(prompts.native_body, self._reader)) as batches:
            async for events in batches:
                yield events
