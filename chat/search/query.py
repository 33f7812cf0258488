"""What somebody typed, as what to look for. Whatever it is, it means something: nothing is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from chat.core.characters import whole
from chat.core.words import Phrase, fold, phrase

type Group = Literal["chats", "answers", "thinking"]

GROUPS: tuple[Group, ...] = ("chats", "answers", "thinking")
LONGEST = 1000
"""Characters of a query that count."""
MOST_PHRASES = 12
"""Words, or phrases in quotes, that count."""
QUOTES = str.maketrans("“”„«»＂", '""""""')
TERM = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|(\S+))', re.IGNORECASE)
DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", re.ASCII)
GROUP_NAMES: dict[str, Group] = {
    "chat": "chats",
    "chats": "chats",
    "answer": "answers",
    "answers": "answers",
    "thinking": "thinking",
}


@dataclass(slots=True)
class Query:
    """`wanted` must all be there, `unwanted` must not. `models`: folded pieces of names, any of which
    will do. `after` includes its day, `before` does not.
    """

    text: str = ""
    wanted: list[Phrase] = field(default_factory=list)
    unwanted: list[Phrase] = field(default_factory=list)
    named: set[Group] = field(default_factory=set)
    models: list[str] = field(default_factory=list)
    before: date | None = None
    after: date | None = None

    @property
    def groups(self) -> Sequence[Group]:
        return [group for group in GROUPS if group in self.named] or GROUPS

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        filters = self.named or self.models or self.before or self.after
        return not (self.wanted or self.unwanted or filters)


def parse(text: str) -> Query:
    query = Query(whole(text[:LONGEST]).replace("\0", " "))
    for found in TERM.finditer(query.text.translate(QUOTES)):
        minus, name, quoted, plain = found.groups()
        value = plain if quoted is None else quoted
        if minus or not name or not _filter(query, name.lower(), value):
            _add(query, found[0][len(minus) :] if name else value, minus == "-", quoted is not None)
    return query


def _add(query: Query, text: str, unwanted: bool, quoted: bool) -> None:
    """A word also means those that begin with it, one in quotes itself alone."""
    phrases = query.unwanted if unwanted else query.wanted
    found = phrase(text, begins=not quoted)
    if found is not None and found not in phrases and len(phrases) < MOST_PHRASES:
        phrases.append(found)


def _filter(query: Query, name: str, value: str) -> bool:
    """Whether it is one that is known; else it is looked for like any word."""
    match name:
        case "in" if group := GROUP_NAMES.get(fold(value)):
            query.named.add(group)
        case "model" if fold(value).strip():
            query.models.append(fold(value).strip())
        case "before" if day := _day(value):
            query.before = min(query.before or day, day)
        case "after" if day := _day(value):
            query.after = max(query.after or day, day)
        case _:
            return False
    return True


def _day(text: str) -> date | None:
    """Of a year or a month the first."""
    found = DAY.fullmatch(text)
    try:
        return date(*(int(number or 1) for number in found.groups())) if found else None
    except ValueError:
        return None
