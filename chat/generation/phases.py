"""What each event means for the run that it belongs to."""

from chat.core.events import (
    Answer,
    CutShort,
    Event,
    Failure,
    Hidden,
    Requested,
    Thinking,
    ToolCallDelta,
    Usage,
)
from chat.core.transcript import PartKind

PHASES: dict[type[Event], str] = {
    Thinking: "thinking",
    Hidden: "thinking",
    CutShort: "answering",
    Answer: "answering",
    ToolCallDelta: "tool",
}
"""The state that it brings."""
WRITES: dict[type[Event], PartKind] = {
    Thinking: "thinking",
    Answer: "answer",
    ToolCallDelta: "tool_call",
}
"""The kind of part that it adds to."""
OURS = {Requested, CutShort}
"""No provider sends these."""
NO_TEXT = {*OURS, Usage, Failure}
"""What has cost nothing that a repeat would bill twice."""
