"""What exists: conversations, the tree of their messages, and their text. What writes it is in `runs`."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chat.core.ids import uuid7
from chat.follow_up import FollowUp as FollowUp
from chat.indexed import SearchText as SearchText
from chat.personal import Folder as Folder
from chat.personal import ProviderKey as ProviderKey
from chat.personal import SavedPreferences as SavedPreferences
from chat.runs import Generation as Generation
from chat.runs import JournalEntry as JournalEntry
from chat.runs import Request as Request

DELETED_STAY = timedelta(days=1)
"""How long a deleted conversation can be restored."""


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def present(self) -> ConversationQuerySet:
        """Those that are not deleted."""
        return self.filter(deleted_at=None)

    def listed(self) -> ConversationQuerySet:
        """Those that the sidebar shows: neither deleted nor archived."""
        return self.present().filter(archived_at=None)

    def archived(self) -> ConversationQuerySet:
        return self.present().exclude(archived_at=None)

    def restorable(self) -> ConversationQuerySet:
        return self.filter(deleted_at__gte=timezone.now() - DELETED_STAY)

    def expired(self) -> ConversationQuerySet:
        """Those that are being purged, and so can no longer be restored."""
        return self.filter(deleted_at__lt=timezone.now() - DELETED_STAY)


class Conversation(models.Model):
    """A tree of messages with one owner. `settings` overrides the owner's preferences."""

    class TitledBy(models.TextChoices):
        """Where the title comes from: a better one takes the place of the question's first line alone."""

        QUESTION = "question"
        EXCHANGE = "exchange"
        OWNER = "owner"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=200, blank=True)
    indexed_title = models.CharField(max_length=200, blank=True, editable=False)
    """The title by which search finds it: whatever changes the title, search follows."""
    titled_by = models.CharField(max_length=8, choices=TitledBy, default=TitledBy.QUESTION)
    settings = models.JSONField(default=dict)
    draft = models.TextField(blank=True)
    leaf = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    """The last message of the branch that is shown."""
    branched_from = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    """The reply up to which it was copied from another conversation."""
    branched_title = models.CharField(max_length=200, blank=True)
    """What that conversation was called then; empty where this one began by itself."""
    branched_at = models.UUIDField(null=True)
    """The last question that was copied: what follows it is this conversation's own."""
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, related_name="conversations")
    pinned_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-updated_at"]),
            models.Index(fields=["id"], name="title_not_indexed", condition=~Q(title=F("indexed_title"))),
        ]

    def __str__(self) -> str:
        return self.title or "New chat"


class Message(models.Model):
    """A question, or a reply to its parent. Siblings are versions of one another."""

    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    role = models.CharField(max_length=9, choices=Role)
    left_at = models.UUIDField(null=True)
    """Where the branch through this version ended when another version was last shown instead."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class Part(models.Model):
    """A stretch of one kind inside a message. Their order is the order in which they happened."""

    class Kind(models.TextChoices):
        QUESTION = "question"
        THINKING = "thinking"
        ANSWER = "answer"
        TOOL_CALL = "tool_call"
        TOOL_RESULT = "tool_result"
        NOTICE = "notice"

    class Showing(models.TextChoices):
        """`hidden`: the provider keeps the text. `unproven`: may be thinking, so withheld like it."""

        VISIBLE = "visible"
        HIDDEN = "hidden"
        UNPROVEN = "unproven"

    message = models.ForeignKey(Message, models.CASCADE, related_name="parts")
    generation = models.ForeignKey("Generation", models.CASCADE, null=True, related_name="parts")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=11, choices=Kind)
    showing = models.CharField(max_length=8, choices=Showing, default=Showing.VISIBLE)
    text = models.TextField(blank=True)
    pace = models.JSONField(default=list)
    """`[[milliseconds since the generation began, characters that arrived], …]`."""
    replay = models.JSONField(default=list)
    """`[[kind, data], …]`: what the provider wants back verbatim. Never shown."""
    steps = models.JSONField(default=list)
    """`[[offset, kind, title, milliseconds, tokens], …]`, as this version of the segmenter cut its text."""
    segmenter = models.PositiveSmallIntegerField(default=0)
    indexed = models.BooleanField(default=False, editable=False)
    """Whether search knows it: whoever writes a part need not think of that."""

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["-id"], name="part_not_indexed", condition=Q(indexed=False))]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="part_position")]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} of {self.message_id}"


class Reading(models.Model):
    """That a reader has taken the wheel of a message's thinking, and how they left it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    message = models.ForeignKey(Message, models.CASCADE, related_name="readings")
    open = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.user_id} has the wheel of {self.message_id}"
