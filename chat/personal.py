"""What belongs to one person apart from their chats: how they like and order things, and their own keys."""

from django.conf import settings
from django.db import models


class SavedPreferences(models.Model):
    """What a person chose, by name; what is not in it has its default. See `chat/preferences`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="saved_preferences"
    )
    values = models.JSONField(default=dict)

    class Meta:
        app_label = "chat"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class Folder(models.Model):
    """A name under which a person keeps chats. `is_open`: whether their sidebar lists what is in it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=80)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat"
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="folder_name_once")]

    def __str__(self) -> str:
        return self.name


class ProviderKey(models.Model):
    """A person's own key for a provider. Only `ciphertext` holds it, and it is never shown again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="provider_keys")
    provider = models.CharField(max_length=40)
    ciphertext = models.TextField()
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "chat"
        constraints = [models.UniqueConstraint(fields=["user", "provider"], name="one_key_per_provider")]

    def __str__(self) -> str:
        return f"key of {self.user_id} for {self.provider}, ends in {self.last_four}"
