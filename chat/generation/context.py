"""What the model gets to see: the branch that leads to a reply, as far as it fits."""

import uuid
from collections.abc import Sequence

from chat.branches import branch
from chat.core.tokens import estimate
from chat.models import Generation, Message, Part
from chat.providers.base import Turn

LEAST_REPLY = 1024
PER_TURN = 4
"""Tokens that chat templates put around every turn."""


def turns_before(generation: Generation) -> tuple[tuple[Turn, ...], uuid.UUID | None]:
    """The turns to send, oldest first, and the oldest message kept when older ones had to go.

    The reply itself is not among them; its room (`max_tokens`) is kept free.
    """
    message = generation.message
    path = branch(message.conversation_id, message.parent_id)
    texts = _texts([step.id for step in path])
    pairs = [(step.id, _turn(step, texts.get(step.id, []))) for step in path]
    system = str(generation.settings.get("system_prompt") or "")
    kept, forgotten = _fitting([pair for pair in pairs if pair[1].text], _room(generation, system))
    head = (Turn("system", system),) if system else ()
    return head + tuple(turn for _, turn in kept), kept[0][0] if forgotten and kept else None


def reading(turns: Sequence[Turn]) -> int:
    """About how many tokens a request with these turns has."""
    return sum(estimate(turn.text) + PER_TURN for turn in turns)


def written_so_far(generation: Generation) -> Turn:
    """What earlier generations of the same message already said."""
    return _turn(generation.message, list(generation.message.parts.all()))


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


def _fitting(pairs: list[tuple[uuid.UUID, Turn]], room: float) -> tuple[list[tuple[uuid.UUID, Turn]], bool]:
    """The newest turns that fit, beginning with a question; the last question always stays."""
    used, first = 0.0, len(pairs)
    while first > 0:
        used += estimate(pairs[first - 1][1].text) + PER_TURN
        if used > room and first < len(pairs):
            break
        first -= 1
    while first < len(pairs) - 1 and first > 0 and pairs[first][1].role != "user":
        first += 1
    return pairs[first:], first > 0
