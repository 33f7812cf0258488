"""What the model gets to see: the branch that leads to a reply, as far as it fits."""

import uuid
from collections.abc import Iterator, Sequence

from chat.branches import upwards
from chat.core.tokens import estimate
from chat.models import Generation, Message, Part
from chat.providers.base import Turn

LEAST_REPLY = 1024
PER_TURN = 4
"""Tokens that chat templates put around every turn."""
AT_ONCE = 40
"""Messages read at a time, from the newest back: of a long chat no more than fits."""

type Step = tuple[Message, Turn]


def turns_before(generation: Generation) -> tuple[tuple[Turn, ...], uuid.UUID | None]:
    """The turns to send, oldest first, and the oldest message kept when older ones had to go.

    The reply itself is not among them; its room (`max_tokens`) is kept free.
    """
    system = str(generation.settings.get("system_prompt") or "")
    kept, forgotten = _fitting(_back_from(generation.message.parent_id), _room(generation, system))
    head = (Turn("system", system),) if system else ()
    return head + tuple(turn for _, turn in kept), kept[0][0].id if forgotten and kept else None


def reading(turns: Sequence[Turn]) -> int:
    """About how many tokens a request with these turns has."""
    return sum(estimate(turn.text) + PER_TURN for turn in turns)


def written_so_far(generation: Generation) -> Turn:
    """What earlier generations of the same message already said."""
    return _turn(generation.message, list(generation.message.parts.all()))


def _back_from(leaf_id: uuid.UUID | None) -> Iterator[Step]:
    """What has text, newest first."""
    for piece in upwards(leaf_id, AT_ONCE):
        texts = _texts([message.id for message in piece])
        for message in piece:
            turn = _turn(message, texts.get(message.id, []))
            if turn.text:
                yield message, turn


def _texts(message_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Part]]:
    texts: dict[uuid.UUID, list[Part]] = {}
    for part in Part.objects.filter(message_id__in=message_ids).order_by("message_id", "position"):
        texts.setdefault(part.message_id, []).append(part)
    return texts


def _turn(message: Message, parts: Sequence[Part]) -> Turn:
    if message.role == Message.Role.USER:
        return Turn("user", "".join(part.text for part in parts))
    # What is unproven is withheld from some readers; it is no less what the model wrote.
    said = [part for part in parts if part.showing != Part.Showing.HIDDEN]
    return Turn(
        "assistant",
        "".join(part.text for part in said if part.kind == Part.Kind.ANSWER),
        "\n\n".join(part.text for part in said if part.kind == Part.Kind.THINKING),
        tuple((kind, data) for part in parts for kind, data in part.replay),
    )


def _room(generation: Generation, system: str) -> float:
    """Tokens left for earlier turns, or infinity where the model's context is not known."""
    context = generation.settings.get("context")
    if not context:
        return float("inf")
    reply = min(generation.settings.get("max_tokens") or LEAST_REPLY, context // 2)
    return float(context - reply - estimate(system) - PER_TURN)


def _fitting(newest_first: Iterator[Step], room: float) -> tuple[list[Step], bool]:
    """The newest turns that fit, beginning with a question; the last one always stays. And whether any
    had to go.
    """
    kept: list[Step] = []
    used = 0.0
    for step in newest_first:
        used += estimate(step[1].text) + PER_TURN
        if used > room and kept:
            break
        kept.append(step)
    else:
        return kept[::-1], False
    while len(kept) > 1 and kept[-1][1].role != "user":
        kept.pop()
    return kept[::-1], True
