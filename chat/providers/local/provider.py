"""The local model as a provider: llama.cpp's server on this machine, a child of this process.

The bundled model thinks by two requests (`prompts`), so each text is typed by the request that it
answers and nothing has to be told apart. A model file of the administrator's own keeps its chat
template and thinks as it was trained to: the server itself sets its reasoning apart.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from chat.core.events import Answer, Event, Finish, Thinking, Usage
from chat.providers.base import BeforeSend, ChatRequest, EventStream, ModelInfo, Provider, ProviderError
from chat.providers.local import prompts
from chat.providers.local.client import TOO_LONG, ask
from chat.providers.local.process import BUNDLED, LocalProcess, Model, find_model
from chat.providers.local.server import CONTEXT

BUNDLED_TITLE = "SmolLM2 135M"
NOTE = (
    "Small local model; its answers are often wrong. "
    "Its reasoning is prompted text, not a trained chain of thought."
)


class LocalProvider(Provider):
    """One per process and DATA_DIR. The server starts at the first request."""

    id = "local"
    name = "This server"

    def __init__(self, data_dir: Path, model: str) -> None:
        """`model`: what LOCAL_MODEL says, `auto` or the path of a .gguf file."""
        self.process = LocalProcess(data_dir, model)
        self._setting = model

    @property
    def types_answers(self) -> bool:
        """Whether text never changes sides: thinking and answer come from requests of their own."""
        return self._setting == BUNDLED

    async def models(self) -> list[ModelInfo]:
        return [self._info(find_model(self._setting))]

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> EventStream:
        return LocalStream(self.process, request, before_send)

    async def check(self) -> str:
        await asyncio.to_thread(self.process.address)
        return "The local model runs."

    async def aclose(self) -> None:
        await asyncio.to_thread(self.process.close)

    def _info(self, model: Model) -> ModelInfo:
        return ModelInfo(
            id=model.name,
            name=BUNDLED_TITLE if model.bundled else model.name,
            provider=self.id,
            provider_name=self.name,
            context=CONTEXT,
            thinking="prompted" if model.bundled else "unknown",
            note=NOTE if model.bundled else "",
            not_sent={"effort": "The local model has no levels of effort."},
        )


class LocalStream:
    """The reasoning's request, then the answer's; one plain request where no thinking is wanted."""

    def __init__(self, process: LocalProcess, request: ChatRequest, before_send: BeforeSend) -> None:
        self._process = process
        self._request = request
        self._before_send = before_send
        self._thinking: list[str] = [request.continues.thinking] if request.continues else []
        self._used = 0
        self._batches = self._run()

    def __aiter__(self) -> AsyncIterator[Sequence[Event]]:
        return self._batches

    def held(self) -> None:
        """Nothing is ever held back: each request's text is of one kind."""

    async def aclose(self) -> None:
        await self._batches.aclose()

    async def _run(self) -> AsyncGenerator[Sequence[Event]]:
        if prompts.thinks(self._request):
            async with aclosing(self._send(prompts.thinking_body, Thinking)) as batches:
                async for events in batches:
                    self._note(events)
                    yield [event for event in events if not isinstance(event, Finish)]
        async with aclosing(self._send(self._answer_body, Answer)) as batches:
            async for events in batches:
                yield events

    async def _send(
        self, body_of: Callable[[ChatRequest], dict[str, Any]], kind: type[Thinking | Answer]
    ) -> AsyncGenerator[list[Event]]:
        """Sends the request, without its oldest turns where the server counts more than it can read."""
        address = await asyncio.to_thread(self._process.address)
        while True:
            body = body_of(self._request)
            await self._before_send(body)
            try:
                async with aclosing(ask(address, body, kind)) as batches:
                    async for events in batches:
                        yield events
                return
            except ProviderError as error:
                shorter = prompts.without_oldest(self._request)
                if error.type != TOO_LONG or shorter is None:
                    raise
                self._request = shorter

    def _answer_body(self, request: ChatRequest) -> dict[str, Any]:
        return prompts.answer_body(request, "".join(self._thinking).strip(), self._used)

    def _note(self, events: Sequence[Event]) -> None:
        """Keeps what the answer's request needs to know of the reasoning's."""
        for event in events:
            if isinstance(event, Thinking):
                self._thinking.append(event.text)
            elif isinstance(event, Usage):
                self._used = event.completion_tokens or 0
