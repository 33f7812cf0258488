"""Whatever goes wrong between us and a provider, as one plain sentence with a next step.

Retryable is only what certainly billed nothing: an explicit refusal (429, 503, overload), or a
connection that was never made. Keys never appear in a sentence or in its details.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import openai
import orjson

from chat.core.events import Failure
from chat.providers.base import ProviderError
from chat.providers.chunk_reading import failure_from, failure_of
from chat.providers.configuration import ProviderConfig
from chat.providers.retry_after import retry_after

OR_ANOTHER = "or choose another model."
LONGEST_DETAIL = 2000
LONGEST_QUOTE = 300
KEY = re.compile(r"\b(?:sk|pk|key|ak)-[A-Za-z0-9_*.\-]{4,}|\bBearer\s+\S+", re.IGNORECASE)
NO_MONEY = re.compile(
    r"exceeded_current_quota|exceeded your current quota|insufficient_quota|insufficient.balance"
    r"|payment_required|billing_(?:hard_limit|not_active)|out of credits|insufficient credits",
    re.IGNORECASE,
)
OVERLOADED = re.compile(
    r"overload|provider_unavailable|server_busy|service_unavailable|capacity", re.IGNORECASE
)
LIMITED = re.compile(r"rate.?limit|too many requests", re.IGNORECASE)
TOO_LONG = re.compile(
    r"context_length|exceed_context_size|maximum context|model token limit|context window|too many tokens"
    r"|prompt is too long|exceeds the available context",
    re.IGNORECASE,
)
FILTERED = re.compile(r"content_filter|content_policy|content_management|moderation|high risk", re.IGNORECASE)
NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
UNVERIFIED = re.compile(r"must be verified", re.IGNORECASE)


class Explains:
    """Makes the errors of one provider, used with one key."""

    def __init__(self, config: ProviderConfig, key: str) -> None:
        self._config = config
        self._key = key
        self._name = config.name

    def exception(self, error: Exception, model: str) -> ProviderError:
        """Anything that was raised on the way."""
        if isinstance(error, ProviderError):
            return error
        if isinstance(error, openai.APIStatusError):
            return self._status(error, model)
        causes = list(_causes(error))
        if any(isinstance(cause, aiohttp.ClientSSLError) for cause in causes):
            return ProviderError(
                f"{self._name} could not prove who it is: its certificate is not trusted here. "
                "Ask the administrator to check the address and the server's certificates."
            )
        if any(isinstance(cause, NEVER_CONNECTED) for cause in causes):
            return ProviderError(
                f"{self._name} could not be reached. Check the connection, or try again in a moment.",
                retryable=True,
            )
        return ProviderError(f"The connection to {self._name} broke. What had come is kept; try again.")

    def expired(self, limit: str) -> ProviderError:
        """A limit of `watchdog` ended the wait."""
        said = {
            "first token": "has not begun to answer for a long time",
            "silence": "fell silent in the middle of its reply",
        }.get(limit, "went on longer than a reply may take")
        return ProviderError(
            f"{self._name} {said}, so the request was ended. What had come is kept; try again."
        )

    def failure(self, failure: Failure, model: str, content_type: str = "") -> ProviderError:
        """A stream that broke by its own account, or that was none."""
        if failure.kind == "truncated":
            return ProviderError(
                f"{self._name} ended its reply in the middle. What had come is kept; try again."
            )
        if failure.kind == "protocol":
            what = f" ({content_type})" if content_type else ""
            return ProviderError(
                f"{self._name} answered with something that is no reply{what}. "
                "Ask the administrator to check its address."
            )
        return self._said(failure, None, model, {}, failure.message)

    def damaged(self) -> ProviderError:
        """The stream ended in good order, but a part of it could not be read."""
        return ProviderError(
            f"A part of what {self._name} sent could not be read and is missing here. Regenerate the reply."
        )

    def _status(self, error: openai.APIStatusError, model: str) -> ProviderError:
        response = error.response
        if 300 <= error.status_code < 400:
            return ProviderError(
                f"{self._name} points to another address, and redirects are not followed. "
                "Ask the administrator to check its address.",
                status=error.status_code,
            )
        text = response.text if response.is_closed or response.is_stream_consumed else ""
        return self._said(_failure_in(text), error.status_code, model, response.headers, text)

    def _said(
        self, failure: Failure, status: int | None, model: str, headers: Mapping[str, str], detail: str
    ) -> ProviderError:
        message, retryable = self._sentence(failure, status, model)
        return ProviderError(
            message,
            retryable=retryable,
            retry_after=retry_after(headers, failure.message) if retryable else None,
            status=status,
            type=failure.type,
            code=failure.code,
            request_id=_request_id(headers),
            detail=self._clean(detail)[:LONGEST_DETAIL],
        )

    def _sentence(self, failure: Failure, status: int | None, model: str) -> tuple[str, bool]:
        """The sentence, and whether a repeat may help."""
        name, signs = self._name, " ".join(filter(None, (failure.type, failure.code, failure.message)))
        said = str(status or failure.code)
        if said == "402" or NO_MONEY.search(signs):
            return f"The account at {name} has no money left. Top it up there, {OR_ANOTHER}", False
        if said == "413" or TOO_LONG.search(signs):
            return f"This chat is longer than {model} can read. Start a new one, {OR_ANOTHER}", False
        if FILTERED.search(signs):
            return f"{name} refused this by its content filter. Put it differently, {OR_ANOTHER}", False
        if said == "429" or LIMITED.search(signs):
            return f"{name} has had too many requests for now. Wait a moment, {OR_ANOTHER}", True
        if said in {"503", "529"} or OVERLOADED.search(signs):
            return f"{name} is overloaded at the moment. Wait a moment, {OR_ANOTHER}", True
        return self._permanent(failure, status, model), False

    def _permanent(self, failure: Failure, status: int | None, model: str) -> str:
        name, quote = self._name, self._quote(failure)
        if status == 401:
            return f"{name} does not accept the key. {self._where_keys_are}"
        if UNVERIFIED.search(failure.message):
            return (
                f"{name} wants the organisation of this key to be verified first. Do that there, {OR_ANOTHER}"
            )
        if status == 403:
            return f"{name} does not allow this with this key{quote}. Use another key, {OR_ANOTHER}"
        if status in (404, 410):
            return (
                f"{name} does not have {model or 'that'}, or this key may not use it. Choose another model."
            )
        if status is not None and status >= 500:
            return f"{name} failed ({status}){quote}. Try again, {OR_ANOTHER}"
        if status is not None:
            return f"{name} did not take the request{quote}. Change the settings, {OR_ANOTHER}"
        return f"{name} reported an error{quote}. What had come is kept; try again."

    @property
    def _where_keys_are(self) -> str:
        if self._config.takes_key:
            return "Check it in Settings; keys of its other sites do not work here."
        return f"Ask the administrator to check {self._config.variable}."

    def _quote(self, failure: Failure) -> str:
        said = " ".join(self._clean(failure.message).split())[:LONGEST_QUOTE].rstrip(" .")
        return f": {said}" if said else ""

    def _clean(self, text: str) -> str:
        if self._key:
            text = text.replace(self._key, "[key]")
        return KEY.sub("[key]", text)


def _failure_in(text: str) -> Failure:
    try:
        body: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Failure("provider", "" if "<" in text[:LONGEST_QUOTE] else text[:LONGEST_QUOTE])
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return Failure("provider", "")
    return failure_of(body) or failure_from(body)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1


def _request_id(headers: Mapping[str, str]) -> str | None:
    names = ("x-request-id", "request-id", "x-trace-id", "x-generation-id", "cf-ray")
    return next((headers[name][:200] for name in names if headers.get(name)), None)
