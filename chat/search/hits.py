"""What was found as it is shown: its context with the match marked, and the address of the place."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Substr
from django.urls import reverse

from accounts.models import User
from chat.branches import ids_of
from chat.core.words import Phrase
from chat.models import Conversation, SearchText
from chat.search.excerpts import Excerpt, excerpt
from chat.search.finding import find
from chat.search.query import GROUPS, Group, Query

FEW = 5
"""Hits of each group that are shown at first."""
MORE = 25
MOST = 200
NAMES: dict[Group, str] = {"chats": "Chats", "answers": "Answers", "thinking": "Thinking"}


@dataclass(frozen=True, slots=True)
class Hit:
    address: str
    title: Excerpt
    excerpt: Excerpt | None
    """None where it is the title that was found."""
    said_at: datetime
    model: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Those of a group. `more`: how many to ask for next, or None for those are all."""

    group: Group
    name: str
    hits: Sequence[Hit]
    more: int | None


def hits_of(user: User, query: Query, group: Group | None = None, shown: int = FEW) -> list[Hits]:
    """Of all groups that are asked for, or of one; those that have any."""
    if query.is_empty:
        return []
    groups = [name for name in query.groups if group in (None, name)]
    return [hits for name in groups if (hits := _hits(user, query, name, shown)).hits]


def group_named(name: str) -> Group | None:
    return next((group for group in GROUPS if group == name), None)


def _hits(user: User, query: Query, group: Group, shown: int) -> Hits:
    found = find(user, query, group, shown + 1)
    more = min(max(MORE, shown * 3), MOST) if len(found) > shown < MOST else None
    found = found[:shown]
    texts = _texts(found)
    others = _beside_the_branch(found)
    hits = [_hit(each, texts.get(each.pk), query.wanted, each.message_id in others) for each in found]
    return Hits(group, NAMES[group], hits, more)


def _texts(found: Iterable[SearchText]) -> dict[int, str]:
    passages = SearchText.objects.filter(pk__in=[each.pk for each in found], part__isnull=False)
    text = Substr("part__text", F("start") + 1, F("length"))  # type: ignore[arg-type]
    return dict(passages.annotate(text=text).values_list("pk", "text"))


def _beside_the_branch(found: Iterable[SearchText]) -> set[uuid.UUID]:
    """The messages that stand on another branch than the one that is shown."""
    messages: dict[Conversation, set[uuid.UUID]] = {}
    for each in found:
        if each.message_id is not None:
            messages.setdefault(each.conversation, set()).add(each.message_id)
    beside: set[uuid.UUID] = set()
    for conversation, ids in messages.items():
        beside |= ids - set(ids_of(conversation.leaf_id))
    return beside


def _hit(passage: SearchText, text: str | None, wanted: Sequence[Phrase], beside: bool) -> Hit:
    around = None if text is None else excerpt(text, wanted)
    title = excerpt(str(passage.conversation), wanted, whole=True)
    run = passage.part.generation if passage.part else None
    return Hit(
        _address(passage, around, beside), title, around, passage.said_at, run.model_name if run else ""
    )


def _address(passage: SearchText, around: Excerpt | None, beside: bool) -> str:
    """Where it is; on the branch where that is shown."""
    address = reverse("chat:conversation", args=[passage.conversation_id])
    if around is None:
        return address
    if beside:
        address += f"?show={passage.message_id}"
    match passage.kind:
        case SearchText.Kind.THINKING:
            return f"{address}#t-{passage.message_id}.{passage.offset + around.offset}"
        case SearchText.Kind.ANSWER:
            return f"{address}#answer-{passage.message_id}"
        case _:
            return f"{address}#turn-{passage.message_id}"
