"""Looks a query up: the same hits in the same order, whichever database it is.

What is found is a chat (by its title and questions), an answer, or a reply's thinking: all the words
must be somewhere in it, and none of the unwanted. First come those where all the words stand in one
passage, whole words before beginnings; among equals the newest.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber

from accounts.models import User
from chat import access
from chat.core.words import Phrase, fold
from chat.indexed import Phrases, all_of, any_of
from chat.models import Generation, SearchText
from chat.search.query import Group, Query

KINDS: dict[Group, Sequence[str]] = {
    "chats": (SearchText.Kind.TITLE, SearchText.Kind.QUESTION),
    "answers": (SearchText.Kind.ANSWER,),
    "thinking": (SearchText.Kind.THINKING,),
}
RELATED = ("conversation", "part__generation")
UNREAD = ("words", "part__text", "part__pace", "part__replay", "conversation__draft")


def find(user: User, query: Query, group: Group, most: int) -> list[SearchText]:
    """The best passage of each chat, answer or thinking that is found, the best first."""
    within = _filtered(access.searchable_by(user).filter(kind__in=KINDS[group]), query, group, user)
    unit = "conversation" if group == "chats" else "message"
    newest = ("-conversation__updated_at", "-conversation") if group == "chats" else ("-message",)
    best_first = [F("score").desc(), F("said_at").desc(), F("offset").asc()]
    place = Window(RowNumber(), partition_by=[F(unit)], order_by=best_first)
    found = _having(within, unit, query).annotate(score=_together(query), place=place).filter(place=1)
    ids = list(found.order_by("-score", *newest).values_list("pk", flat=True)[:most])
    passages = SearchText.objects.filter(pk__in=ids).select_related(*RELATED).defer(*UNREAD)
    by_id = {passage.pk: passage for passage in passages}
    return [by_id[id] for id in ids if id in by_id]


def _filtered(passages: QuerySet[SearchText], query: Query, group: Group, user: User) -> QuerySet[SearchText]:
    if query.after:
        passages = passages.filter(said_at__gte=_midnight(query.after))
    if query.before:
        passages = passages.filter(said_at__lt=_midnight(query.before))
    if query.models:
        passages = passages.filter(_by_model(query.models, group, user))
    return passages


def _by_model(names: Iterable[str], group: Group, user: User) -> Q:
    """Written by a model of such a name; a chat, where such a model has replied in it."""
    runs = Generation.objects.filter(message__conversation__in=user.conversations.present())
    known = runs.order_by().values_list("provider", "model", "model_name").distinct()
    chosen = [
        Q(provider=provider, model=model, model_name=name)
        for provider, model, name in known
        if any(wanted in fold(f"{name} {provider}/{model}") for wanted in names)
    ]
    if not chosen:
        return Q(pk__in=())
    runs = runs.filter(reduce(or_, chosen))
    if group == "chats":
        return Q(conversation__in=runs.values("message__conversation"))
    return Q(part__generation__in=runs.values("pk"))


def _having(within: QuerySet[SearchText], unit: str, query: Query) -> QuerySet[SearchText]:
    """The passages of those that have all that is wanted which have some of it; else their beginnings."""

    def units_with(phrase: Phrase) -> dict[str, Any]:
        return {f"{unit}__in": within.filter(words__matches=any_of(phrase)).values(unit)}

    found = within
    for phrase in query.wanted if len(query.wanted) > 1 else ():
        found = found.filter(**units_with(phrase))
    for phrase in query.unwanted:
        found = found.exclude(**units_with(phrase))
    if not query.wanted:
        return found.filter(start=0)
    return found.filter(words__matches=any_of(*query.wanted))


def _together(query: Query) -> Combinable:
    """A point for all that is wanted in one passage, and one for its words in full."""
    points: Combinable = Value(0)
    if len(query.wanted) > 1:
        points += _point(all_of(*query.wanted))
    if whole := [Phrase(phrase.words) for phrase in query.wanted if phrase.begins]:
        points += _point(all_of(*(phrase for phrase in query.wanted if not phrase.begins), *whole))
    return points


def _point(phrases: Phrases) -> Case:
    return Case(When(words__matches=phrases, then=1), default=0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
