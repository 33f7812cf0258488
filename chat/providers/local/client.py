"""One request to the local model's server, its text given the kind that the request asked for."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import orjson

from chat.core.events import Answer, Event, Finish, Thinking, Usage
from chat.core.sse import SseReader
from chat.providers.base import ProviderError
from chat.providers.local.process import Address

TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=600)
"""Requests queue for a free slot, and a slow machine reads a long prompt for minutes."""
TOO_LONG = "exceed_context_size_error"
ENDED = "The local model stopped in mid-reply. Continue or Retry starts it again."
LONGEST_DETAIL = 2000


async def ask(
    address: Address, body: dict[str, Any], kind: type[Thinking | Answer]
) -> AsyncGenerator[list[Event]]:
    """Posts the body and yields the reply's text as events of `kind`, then its usage and finish.

    Raises ProviderError, retryable when no server answered at the address.
    """
    headers = {"Authorization": f"Bearer {address.key}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
            session.post(f"{address.url}/v1/chat/completions", json=body) as response,
        ):
            if response.status != 200:
                raise _refusal(response.status, await response.read())
            async for events in _events(response, kind):
                yield events
    except aiohttp.ClientConnectorError as error:
        raise ProviderError(
            "The local model does not answer. Retry starts it again.", retryable=True
        ) from error
    except (aiohttp.ClientError, ConnectionError) as error:
        raise ProviderError(ENDED) from error
    except TimeoutError as error:
        raise ProviderError(
            "The local model has said nothing for ten minutes. Retry, or start it anew."
        ) from error


async def _events(
    response: aiohttp.ClientResponse, kind: type[Thinking | Answer]
) -> AsyncGenerator[list[Event]]:
    reader = SseReader()
    finished = False
    async for chunk in response.content.iter_any():
        events: list[Event] = []
        for event in reader.feed(chunk):
            if event.data != b"[DONE]":
                events += _read(orjson.loads(event.data), kind)
        finished = finished or any(isinstance(event, Finish) for event in events)
        if events:
            yield events
    if not finished:
        raise ProviderError(ENDED)


def _read(chunk: dict[str, Any], kind: type[Thinking | Answer]) -> list[Event]:
    if error := chunk.get("error"):
        raise ProviderError(f"The local model failed: {error.get('message', 'it gave no reason')}")
    events: list[Event] = []
    for choice in chunk["choices"]:
        if text := choice["delta"].get("content"):
            events.append(kind(text))
        if choice["finish_reason"]:
            events.append(Finish(choice["finish_reason"]))
    if usage := chunk.get("usage"):
        events.append(
            Usage(
                prompt_tokens=usage["prompt_tokens"],
                completion_tokens=usage["completion_tokens"],
                total_tokens=usage["total_tokens"],
                cached_tokens=usage.get("prompt_tokens_details", {}).get("cached_tokens"),
            )
        )
    return events


def _refusal(status: int, body: bytes) -> ProviderError:
    detail = body.decode(errors="replace")[:LONGEST_DETAIL]
    try:
        error = orjson.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        error = {}
    if error.get("type") == TOO_LONG:
        message = (
            f"This chat is {error['n_prompt_tokens']:,} tokens long, and the local model reads "
            f"{error['n_ctx']:,}. Shorten the message, or start a new chat."
        )
        return ProviderError(
            message, status=status, type=TOO_LONG, code="context_length_exceeded", detail=detail
        )
    message = f"The local model refused the request: {error.get('message', f'status {status}')}"
    return ProviderError(message, status=status, type=error.get("type"), detail=detail)
