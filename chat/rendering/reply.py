"""A reply as its templates see it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from chat.core.cost import cost_of
from chat.models import Generation
from chat.rendering import notices
from chat.rendering.audience import Audience
from chat.rendering.labels import answered_early, headline
from chat.rendering.notices import Notice, notice_of
from chat.rendering.steps import StepHtml
from chat.rendering.totals import Totals, thinking_cost


@dataclass(slots=True)
class DrawnText:
    """An answer part's HTML: settled blocks, safe to insert, and the open one."""

    position: int
    blocks: list[str]
    open_html: str = ""
    joined: bool = False
    """Begins with the block in which an earlier run of the same message was cut: marked in the margin."""

    kind = "answer"


@dataclass(slots=True)
class DrawnSteps:
    """The HTML of a stretch of thinking, or of a tool call."""

    position: int
    kind: str
    steps: list[StepHtml]
    closed: int
    """How many of them are; the one after, if any, is open."""
    most_tokens: int = 0
    most_ms: int = 0
    """Of its largest closed step."""
    more: int | None = None
    """The number of the first step whose text is not drawn here, and comes when it is wanted."""


type Drawn = DrawnText | DrawnSteps


@dataclass(slots=True)
class Versions:
    """Where a message stands among its siblings; `previous` and `next` are message ids."""

    index: int = 1
    count: int = 1
    previous: uuid.UUID | None = None
    next: uuid.UUID | None = None


@dataclass(slots=True)
class Header:
    """What a reply's slots need: everything but its text."""

    generation: Generation
    audience: Audience = "full"
    may_act: bool = True
    state: str = ""
    has_thinking: bool = False
    has_answer: bool = False
    step_count: int = 0
    thought_before: int = 0
    """Milliseconds of thinking in earlier runs of the same message, with which its clock goes on."""
    totals: Totals = field(default_factory=Totals)
    versions: Versions = field(default_factory=Versions)

    @property
    def message_id(self) -> uuid.UUID:
        return self.generation.message_id

    @property
    def conversation_id(self) -> uuid.UUID:
        return self.generation.message.conversation_id

    @property
    def generation_id(self) -> uuid.UUID:
        return self.generation.id

    @property
    def live(self) -> bool:
        return self.state in Generation.LIVE

    @property
    def unclaimed(self) -> bool:
        """Workers run the replies here, and none has taken this one in good time."""
        if not settings.SCALED or self.state != Generation.State.QUEUED:
            return False
        waited = timezone.now() - self.generation.created_at
        return waited.total_seconds() >= notices.NO_WORKER_AFTER

    @property
    def hidden(self) -> bool:
        """The model thought, but the text stays with the provider."""
        return self.generation.hidden

    @property
    def shows_trace(self) -> bool:
        """A region for the thinking: while there may still be some, and where there was."""
        if self.audience == "answers":
            return False
        waits_for_text = self.state in {"queued", "connecting", "waiting"} and not self.has_answer
        may_think = self.generation.settings.get("thinking") != "off"
        return self.has_thinking or self.hidden or self.state == "thinking" or (waits_for_text and may_think)

    @property
    def may_answer_now(self) -> bool:
        """Whether it thinks, and its thinking can be made to end in an answer."""
        thinks = self.state == "thinking" and self.has_thinking and not self.hidden
        can = bool(self.generation.settings.get("answers_now"))
        return thinks and can and self.may_act and not self.totals.cut_short

    @property
    def answers_free(self) -> bool:
        """Whether an early answer costs nothing but itself."""
        return bool(self.generation.settings.get("answers_now") == "free")

    @property
    def reads_again(self) -> int:
        """About how many tokens the request for an early answer has."""
        return (self.generation.reads or 0) + (self.totals.thinking_tokens or 0)

    @property
    def cost_of_reading_again(self) -> Decimal | None:
        return cost_of({"prompt_tokens": self.reads_again}, self.generation.price)

    @property
    def early(self) -> str:
        """The line over an answer whose thinking was cut short."""
        answers = self.has_answer or self.state == "answering"
        return answered_early(self.step_count) if self.totals.cut_short and answers else ""

    @property
    def thinking_cost(self) -> Decimal | None:
        return thinking_cost(self.totals.thinking_tokens, self.generation)

    @property
    def output_price(self) -> float | None:
        """Dollars for a million tokens of output."""
        price: float | None = self.generation.price.get("output")
        return price

    @property
    def model_name(self) -> str:
        return self.generation.model_name

    @property
    def glyph(self) -> str:
        """Up to two characters that stand for the model beside its name."""
        words = [word for word in self.model_name.replace("-", " ").split() if word[0].isalnum()]
        return next((w[:2] for w in words if any(c.isdigit() for c in w)), (words or ["·"])[0][:2])

    @property
    def started_ms(self) -> int | None:
        """When the current phase's clock began, in milliseconds since 1970."""
        generation = self.generation
        if generation.began_at is None:
            return int(generation.created_at.timestamp() * 1000)
        start = int(generation.began_at.timestamp() * 1000)
        if self.state != "thinking":
            return start
        return start + (generation.first_thinking_ms or 0) - self.thought_before

    @property
    def label(self) -> str:
        totals, state = self.totals, "unclaimed" if self.unclaimed else self.state
        return headline(
            state,
            totals.thinking_ms,
            totals.total_ms,
            answered=self.has_answer,
            cut_short=totals.cut_short,
        )

    @property
    def notice(self) -> Notice | None:
        return notice_of(self)


@dataclass(slots=True)
class Reply(Header):
    """A whole reply: its header and the text that its audience may see."""

    seq: int = 0
    draw: Callable[[], Sequence[Drawn]] = tuple
    drawn: Sequence[Drawn] | None = None
    characters: int = 0
    """Of thinking that is still being written."""
    wheel: str = "auto"
    open: bool = False
    texts: list[tuple[str, str]] = field(default_factory=list)
    """What the model wrote as far as the audience may see it: each part's kind and raw text, in order."""

    @property
    def answer_markdown(self) -> str:
        return "".join(text for kind, text in self.texts if kind == "answer")

    @property
    def thinking_text(self) -> str:
        """Its parts set apart by a blank line, as addresses of places in it count."""
        return "\n\n".join(text for kind, text in self.texts if kind == "thinking")

    @property
    def parts(self) -> Sequence[Drawn]:
        """Drawn when first asked for: a header alone needs no text."""
        if self.drawn is None:
            self.drawn = self.draw()
        return self.drawn

    @property
    def step_parts(self) -> list[DrawnSteps]:
        return [part for part in self.parts if isinstance(part, DrawnSteps)]

    @property
    def steps(self) -> list[StepHtml]:
        """Of the whole reply, in their order."""
        return [step for part in self.step_parts for step in part.steps]

    @property
    def most_tokens(self) -> int:
        return max((part.most_tokens for part in self.step_parts), default=0)

    @property
    def most_ms(self) -> int:
        return max((part.most_ms for part in self.step_parts), default=0)

    @property
    def answer_parts(self) -> list[DrawnText]:
        return [part for part in self.parts if isinstance(part, DrawnText)]
