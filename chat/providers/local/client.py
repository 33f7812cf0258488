"""One request to the local model's server: a body out, events in."""

from collections.abc import AsyncGenerator
from typing import Any, Protocol

import aiohttp
import orjson

from chat.core.events import Answer, Event, Failure, Thinking
from chat.providers.base import ProviderError
from chat.providers.local.process import Address

TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=600)
"""Requests queue for a free slot, and a slow machine reads a long prompt for minutes."""
CONTROL_TIMEOUT = aiohttp.ClientTimeout(total=5)
TOO_LONG = "exceed_context_size_error"
ENDED = "The local model stopped in mid-reply. Continue or Retry starts it again."
LONGEST_DETAIL = 2000


class Reader(Protocol):
    """Bytes of a response body in, events out."""

    def feed(self, chunk: bytes) -> list[Event]: ...

    def close(self) -> list[Event]: ...

    def held(self) -> Thinking | Answer | None: ...


async def ask(address: Address, body: dict[str, Any], reader: Reader) -> AsyncGenerator[list[Event]]:
    """Posts the body and yields what the reader makes of the reply.

    Raises ProviderError, retryable when the server ended or did not answer: it bills nobody, and one
    that was killed accepts connections until its last thread has gone.
    """
    headers = {"Authorization": f"Bearer {address.key}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
            session.post(f"{address.url}/v1/chat/completions", json=body) as response,
        ):
            if response.status != 200:
                raise _refusal(response.status, await response.read())
            async for chunk in response.content.iter_any():
                if events := reader.feed(chunk):
                    yield _whole(events)
            yield _whole(reader.close())
    except aiohttp.ClientConnectorError as error:
        raise ProviderError(
            "The local model does not answer. Retry starts it again.", retryable=True
        ) from error
    except (aiohttp.ClientError, ConnectionError) as error:
        raise ProviderError(ENDED, retryable=True) from error
    except TimeoutError as error:
        raise ProviderError(
            "The local model has said nothing for ten minutes. Retry, or start it anew."
        ) from error


async def end_reasoning(address: Address, reply: str) -> bool:
    """Whether the server ended the thinking of the reply with this id, so that its answer follows."""
    headers = {"Authorization": f"Bearer {address.key}"}
    order = {"id": reply, "action": "reasoning_end"}
    try:
        async with (
            aiohttp.ClientSession(timeout=CONTROL_TIMEOUT, headers=headers) as session,
            session.post(f"{address.url}/v1/chat/completions/control", json=order) as response,
        ):
            return response.status == 200 and orjson.loads(await response.read()).get("success") is True
    except (aiohttp.ClientError, ConnectionError, TimeoutError, ValueError, AttributeError):
        return False


def _whole(events: list[Event]) -> list[Event]:
    """The events, if none of them is a break."""
    for event in events:
        if isinstance(event, Failure):
            said = f"The local model failed: {event.message}"
            raise ProviderError(
                said if event.message else ENDED,
                retryable=event.kind == "truncated",
                type=event.type,
                code=event.code,
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
