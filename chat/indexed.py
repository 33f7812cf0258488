"""What search looks through: every question, answer, thinking and title, as normalised words.

The words, and what is next to what, are decided in `chat/core/words.py`, so that both databases find
the same. They are kept in SQLite's FTS5 (the table `chat_searchtext_words`, which triggers keep in step
with this one: a migration that makes this table anew has to make them again) and in a `tsvector` of
PostgreSQL, both of which only compare words that are cut already.

All of it can be made again from parts and titles, so that a backup leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler

from chat.core.words import Phrase

IN_WORDS = "SELECT rowid FROM chat_searchtext_words WHERE chat_searchtext_words MATCH %s"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Any of them, or all."""

    phrases: tuple[Phrase, ...]
    all: bool = False


def any_of(*phrases: Phrase) -> Phrases:
    return Phrases(phrases)


def all_of(*phrases: Phrase) -> Phrases:
    return Phrases(phrases, all=True)


class WordsField(models.Field):  # type: ignore[type-arg]
    """Words in their order. Written, and looked into with `matches`, but never read."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> str:
        return _vector(value) if connection.vendor == "postgresql" else " ".join(value)


@WordsField.register_lookup
class Matches(Lookup):
    """Whether `Phrases` stand in it."""

    lookup_name = "matches"
    prepare_rhs = False
    lhs: Any
    rhs: Phrases

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        wanted = (" AND " if self.rhs.all else " OR ").join(map(_fts5, self.rhs.phrases))
        return f'{compiler.quote_name(self.lhs.alias)}."id" IN ({IN_WORDS})', [wanted]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        wanted = (" & " if self.rhs.all else " | ").join(map(_tsquery, self.rhs.phrases))
        return f"{column} @@ %s::tsquery", [*params, wanted]


class SearchText(models.Model):
    """A passage of a part, or the title of a conversation.

    `start` and `length` say where it stands in the part; `offset` where it begins in all of the message's
    text of that kind, thinking joined as it is addressed.
    """

    class Kind(models.TextChoices):
        TITLE = "title"
        QUESTION = "question"
        THINKING = "thinking"
        ANSWER = "answer"

    conversation = models.ForeignKey("Conversation", models.CASCADE, related_name="+")
    message = models.ForeignKey("Message", models.CASCADE, null=True, related_name="+")
    part = models.ForeignKey("Part", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    said_at = models.DateTimeField()
    start = models.PositiveIntegerField(default=0)
    length = models.PositiveIntegerField(default=0)
    offset = models.PositiveIntegerField(default=0)
    words = WordsField()

    class Meta:
        app_label = "chat"
        constraints = [
            models.UniqueConstraint(fields=["part", "start"], name="passage_once"),
            models.UniqueConstraint(
                fields=["conversation"], name="title_once", condition=models.Q(kind="title")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.offset} of {self.message_id or self.conversation_id}"


def is_derived(thing: type[models.Model] | Field[Any, Any]) -> bool:
    """Whether this table or column can be made from others, and so is left out of a backup."""
    if isinstance(thing, Field):
        return thing.model._meta.app_label == "chat" and thing.name in {"indexed", "indexed_title"}
    return thing is SearchText


def _fts5(phrase: Phrase) -> str:
    return '"' + " ".join(phrase.words) + '"' + (" *" if phrase.begins else "")


def _tsquery(phrase: Phrase) -> str:
    return "(" + " <-> ".join(map(_quoted, phrase.words)) + (":*)" if phrase.begins else ")")


def _vector(words: Iterable[str]) -> str:
    """A literal of PostgreSQL: each word once, with its positions."""
    positions: dict[str, list[str]] = {}
    for position, word in enumerate(words, start=1):
        positions.setdefault(word, []).append(str(position))
    return " ".join(f"{_quoted(word)}:{','.join(found)}" for word, found in positions.items())


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
