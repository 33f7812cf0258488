"""Prepares users of the product under test, and reads what it saved. Runs in its environment.

    python -m bench.people

Answers each line of its input with one of JSON: `make N` (N users, each signed in and with an empty
chat), `saved` (every reply: state, thinking, answer, question), `reply ID` (one of them).
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chat.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accounts.models import User  # noqa: E402
from chat.models import Conversation, Message  # noqa: E402

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make(count: int) -> list[dict[str, str]]:
    """A session key and a conversation for each of so many new users."""
    first = User.objects.count()
    return [_person(f"person{first + number}") for number in range(count)]


def _person(name: str) -> dict[str, str]:
    user = User(username=name)
    user.set_unusable_password()
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    conversation = Conversation.objects.create(owner=user)
    assert session.session_key is not None
    return {"session": session.session_key, "conversation": str(conversation.id)}


def saved(**which: str) -> list[dict[str, str]]:
    """As the database holds them, once folded. Reads states before texts, which are final after that."""
    replies = Message.objects.filter(role=Message.Role.ASSISTANT, **which).order_by("id")
    return [_reply(reply) for reply in replies.prefetch_related("generations", "parts", "parent__parts")]


def answer(line: str) -> list[dict[str, str]]:
    """What one line of input asks for."""
    match line.split():
        case ["make", count]:
            return make(int(count))
        case ["reply", message_id]:
            return saved(id=message_id)
        case _:
            return saved()


def _reply(reply: Message) -> dict[str, str]:
    assert reply.parent is not None
    newest = max(reply.generations.all(), key=lambda generation: generation.id)
    texts = {"thinking": "", "answer": ""}
    for part in reply.parts.all():
        if part.kind in texts:
            texts[part.kind] += part.text
    question = "".join(part.text for part in reply.parent.parts.all())
    folded = all(generation.folded for generation in reply.generations.all())
    state = newest.state if folded else "running"
    return {"id": str(reply.id), "state": state, "question": question, **texts}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)
