"""Signing out or being suspended closes one's sockets at once, wherever they are open."""

import json
from typing import Any

from accounts.signals import signed_out, suspended
from chat.generation import engine
from chat.generation.fanout import Note, user_topic


def connect() -> None:
    """Once in a process that serves pages."""
    signed_out.connect(close_those_of_a_session)
    suspended.connect(close_all)


def close_those_of_a_session(user_id: int, session_key: str, **_: Any) -> None:
    _say_goodbye(user_id, session_key)


def close_all(user_id: int, **_: Any) -> None:
    _say_goodbye(user_id, None)


def _say_goodbye(user_id: int, session_key: str | None) -> None:
    """Without an engine in this process the watch of each server notices within its two seconds."""
    if (here := engine.current()) is not None:
        here.announce(user_topic(user_id), Note(json.dumps({"type": "goodbye", "session": session_key})))
