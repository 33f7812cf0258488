"""What a reply looks like now: the one way to get right again.

For opening a page, a reconnect, a gap or silence. The text is the reducer's, from folded parts and
from the journal's rows, read at one moment together with its `seq`.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Model
from django.template.loader import render_to_string

from accounts.models import User
from chat.core.blocks import render_answer
from chat.db.reading import consistent_read
from chat.generation.written import Copy, Written, forget, looked_at
from chat.models import Generation, Message, Part, Reading
from chat.rendering.audience import Audience
from chat.rendering.joins import AnswerText, carried_over, joined_again, shown_answers
from chat.rendering.reply import Drawn, DrawnText, Reply, Versions
from chat.rendering.stored_steps import before_next, drawn_steps, stored_steps
from chat.rendering.totals import totals_of

SHORT = 120
"""Characters of thinking that are not worth opening a region for."""


@dataclass(slots=True)
class Material:
    """All that the replies of some messages are drawn from, read at one moment."""

    generations: dict[uuid.UUID, list[Generation]]
    parts: dict[uuid.UUID, list[Part]]
    running: dict[uuid.UUID, Written]
    wheels: dict[uuid.UUID, bool]
    siblings: dict[uuid.UUID, list[uuid.UUID]]


def replies_of(
    messages: Sequence[Message], audience: Audience, reader: User | None = None, thinking_opens: str = "fold"
) -> dict[uuid.UUID, Reply]:
    """Replies by message id, as the audience may see them. `reader` decides only what is open."""
    unfolded = Generation.objects.filter(message__in=messages, folded=False)
    with looked_at(unfolded.values_list("id", flat=True)) as copies, consistent_read():
        material = _read(messages, reader, audience, copies)
    replies: dict[uuid.UUID, Reply] = {}
    for message in messages:
        reply = replies[message.id] = _reply(message, material, audience)
        wheel = material.wheels.get(message.id)
        reply.wheel = "auto" if wheel is None else "reader"
        reply.open = _rests_open(reply, thinking_opens) if wheel is None else wheel
    return replies


def reply_of(
    message: Message, audience: Audience, reader: User | None = None, thinking_opens: str = "fold"
) -> Reply:
    return replies_of([message], audience, reader, thinking_opens)[message.id]


def render_reply(reply: Reply) -> str:
    """The `<streaming-reply>` element."""
    return render_to_string("chat/_reply.html", {"reply": reply})


def has_text(parts: Iterable[Part], kind: str) -> bool:
    return any(part.kind == kind and part.text for part in parts)


def _read(
    messages: Sequence[Message], reader: User | None, audience: Audience, copies: dict[uuid.UUID, Copy]
) -> Material:
    ids = [message.id for message in messages]
    generations = _grouped(
        Generation.objects.filter(message__in=ids).select_related("message").order_by("id"), "message_id"
    )
    parts = _grouped(Part.objects.filter(message__in=ids).order_by("position"), "message_id")
    readings = Reading.objects.filter(message__in=ids, user=reader) if reader else Reading.objects.none()
    unfolded = {id: runs for id, runs in generations.items() if not _ended(runs[-1])}
    parents = {message.parent_id for message in messages}
    versions = Message.objects.filter(parent__in=parents, role=Message.Role.ASSISTANT).order_by("id")
    return Material(
        generations,
        parts,
        {id: _written(runs, audience, parts.get(id, []), copies) for id, runs in unfolded.items()},
        dict(readings.values_list("message_id", "open")),
        {
            parent: [version.id for version in group]
            for parent, group in _grouped(versions, "parent_id").items()
        },
    )


def _ended(generation: Generation) -> bool:
    if generation.folded:
        forget(generation.id)
    return generation.folded


def _written(
    runs: Sequence[Generation], audience: Audience, parts: Sequence[Part], copies: dict[uuid.UUID, Copy]
) -> Written:
    """One that has only just begun has no copy yet, and little to replay."""
    before = before_next(parts, {run.id: run for run in runs})
    carried = carried_over(shown_answers(parts, audience))
    return copies.get(runs[-1].id, Copy()).look(runs[-1], audience, len(parts), before, carried)


def _grouped[T: Model](rows: Iterable[T], field: str) -> dict[uuid.UUID, list[T]]:
    groups: dict[uuid.UUID, list[T]] = {}
    for row in rows:
        groups.setdefault(getattr(row, field), []).append(row)
    return groups


def _reply(message: Message, material: Material, audience: Audience) -> Reply:
    generations = material.generations[message.id]
    parts = material.parts.get(message.id, [])
    running = material.running.get(message.id)
    last = generations[-1]
    if running is not None:
        last.hidden = running.hides_thinking
    answers = shown_answers(parts, audience)
    runs = {run.id: run for run in generations}

    def draw() -> list[Drawn]:
        written = running.drawn if running else []
        goes_on = next((part for part in written if isinstance(part, DrawnText)), None)
        if goes_on is not None:
            goes_on.joined = bool(carried_over(answers))
        texts = joined_again(answers, goes_on=goes_on is not None)
        drawn: list[Drawn] = [_drawn_answer(text) for text in texts]
        if audience == "full":
            drawn += map(drawn_steps, stored_steps(parts, runs))
        return [*sorted(drawn, key=lambda part: part.position), *written]

    reply = Reply(last, audience, audience == "full", last.state, draw=draw)
    reply.seq = last.seq_full if audience == "full" else last.seq_answers
    reply.has_thinking = has_text(parts, Part.Kind.THINKING) or bool(running and running.has_thinking)
    reply.texts = _texts(parts, answers, audience)
    reply.texts += running.texts if running and audience == "full" else []
    reply.has_answer = any(kind == Part.Kind.ANSWER for kind, _ in reply.texts)
    reply.versions = versions_among(message.id, material.siblings[message.parent_id or message.id])
    ended = [generation for generation in generations if generation.folded]
    reply.totals = totals_of(ended, running.thought if running else None)
    reply.thought_before = totals_of(ended).thinking_ms or 0
    reply.characters = running.thought.characters if running else 0
    if audience == "full":
        reply.step_count = running.step_count if running else before_next(parts, runs).steps
    return reply


def _texts(parts: Sequence[Part], answers: Sequence[Part], audience: Audience) -> list[tuple[str, str]]:
    """What the model wrote, in its order, as far as the audience may see it."""
    thinks = audience == "full"
    return [
        (part.kind, part.text)
        for part in parts
        if part.text and (part in answers or (thinks and part.kind == Part.Kind.THINKING))
    ]


def _drawn_answer(text: AnswerText) -> DrawnText:
    return DrawnText(text.part.position, list(_blocks(text.text)), joined=text.joined)


@lru_cache(maxsize=512)
def _blocks(text: str) -> tuple[str, ...]:
    """A folded part never changes, so its HTML is kept for the next page that shows it."""
    return tuple(render_answer(text))


def versions_among(message_id: uuid.UUID, siblings: Sequence[uuid.UUID]) -> Versions:
    """`siblings`: all versions, this one among them, oldest first."""
    index = siblings.index(message_id)
    return Versions(
        index + 1,
        len(siblings),
        siblings[index - 1] if index else None,
        siblings[index + 1] if index + 1 < len(siblings) else None,
    )


def _rests_open(reply: Reply, thinking_opens: str) -> bool:
    """How a reply from history is drawn: folded, unless it is thinking at length now or is always open."""
    if thinking_opens == "always":
        return True
    if thinking_opens != "fold" or reply.state not in {"thinking", "tool"}:
        return False
    return reply.characters > SHORT
