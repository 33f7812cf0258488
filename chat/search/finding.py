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

from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from accounts.models import User
from chat import access
from chat.core.words import Phrase, fold
from chat.indexed import all_of, any_of
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
    units = _having(within, unit, query).values(unit).annotate(best=Max(_together(query)))
    ids = list(units.order_by("-best", *newest).values_list(unit, flat=True)[:most])
    return _best_passages(within.filter(**{f"{unit}__in": ids}), unit, ids, query)


def _best_passages(
    passages: QuerySet[SearchText], unit: str, ids: Sequence[Any], query: Query
) -> list[SearchText]:
    """That with most of what is wanted in it, of each."""
    if query.wanted:
        passages = passages.filter(words__matches_each=any_of(*query.wanted))
    wanted = [*query.wanted, *_whole(query.wanted)]
    score = sum((_points(words__matches_each=any_of(each)) for each in wanted), start=Value(0))
    ordered = passages.annotate(score=score).order_by("-score", "-said_at", "part__position", "start")
    best: dict[Any, SearchText] = {}
    for passage in ordered.select_related(*RELATED).defer(*UNREAD):
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
    """Points for all that is wanted in one passage, and for its words in full."""
    points: Combinable = Value(0)
    if len(query.wanted) > 1:
        points += _points(2, words__matches=all_of(*query.wanted))
    if whole := _whole(query.wanted):
        exact = [phrase for phrase in query.wanted if not phrase.begins]
        points += _points(words__matches=all_of(*exact, *whole))
    return points


def _whole(wanted: Iterable[Phrase]) -> list[Phrase]:
    """Those of which only the beginning is given, taken for all of it."""
    return [Phrase(phrase.words) for phrase in wanted if phrase.begins]


def _points(points: int = 1, **condition: Any) -> Case:
    return Case(When(**condition, then=points), default=0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
