"""Fixtures played as if a model wrote them, for tests and for developing screens."""

from chat.providers.scripted.provider import ScriptedProvider

__all__ = ["ScriptedProvider"]
