"""Looks a query up: the same hits in the same order, whichever database it is.

What is found is a chat (by its title and questions), an answer, or a reply's thinking: all the words
must be somewhere in it, and none of the unwanted. First come those where most of the words stand in one
passage, whole words before beginnings; among equals the newest.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When

from accounts.models import User
from chat import access
from chat.core.words import Phrase, fold
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
    found = _having(within, unit, query)
    newest = ("-conversation__updated_at", "-conversation") if group == "chats" else ("-message",)
    units = found.values(unit).annotate(best=Max(_score(query))).order_by("-best", *newest)
    ids = list(units.values_list(unit, flat=True)[:most])
    passages = found.filter(**{f"{unit}__in": ids}).annotate(score=_score(query))
    passages = passages.order_by("-score", "-said_at", "part__position", "start")
    best: dict[Any, SearchText] = {}
    for passage in passages.select_related(*RELATED).defer(*UNREAD):
        best.setdefault(getattr(passage, f"{unit}_id"), passage)
    return [best[id] for id in ids if id in best]


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
    found = within
    for phrase in query.wanted if len(query.wanted) > 1 else ():
        found = found.filter(**{f"{unit}__in": within.filter(words__matches=phrase).values(unit)})
    for phrase in query.unwanted:
        found = found.exclude(**{f"{unit}__in": within.filter(words__matches=phrase).values(unit)})
    if not query.wanted:
        return found.filter(start=0)
    return found.filter(reduce(or_, (Q(words__matches=phrase) for phrase in query.wanted)))


def _score(query: Query) -> Any:
    """How many of the phrases stand in a passage, and again, how many with all of their last word."""
    wanted = [*query.wanted, *(Phrase(phrase.words) for phrase in query.wanted if phrase.begins)]
    if not wanted:
        return Value(0, output_field=IntegerField())
    return reduce(add, (Case(When(words__matches=each, then=1), default=0) for each in wanted))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
