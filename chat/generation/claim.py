"""Taking on a queued generation: who claims it runs it, and nobody else."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat.generation.context import turns_before, written_so_far
from chat.generation.fold import first_position
from chat.models import Generation, Request
from chat.preferences import key_for
from chat.providers.base import ChatRequest
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


def claim(generation_id: uuid.UUID, owner: str) -> Claim | None:
    """None when it was stopped, deleted or claimed by another first."""
    queued = Generation.objects.filter(id=generation_id, state=Generation.State.QUEUED, folded=False)
    generation = queued.select_related("message__conversation").first()
    if generation is None:
        return None
    request, generation.forgets_before = _request(generation)
    earlier = list(generation.message.generations.filter(folded=True)) if generation.continues else []
    offset, before = first_position(generation), _before(generation, earlier)
    if not _take(generation, owner):
        return None
    key = key_for(generation.user_id, generation.provider)
    return Claim(generation, request, key, earlier, offset, before)


def _before(generation: Generation, earlier: Sequence[Generation]) -> Before:
    if not earlier:
        return Before()
    return before_next(list(generation.message.parts.all()), {run.id: run for run in earlier})


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
        if not queued.update(**taken, forgets_before=generation.forgets_before):
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
        begins_in_thinking=asked.get("thinking") != "off" and _began_in_thinking_before(generation),
    )
    return request, forgets_before


def _began_in_thinking_before(generation: Generation) -> bool:
    """Whether this model begins inside its thinking, by the last reply in which that showed."""
    telling = Generation.objects.filter(
        provider=generation.provider, model=generation.model, began_in_thinking__isnull=False
    )
    return bool(telling.order_by("-id").values_list("began_in_thinking", flat=True).first())
