"""The people of a server, how they come in, and who was the first."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac


class User(AbstractUser):
    """A person. The e-mail address is optional; `is_staff` makes an administrator.

    `session_version` is part of every session's hash, so that raising it ends them all.
    """

    session_version = models.PositiveIntegerField(default=0)

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("username"), name="username_unique_in_any_case")]

    def get_session_auth_hash(self) -> str:
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes) -> str:
        value = f"{self.session_version}:{self.password}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class FirstAccount(models.Model):
    """The one row that says who set this server up; its fixed key lets one sign-up win the race."""

    ONLY_KEY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_KEY)
    user = models.OneToOneField(User, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_first_account")]

    def __str__(self) -> str:
        return f"set up by {self.user}"


class Invitation(models.Model):
    """A link that lets one person sign up, once. Only the SHA-256 of its token is kept."""

    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="invitation")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation until {self.expires_at:%Y-%m-%d}"
