"""Every two seconds, for all sockets of this process at once: does what they were given still hold?

Layers drop messages without a word, and the newest first, so silence proves nothing. Until a
socket has passed on a generation's last frame, what it has is compared with the committed `seq`.
A session that has ended, or access that was withdrawn, closes the socket. A reply that no worker takes
says so.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import Error
from django.utils import timezone

from accounts.models import User
from chat.access import audience_of
from chat.db.threads import in_thread
from chat.models import Conversation, Generation
from chat.outbox import GONE, NOT_READY, SIGNED_OUT
from chat.rendering import notices

if TYPE_CHECKING:
    from chat.consumers import PageConsumer
    from chat.following import Follower

logger = logging.getLogger(__name__)

EVERY = 2.0
FRAMES_TAKE = 0.3
"""Seconds that a frame may take from its commit to the socket before it counts as lost."""

open_sockets: set[PageConsumer] = set()


async def run() -> None:
    """Belongs to the engine of a process that serves pages."""
    while True:
        await asyncio.sleep(EVERY)
        if open_sockets:
            try:
                await look()
            except Error as error:
                logger.warning("sockets could not be checked (%s)", type(error).__name__)
            except Exception:
                logger.exception("sockets could not be checked")


async def look() -> None:
    """One round."""
    sockets = list(open_sockets)
    for socket, code in await _without_right(sockets):
        socket.end(code)
    followers = [f for socket in sockets for f in socket.followers.values() if not f.finished]
    standing = await in_thread(committed, {f.generation_id for f in followers})
    await asyncio.sleep(FRAMES_TAKE)
    for socket in sockets:
        for follower in list(socket.followers.values()):
            seq = standing.get(follower.generation_id, {}).get(socket.audience, 0)
            if not follower.finished and follower.seq < seq:
                follower.catch_up()
    await _tell_what_no_worker_takes(followers)


async def _tell_what_no_worker_takes(followers: list[Follower]) -> None:
    waiting = {follower.generation_id for follower in followers if not follower.seq}
    if settings.SCALED and waiting:
        late = await in_thread(_untaken, waiting)
        for follower in followers:
            if follower.generation_id in late:
                follower.tell_no_worker()


def _untaken(ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Queued for so long that a worker would have taken them, if one were free."""
    before = timezone.now() - timedelta(seconds=notices.NO_WORKER_AFTER)
    queued = Generation.objects.filter(id__in=ids, state=Generation.State.QUEUED, created_at__lt=before)
    return set(queued.values_list("id", flat=True))


def committed(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    rows = Generation.objects.filter(id__in=ids).values_list("id", "seq_full", "seq_answers")
    return {row[0]: {"full": row[1], "answers": row[2]} for row in rows}


async def _without_right(sockets: list[PageConsumer]) -> list[tuple[PageConsumer, int]]:
    """Sockets whose session, user or audience is no longer what it was, and how each is to close."""
    rights = await in_thread(
        _rights,
        {socket.session_key for socket in sockets},
        {socket.user.pk for socket in sockets},
        {socket.conversation_id for socket in sockets if socket.conversation_id},
    )
    sessions, users, conversations = rights
    hashes = {user.pk: _hashes(user) for user in users.values()}

    def refusal(socket: PageConsumer) -> int | None:
        user = users.get(socket.user.pk)
        if user is None or not user.is_active:
            return SIGNED_OUT
        if socket.session_key not in sessions or socket.session_hash not in hashes[user.pk]:
            return NOT_READY
        if socket.conversation_id is None:
            return None
        conversation = conversations.get(socket.conversation_id)
        same = conversation is not None and audience_of(user, conversation) == socket.audience
        return None if same else GONE

    return [(socket, code) for socket in sockets if (code := refusal(socket)) is not None]


def _hashes(user: User) -> set[str]:
    """A session holds one of these, until the password changes. Whoever changed it has a new session, and
    the browser's other tabs have it too once they come back.
    """
    return {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}


def _rights(
    sessions: set[str], users: set[int], conversations: set[uuid.UUID]
) -> tuple[set[str], dict[int, User], dict[uuid.UUID, Conversation]]:
    live = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    return (
        set(live.values_list("session_key", flat=True)),
        User.objects.in_bulk(users),
        Conversation.objects.present().in_bulk(conversations),
    )
