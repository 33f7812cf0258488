"""The whole index anew."""

import time

from django.db import connection

from chat.models import Conversation, Part, SearchText
from chat.search.index import AT_ONCE, PAUSE, index_some

PASSAGES_AT_ONCE = 10


def rebuild() -> None:
    """While people go on: until it is done, some of what is there is not found."""
    forget_everything()
    index_everything()


def index_everything() -> None:
    """Until nothing is new."""
    while index_some():
        pass


def forget_everything() -> None:
    """Empties the index, so that whatever is there is new to it."""
    passages = SearchText.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(passages[:PASSAGES_AT_ONCE]):
        SearchText.objects.filter(pk__in=ids).delete()
        time.sleep(PAUSE)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO chat_searchtext_words(chat_searchtext_words) VALUES ('rebuild')")
    last = 0
    parts = Part.objects.order_by("pk").values_list("pk", flat=True)
    while ids := list(parts.filter(pk__gt=last)[:AT_ONCE]):
        last = ids[-1]
        Part.objects.filter(pk__in=ids, indexed=True).update(indexed=False)
        time.sleep(PAUSE)
    Conversation.objects.exclude(indexed_title="").update(indexed_title="")
