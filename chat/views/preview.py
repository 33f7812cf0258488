"""A made-up reply, whose thinking shows on the settings page what was chosen there. No model is asked."""

import uuid

from chat.models import Generation
from chat.preferences import Preferences
from chat.rendering.reply import DrawnText, Header, Reply
from chat.rendering.totals import Totals

ID = uuid.UUID(int=0)
THOUGHT = (
    "<p>A farmer has 17 sheep, and all but 9 die. It sounds like a subtraction.</p>",
    "<p>But “all but 9” says how many do not die. So nothing is taken from 17.</p>",
    "<p>Nine sheep are left.</p>",
)
ANSWER = "Nine sheep are left: all but nine died."


def preview(preferences: Preferences) -> dict[str, object]:
    """What `_preview.html` needs: the reply when it has ended, its header while it thinks, its answer."""
    generation = Generation(id=ID, message_id=ID, price={"input": 0.6, "output": 2.4})
    ended = Reply(
        generation,
        state="done",
        has_thinking=True,
        totals=Totals(thinking_ms=6_200, thinking_tokens=128, thinking_estimated=False),
        drawn=[DrawnText(0, "thinking", list(THOUGHT))],
        open=preferences.thinking_opens == "always",
    )
    thinking = Header(generation, state="thinking", has_thinking=True)
    return {"ended": ended, "thinking": thinking, "answer": ANSWER}
