"""What other parts of the server may want to know about the people on it."""

from django.dispatch import Signal

signed_out = Signal()
"""Someone signed out of one browser. Arguments: `user_id` (int), `session_key` (str)."""

suspended = Signal()
"""Someone was suspended, and all their sessions have ended. Arguments: `user_id` (int)."""
