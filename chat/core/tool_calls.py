"""Puts the fragments of tool calls into slots, whatever a provider leaves out or repeats.

Fragments are keyed by `index`. The same index with another id is another call; without an index, an
id or a name says that a new call begins. Id and name are taken once, arguments concatenate.
Arguments are never parsed here: a call that was cut stays visible as what it is.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from chat.core.characters import Characters, whole
from chat.core.events import ToolCallDelta


@dataclass(slots=True)
class Slot:
    """What is known of one call."""

    number: int
    id: str = ""
    name: str = ""
    arguments: Characters = field(default_factory=Characters)


class ToolCalls:
    """One per stream; numbers the calls in the order in which they began."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._by_index: dict[int | str, Slot] = {}

    @property
    def any(self) -> bool:
        """Whether a call has begun."""
        return bool(self._slots)

    def fragment(self, fragment: Any) -> ToolCallDelta | None:
        """One entry of `delta.tool_calls`; None where it says nothing."""
        if not isinstance(fragment, dict):
            return None
        function = fragment.get("function")
        function = function if isinstance(function, dict) else {}
        id, name = _text(fragment.get("id")), _text(function.get("name"))
        slot = self._slot(fragment.get("index"), id, name)
        return self._delta(slot, id, name, function.get("arguments"))

    def legacy(self, call: Any) -> ToolCallDelta | None:
        """`delta.function_call`, of which a message has at most one."""
        if not isinstance(call, dict):
            return None
        name = _text(call.get("name"))
        return self._delta(self._slot("function_call", "", name), "", name, call.get("arguments"))

    def whole(self, id: str, name: str, arguments: str) -> ToolCallDelta:
        """A call that was recovered from text, complete."""
        return ToolCallDelta(self._new(id, name).number, id, name, arguments)

    def _slot(self, index: Any, id: str, name: str) -> Slot:
        if isinstance(index, int | str):
            slot = self._by_index.get(index)
            if slot is None or (id and slot.id and id != slot.id):
                slot = self._by_index[index] = self._new()
            return slot
        last = self._slots[-1] if self._slots else None
        if last is None or (id and id != last.id and last.id) or (name and not id and last.name):
            return self._new()
        return last

    def _new(self, id: str = "", name: str = "") -> Slot:
        slot = Slot(len(self._slots), id, name)
        self._slots.append(slot)
        return slot

    def _delta(self, slot: Slot, id: str, name: str, arguments: Any) -> ToolCallDelta:
        id, name = "" if slot.id else id, "" if slot.name else name
        slot.id, slot.name = slot.id or id, slot.name or name
        return ToolCallDelta(slot.number, id, name, slot.arguments.repair(_arguments(arguments)))


def _text(value: Any) -> str:
    return whole(value.replace("\x00", "")) if isinstance(value, str) else ""


def _arguments(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return "" if value is None else json.dumps(value)
    except (ValueError, RecursionError):
        return ""
