"""Rows of any model as JSON, in a form that SQLite and PostgreSQL both give and take."""

import base64
import datetime
import json
import re
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

from chat.indexed import is_derived

CHUNK = 500
"""Rows held at a time: one may carry a whole long answer."""
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

type AnyField = Field[Any, Any]


def tables() -> list[type[Model]]:
    """Every table that a restore replaces. A queue of jobs is none: it is filled again."""
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model._meta.managed and not model._meta.proxy]


def models() -> list[type[Model]]:
    """Those that a backup holds: what can be made from others is made again."""
    return [model for model in tables() if not is_derived(model)]


def fields_of(model: type[Model]) -> list[AnyField]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def dump(model: type[Model]) -> Iterator[bytes]:
    """A line per row, in the order of primary keys."""
    names = [field.attname for field in fields_of(model) if not is_derived(field)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=CHUNK):
        yield _encode(dict(zip(names, row, strict=True)))


def load(model: type[Model], lines: Iterable[str]) -> int:
    """Inserts rows exactly as they were, dates and keys included, and says how many."""
    fields = fields_of(model)
    loaded = 0
    for batch in batched(lines, CHUNK):
        rows = [_decode(model, fields, line) for line in batch]
        size = connection.ops.bulk_batch_size(fields, rows) or CHUNK
        for part in batched(rows, size):
            # What Model.save uses: `raw` keeps a field from setting itself to the present.
            model._base_manager._insert(part, fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
        loaded += len(rows)
    return loaded


def _encode(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> str:
    """A text that the field's `to_python` understands."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return str(value)


def _decode(model: type[Model], fields: list[AnyField], line: str) -> Model:
    if connection.vendor == "postgresql":
        line = NUL.sub(r"\1\\ufffd", line)  # which its text cannot hold
    values = json.loads(line)
    given = {
        field.attname: field.to_python(values[field.attname]) for field in fields if field.attname in values
    }
    return model(**given)
