"""Taking on a queued generation: who claims it runs it, and nobody else."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat.generation.context import reading, turns_before, written_so_far
from chat.models import Generation, Request
from chat.preferences import key_for
from chat.providers.base import ChatRequest
from chat.rendering.audience import AUDIENCES, Audience
from chat.rendering.joins import carried_over, shown_answers
from chat.rendering.live_steps import Before
from chat.rendering.stored_steps import before_next


@dataclass(frozen=True, slots=True)
class Claim:
    """All that a runner needs to know. What a reply answers does not change while it is queued."""

    generation: Generation
    request: ChatRequest
    user_key: str | None
    earlier: Sequence[Generation]
    offset: int
    """The position of the first part."""
    before: Before
    """What the earlier runs of the same message thought."""
    carried: Mapping[Audience, str]
    """The block of the earlier answer that this one goes on in, for each audience."""

    @property
    def cuts_short(self) -> bool:
        """Whether it answers from thinking that had not come to its own end."""
        return self.request.answers and self.earlier[-1].state != Generation.State.DONE


def claim(generation_id: uuid.UUID, owner: str) -> Claim | None:
    """None when it was stopped, deleted or claimed by another first."""
    queued = Generation.objects.filter(id=generation_id, state=Generation.State.QUEUED, folded=False)
    generation = queued.select_related("message__conversation").first()
    if generation is None:
        return None
    request, generation.forgets_before = _request(generation)
    generation.reads = reading(request.turns)
    runs = generation.message.generations.filter(folded=True).order_by("id")
    earlier = list(runs) if generation.continues else []
    parts = list(generation.message.parts.all()) if generation.continues else []
    before = before_next(parts, {run.id: run for run in earlier})
    carried = {audience: carried_over(shown_answers(parts, audience)) for audience in AUDIENCES}
    offset = parts[-1].position + 1 if parts else 0
    if not _take(generation, owner):
        return None
    key = key_for(generation.user_id, generation.provider)
    return Claim(generation, request, key, earlier, offset, before, carried)


def _take(generation: Generation, owner: str) -> bool:
    """Whether it was still queued as it was read. The only write, so that nobody waits for the reading."""
    taken: dict[str, Any] = {
        "state": Generation.State.CONNECTING,
        "owner": owner,
        "epoch": generation.epoch + 1,
        "began_at": timezone.now(),
    }
    queued = Generation.objects.filter(
        id=generation.id, state=generation.state, epoch=generation.epoch, folded=False
    )
    with transaction.atomic():
        read = {"forgets_before": generation.forgets_before, "reads": generation.reads}
        if not queued.update(**taken, **read):
            return False
    for name, value in taken.items():
        setattr(generation, name, value)
    return True


def record_request(generation_id: uuid.UUID, body: dict[str, object]) -> None:
    """Puts a request on record, with the time, before it leaves."""
    Request.objects.create(generation_id=generation_id, body=body)


def _request(generation: Generation) -> tuple[ChatRequest, uuid.UUID | None]:
    asked = generation.settings
    turns, forgets_before = turns_before(generation)
    request = ChatRequest(
        model=generation.model,
        turns=turns,
        thinking=asked.get("thinking", "auto"),
        effort=asked.get("effort"),
        max_tokens=asked.get("max_tokens"),
        temperature=asked.get("temperature"),
        continues=written_so_far(generation) if generation.continues else None,
        answers=bool(asked.get("answers")),
        begins_in_thinking=asked.get("thinking") != "off" and _began_in_thinking_before(generation),
    )
    return request, forgets_before


def _began_in_thinking_before(generation: Generation) -> bool:
    """Whether this model begins inside its thinking, by the last reply in which that showed."""
    telling = Generation.objects.filter(
        provider=generation.provider, model=generation.model, began_in_thinking__isnull=False
    )
    return bool(telling.order_by("-id").values_list("began_in_thinking", flat=True).first())
