"""A made-up reply, whose thinking shows on the settings page what was chosen there. No model is asked."""

import uuid

from chat.models import Generation
from chat.preferences import Preferences
from chat.rendering.reply import DrawnSteps, Header, Reply
from chat.rendering.steps import StepView, step_html
from chat.rendering.totals import Totals

ID = uuid.UUID(int=0)
STEPS = (
    StepView(
        ID,
        0,
        0,
        1,
        "framing",
        "A farmer has 17 sheep",
        0,
        2_300,
        46,
        "<p>A farmer has 17 sheep, and all but 9 die. It sounds like a subtraction.</p>",
    ),
    StepView(
        ID,
        0,
        74,
        2,
        "turn",
        "“All but 9” says how many do not die",
        2_300,
        2_900,
        58,
        "<p>But “all but 9” says how many do not die. So nothing is taken from 17.</p>",
    ),
    StepView(ID, 0, 148, 3, "end", "Nine sheep are left", 5_200, 1_000, 24, "<p>Nine sheep are left.</p>"),
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
        step_count=len(STEPS),
        drawn=[DrawnSteps(0, "thinking", list(map(step_html, STEPS)), len(STEPS), 58, 2_900)],
        open=preferences.thinking_opens == "always",
    )
    thinking = Header(generation, state="thinking", has_thinking=True)
    return {"ended": ended, "thinking": thinking, "answer": ANSWER}
