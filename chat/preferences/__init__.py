"""How each person likes things, and the keys they entrusted to the server.

preferences_of(user).thinking_opens
keys_of(user)["provider-id"]
"""

from chat.preferences.keys import key_for, keys_of
from chat.preferences.store import change, preferences_of
from chat.preferences.values import Preferences, Unusable

__all__ = ["Preferences", "Unusable", "change", "key_for", "keys_of", "preferences_of"]
