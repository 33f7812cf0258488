"""What every provider is: something that turns a `ChatRequest` into a stream of events.

The base names no vendor. A provider raises `ProviderError` and nothing else; the runner decides,
by `retryable` and by whether a token has come, whether a request repeats itself.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chat.core.characters import storable
from chat.core.events import Answer, Event, Thinking

type Thought = Literal["auto", "on", "off"]
type AnswersNow = Literal["", "free", "again"]
"""Whether a reply that is thinking can be made to answer: not at all; at no extra cost; or by another
request to the same model, which reads the thinking so far.
"""
type BeforeSend = Callable[[dict[str, Any]], Awaitable[None]]
"""Awaited with the exact request body before it leaves, so that it can be put on record."""


class ProviderError(Exception):
    """A request that failed, in one plain sentence for the person who asked.

    `retryable`: the provider refused explicitly (429, 503, overload) or could not be reached, so a
    repeat bills nothing twice. `retry_after`: seconds, when the provider says. `status`, `type`,
    `code`, `request_id` are the provider's own; `detail` its error body, at most 2,000 characters.
    All are kept with the reply, so they are repaired as its text is.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
        type: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        detail: str = "",
    ) -> None:
        self.message: str = storable(message)
        super().__init__(self.message)
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status
        self.type: str | None = storable(type)
        self.code: str | None = storable(code)
        self.request_id: str | None = storable(request_id)
        self.detail: str = storable(detail)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation as the model is to see it.

    `thinking` and `replay` belong to assistant turns; a dialect sends back what its rules ask for.
    """

    role: Literal["system", "user", "assistant"]
    text: str
    thinking: str = ""
    replay: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a person asked for, before the catalogue decides which of it the model accepts.

    `None` means "the provider's own default". `continues`: what the assistant has already said in
    this message, to be carried on rather than said again. `answers`: the thinking in there is over,
    and the answer is to follow from it.
    """

    model: str
    turns: tuple[Turn, ...]
    thinking: Thought = "auto"
    effort: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    continues: Turn | None = None
    begins_in_thinking: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as the picker shows it. Prices in US dollars per million tokens, context in tokens."""

    id: str
    name: str
    provider: str
    provider_name: str
    context: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    thinking: Literal["always", "optional", "never", "prompted", "unknown"] = "unknown"
    efforts: tuple[str, ...] = ()
    answers_now: AnswersNow = ""
    recommended_max_tokens: int | None = None
    note: str = ""
    not_sent: dict[str, str] = field(default_factory=dict)
    """Setting name (`temperature`, `max_tokens`, `effort`, `thinking`) to why it is not sent."""
    not_sent_thinking: dict[str, str] = field(default_factory=dict)
    """As `not_sent`, for what is sent only where thinking is off."""

    @property
    def key(self) -> str:
        """`provider/model`, unique over all providers: what settings and generations store."""
        return f"{self.provider}/{self.id}"

    def why_not(self, thought: str) -> str:
        """A sentence where this model cannot be told to think, or not to; else nothing."""
        if thought == "off" and self.thinking == "always":
            return f"{self.name} always thinks"
        if thought == "on" and self.thinking == "never":
            return f"{self.name} does not think"
        return ""

    def why_not_sent(self, setting: str) -> str:
        """A sentence where the setting is never sent, or not while the model thinks; else nothing."""
        if why := self.not_sent.get(setting):
            return f"Not sent: {why}"
        if why := self.not_sent_thinking.get(setting):
            return f"Sent only where thinking is off: {why}"
        return ""


class EventStream(Protocol):
    """Events in the batches in which they arrived. Closing it closes the upstream connection."""

    def __aiter__(self) -> AsyncIterator[Sequence[Event]]: ...

    def held(self) -> Thinking | Answer | None:
        """The text that is still held back, as what it would be if the stream ended now."""
        ...

    async def end_thinking(self) -> bool:
        """Has the server end the thinking of this very request, and answer. False where it cannot."""
        ...

    async def aclose(self) -> None: ...


class Provider(ABC):
    """A configured place to send requests to. One instance serves many streams at once."""

    id: str
    name: str

    @abstractmethod
    async def models(self) -> list[ModelInfo]:
        """The models that may be chosen here. Raises ProviderError."""

    @abstractmethod
    def stream(self, request: ChatRequest, before_send: BeforeSend) -> EventStream:
        """Starts on iteration; raises ProviderError from it, after the events that came before.

        Iteration may make several requests (a two-pass model); each awaits `before_send` first.
        """

    @abstractmethod
    async def check(self) -> str:
        """One sentence on whether the key and address work. Raises ProviderError if they do not."""

    @abstractmethod
    async def aclose(self) -> None:
        """Closes pooled connections."""
