"""What a model's stream consists of, once every provider's dialect has been read.

A stream is a list of these events in the order in which the provider sent them. They are the
only thing that crosses from `providers` to `generation`, what a journal row stores, and what the
transcript is built from. Text events carry deltas; adjacent deltas of one kind join without a
separator, and a change of kind opens a new part.
"""

from typing import Any, Literal, NamedTuple

type Kind = Literal["thinking", "answer"]


class Requested(NamedTuple):
    """A request is about to leave: what follows belongs to it. Never comes from a reader."""


class Thinking(NamedTuple):
    """Reasoning text, as the next piece of the open thinking part."""

    text: str


class Answer(NamedTuple):
    """Answer text, as the next piece of the open answer part."""

    text: str


class Reclassified(NamedTuple):
    """What came since the last part of `kind` turns out to be `kind` too (a late closing tag).

    Walking back from the end of this request, every text part of the other kind becomes `kind`,
    up to the first part that already is. A part that becomes thinking is stripped of outer white
    space; one that is empty after that vanishes. `by_tag`: a stray closing tag revealed it, rather
    than a channel format that the text turned out to be in.
    """

    kind: Kind
    by_tag: bool = True


class Began(NamedTuple):
    """Whether the text began inside thinking that nothing in it had opened, as soon as that is certain.

    A closing tag proves it. That the server or the text itself opens thinking refutes it, and so does
    a finished reply without any closing tag.
    """

    in_thinking: bool


class ToolCallDelta(NamedTuple):
    """A fragment of the call in slot `slot`: `id` and `name` once, `arguments` concatenated."""

    slot: int
    id: str
    name: str
    arguments: str


class Hidden(NamedTuple):
    """Reasoning happened whose text the provider keeps (encrypted, redacted, omitted)."""


class Replay(NamedTuple):
    """Data that the provider wants back verbatim with the next request; never shown."""

    kind: str
    data: Any


class Unterminated(NamedTuple):
    """An opening tag was never closed: all that followed stayed thinking."""


class Refusal(NamedTuple):
    """The provider's own refusal text. It also comes as `Answer` when there is no other answer."""

    text: str


class Usage(NamedTuple):
    """Tokens as the provider reports them; `None` where it does not say. `cost` in US dollars."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: float | None = None


class CutShort(NamedTuple):
    """The thinking ends here because a person asked for the answer. Never comes from a reader."""


class Finish(NamedTuple):
    """The provider's own word for why it stopped, unchanged: `stop`, `length`, `tool_calls`…"""

    reason: str


class Failure(NamedTuple):
    """The stream broke; what came before it stands.

    `provider`: the provider said so. `protocol`: bytes that are no valid stream. `truncated`: the
    body ended early.
    """

    kind: Literal["provider", "protocol", "truncated"]
    message: str
    type: str | None = None
    code: str | None = None


type Event = (
    Requested
    | Thinking
    | Answer
    | Reclassified
    | Began
    | ToolCallDelta
    | Hidden
    | Replay
    | Unterminated
    | Refusal
    | Usage
    | CutShort
    | Finish
    | Failure
)

CODES: dict[str, type[Event]] = {
    "q": Requested,
    "t": Thinking,
    "a": Answer,
    "r": Reclassified,
    "b": Began,
    "c": ToolCallDelta,
    "h": Hidden,
    "p": Replay,
    "n": Unterminated,
    "d": Refusal,
    "u": Usage,
    "x": CutShort,
    "f": Finish,
    "e": Failure,
}
NAMES: dict[type[Event], str] = {event: code for code, event in CODES.items()}


def encode(event: Event) -> list[Any]:
    """The event as a JSON array, its code first: `["t", "text"]`."""
    return [NAMES[type(event)], *event]


def decode(row: list[Any]) -> Event:
    """The inverse of `encode`."""
    return CODES[row[0]](*row[1:])
