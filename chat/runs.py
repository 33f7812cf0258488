"""The runs that write messages.

A message's text lives in its parts once its generation has ended. While a generation runs, its
text lives in journal entries, which are folded into parts at the end and deleted after that.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.core.ids import uuid7


class GenerationQuerySet(models.QuerySet["Generation"]):
    def live(self) -> GenerationQuerySet:
        return self.filter(state__in=Generation.LIVE)


class Generation(models.Model):
    """One run that writes into an assistant message. Continue adds another to the same message.

    `owner` and `epoch` are the fence: every write of a runner names both, and a takeover raises
    the epoch, so that whoever was taken for dead can write no more. `seq_full` and `seq_answers`
    number the frames that each audience has been sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        CONNECTING = "connecting"
        THINKING = "thinking"
        TOOL = "tool"
        ANSWERING = "answering"
        WAITING = "waiting"
        DONE = "done"
        STOPPED = "stopped"
        TRUNCATED = "truncated"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    CLAIMED = (State.CONNECTING, State.THINKING, State.TOOL, State.ANSWERING, State.WAITING)
    LIVE = (State.QUEUED, *CLAIMED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey("chat.Message", models.CASCADE, related_name="generations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="generations")
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    model_name = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)
    """What was asked for; `Request.body` is what was sent."""
    continues = models.BooleanField(default=False)
    copied = models.BooleanField(default=False)
    """Came with a branch from another conversation: what it took was used, and is billed, there."""

    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    owner = models.CharField(max_length=100, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    heartbeat = models.PositiveBigIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    answer_requested = models.BooleanField(default=False)
    """Somebody asked for the answer while it was thinking; asking twice is asking once."""
    seq_full = models.PositiveIntegerField(default=0)
    seq_answers = models.PositiveIntegerField(default=0)
    folded = models.BooleanField(default=False)

    finish_reason = models.CharField(max_length=100, blank=True)
    error = models.JSONField(default=dict)
    """What went wrong: `message`, and where known `status`, `code`, `request_id`, `detail`."""
    hidden = models.BooleanField(default=False)
    cut_short = models.BooleanField(default=False)
    """Whether its thinking ended because the answer was asked for."""
    unterminated = models.BooleanField(default=False)
    began_in_thinking = models.BooleanField(null=True)
    """Whether the text began inside thinking that nothing in it had opened; None where nothing told."""
    reads = models.PositiveIntegerField(null=True)
    """About how many tokens of conversation its first request had, by our own estimate."""
    usage = models.JSONField(default=dict)
    estimated = models.BooleanField(default=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True)
    price = models.JSONField(default=dict)
    """Dollars per million tokens on that day: `input`, `output`, and where they came from."""
    waits = models.JSONField(default=dict)
    """While waiting: `until` (epoch milliseconds), `attempt`, `attempts`, `reason`."""
    forgets_before = models.UUIDField(null=True)
    """The oldest message that the model still saw, when older ones no longer fitted."""

    created_at = models.DateTimeField(auto_now_add=True)
    began_at = models.DateTimeField(null=True)
    """When a runner claimed it: milliseconds in the journal and in `pace` count from here."""
    first_byte_ms = models.PositiveIntegerField(null=True)
    first_thinking_ms = models.PositiveIntegerField(null=True)
    first_answer_ms = models.PositiveIntegerField(null=True)
    thinking_ms = models.PositiveIntegerField(null=True)
    ended_ms = models.PositiveIntegerField(null=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["state"],
                name="generation_live",
                condition=Q(state__in=["queued", "connecting", "thinking", "tool", "answering", "waiting"]),
            ),
            models.Index(fields=["message"], name="generation_unfolded", condition=Q(folded=False)),
            models.Index(
                fields=["provider", "model", "-id"],
                name="generation_began",
                condition=Q(began_in_thinking__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model} {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class Request(models.Model):
    """One call to a provider, exactly as sent. It is on record before it leaves."""

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="requests")
    body = models.JSONField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.generation_id}"


class JournalEntry(models.Model):
    """What arrived in one tick of one generation, until it is folded into parts.

    `data` is `[[milliseconds, event code, fields…], …]`; `held` the event that the separator was
    still holding back, which becomes text if nothing follows.
    """

    generation = models.ForeignKey(Generation, models.CASCADE, related_name="entries")
    n = models.PositiveIntegerField()
    data = models.JSONField()
    held = models.JSONField(null=True)

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["generation", "n"], name="entry_once")]

    def __str__(self) -> str:
        return f"entry {self.n} of {self.generation_id}"
