"""The model that answers without a key, on this machine."""

from chat.providers.local.provider import LocalProvider

__all__ = ["LocalProvider"]
