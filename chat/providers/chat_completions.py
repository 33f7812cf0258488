"""Providers that speak chat completions: requests by the openai client, replies by our own reader.

The client makes the request and turns refusals into exceptions; its decoder of streams is not used,
since it raises on, or swallows, much of what servers really send.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from typing import Any

from openai import AsyncAPIResponse

from chat.core.events import Answer, Event, Failure, Refusal, Thinking, ToolCallDelta
from chat.providers.base import BeforeSend, ChatRequest, EventStream, ModelInfo, Provider, ProviderError
from chat.providers.chat_completions_reader import ChatCompletionsReader
from chat.providers.chat_request import prepare, ways, writes_on_in_thinking
from chat.providers.clients import Clients
from chat.providers.configuration import ProviderConfig
from chat.providers.http_errors import Explains
from chat.providers.model_list import ModelList
from chat.providers.watchdog import FIRST_TOKEN_SECONDS, SILENCE_SECONDS, TOTAL_SECONDS, Watchdog

logger = logging.getLogger(__name__)

READ_OUT_SECONDS = 0.05
NOT_UNDERSTOOD = {400, 404, 422}
"""What servers say to a request whose form they do not take, and then bill nothing."""
SPEECH = (Thinking, Answer, ToolCallDelta, Refusal)


class ChatCompletions(Provider):
    """One address with one key; serves many streams at once."""

    def __init__(
        self,
        config: ProviderConfig,
        key: str,
        *,
        first: float = FIRST_TOKEN_SECONDS,
        silence: float = SILENCE_SECONDS,
        total: float = TOTAL_SECONDS,
    ) -> None:
        self.id = config.id
        self.name = config.name
        self.limits = (first, silence, total)
        self.explains = Explains(config, key)
        self.clients = Clients(config.base_url, key)
        self._config = config
        self._list = ModelList(config, key, self.clients, self.explains)

    def prepare(self, request: ChatRequest) -> tuple[dict[str, Any], dict[str, str]]:
        """The exact body that would be sent, and setting to why it is not in there."""
        return prepare(self.id, self._config.base_url, request)

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> EventStream:
        url = self._config.base_url
        tries = []
        for way in ways(self.id, url, request):
            body, _ = prepare(self.id, url, request, way)
            begins = request.begins_in_thinking if way == "ask" else writes_on_in_thinking(request, way)
            tries.append((body, ChatCompletionsReader(begins, answers=request.answers and way != "ask")))
        return ChatCompletionsStream(self, tries, before_send)

    async def models(self) -> list[ModelInfo]:
        return await self._list.models()

    async def check(self) -> str:
        return await self._list.check()

    async def aclose(self) -> None:
        await self.clients.aclose()


class ChatCompletionsStream:
    """One reply. Iterate it from one task at a time; it closes its connection when it ends or is closed.

    `tries`: bodies with the readers of what comes back. A server that does not take the form of one is
    sent the next, since it has billed nothing.
    """

    def __init__(
        self,
        provider: ChatCompletions,
        tries: Sequence[tuple[dict[str, Any], ChatCompletionsReader]],
        before_send: BeforeSend,
    ) -> None:
        self._provider = provider
        self._tries = tries
        self._body, self._reader = tries[0]
        self._before_send = before_send
        self._failures: list[Failure] = []
        self._spoke = False
        self._content_type = ""
        self._batches = self._run()

    def __aiter__(self) -> AsyncIterator[Sequence[Event]]:
        return self._batches

    def held(self) -> Thinking | Answer | None:
        """The text that is still held back, as what it would be if the stream ended now."""
        return self._reader.held()

    async def end_thinking(self) -> bool:
        """No such request is part of the protocol."""
        return False

    async def aclose(self) -> None:
        """Closes the upstream connection at once."""
        await self._batches.aclose()

    async def _run(self) -> AsyncGenerator[Sequence[Event]]:
        for body, reader in self._tries:
            self._body, self._reader = body, reader
            try:
                async with aclosing(self._once()) as batches:
                    async for events in batches:
                        yield events
                return
            except ProviderError as error:
                if body is self._tries[-1][0] or self._spoke or error.status not in NOT_UNDERSTOOD:
                    raise
                logger.info("a reply's own beginning was refused (%s): asking instead", error.status)

    async def _once(self) -> AsyncGenerator[Sequence[Event]]:
        self._failures.clear()
        await self._before_send(self._body)
        watchdog = Watchdog(*self._provider.limits)
        problem: ProviderError | None = None
        try:
            watchdog.waiting()
            async with self._request() as response:
                self._content_type = response.headers.get("content-type", "")
                chunks = response.http_response.aiter_raw()
                async for chunk in chunks:
                    watchdog.arrived()
                    if events := self._passed_on(self._reader.feed(chunk), watchdog):
                        yield events
                    if self._reader.done:
                        break
                    watchdog.waiting()
                await _read_out(chunks)
        except (Exception, asyncio.CancelledError) as error:
            problem = self._problem(error, watchdog)
        finally:
            watchdog.stop()
        if events := self._passed_on(self._reader.close(), watchdog):
            yield events
        self._raise_what_failed(problem)

    def _problem(self, error: Exception | asyncio.CancelledError, watchdog: Watchdog) -> ProviderError:
        if isinstance(error, Exception):
            return self._explains.exception(error, self._model)
        if not watchdog.interrupted():
            raise error
        return self._explains.expired(watchdog.expired or "")

    def _request(self) -> AbstractAsyncContextManager[AsyncAPIResponse[Any]]:
        """The body is given whole, past what the client knows of parameters, so that it is sent as it is."""
        completions = self._provider.clients.get().chat.completions
        return completions.with_streaming_response.create(
            model=self._model, messages=[], stream=True, extra_body=self._body
        )

    def _passed_on(self, events: list[Event], watchdog: Watchdog) -> list[Event]:
        """Failures are raised at the end, after everything else has been passed on."""
        if any(isinstance(event, Failure) for event in events):
            self._failures += [event for event in events if isinstance(event, Failure)]
            events = [event for event in events if not isinstance(event, Failure)]
        if not self._spoke and any(isinstance(event, SPEECH) for event in events):
            self._spoke = True
            watchdog.spoke()
        return events

    def _raise_what_failed(self, problem: ProviderError | None) -> None:
        failures = {failure.kind: failure for failure in reversed(self._failures)}
        if failure := failures.get("provider"):
            raise self._explains.failure(failure, self._model)
        if problem and not self._reader.finished:
            raise problem
        if "protocol" in failures and "truncated" not in failures and self._spoke:
            raise self._explains.damaged()
        if failure := failures.get("truncated") or failures.get("protocol"):
            raise self._explains.failure(failure, self._model, self._content_type)

    @property
    def _explains(self) -> Explains:
        return self._provider.explains

    @property
    def _model(self) -> str:
        return str(self._body["model"])


async def _read_out(chunks: AsyncIterator[bytes]) -> None:
    """To the end of the body, if it is near, so that the connection serves the next request."""
    with suppress(TimeoutError):
        async with asyncio.timeout(READ_OUT_SECONDS):
            async for _ in chunks:
                pass
