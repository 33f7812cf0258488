"""A message that waits for the reply before it."""

from django.conf import settings
from django.db import models

from chat.core.ids import uuid7


class FollowUp(models.Model):
    """At most one in a conversation. It is sent once `after` has ended well; `held` says why it was not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.OneToOneField("chat.Conversation", models.CASCADE, related_name="follow_up")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    after = models.ForeignKey("chat.Generation", models.CASCADE, related_name="+")
    text = models.TextField()
    settings = models.JSONField(default=dict)
    """What it is asked with, by the names of the form."""
    held = models.TextField(blank=True)
    """One sentence; empty while it waits."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"follow-up {self.id} of {self.conversation_id}"
