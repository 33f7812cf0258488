"""A reply's thinking as text that leaves the page: step by step, as far as its reader may see it."""

from typing import NamedTuple

from chat.core.steps import cut
from chat.rendering.reply import Reply


class StepText(NamedTuple):
    title: str
    text: str


def thinking_steps(reply: Reply) -> list[StepText]:
    """Empty for whoever may not see thinking."""
    found: list[StepText] = []
    for text in (text for kind, text in reply.texts if kind == "thinking"):
        steps = cut(text, is_first=not found)
        ends = [step.offset for step in steps[1:]] + [len(text)]
        found += [
            StepText(step.title, text[step.offset : end].strip())
            for step, end in zip(steps, ends, strict=True)
        ]
    return found


def thinking_markdown(reply: Reply, level: int = 3) -> str:
    """With the steps' titles as headings of this level."""
    mark = "#" * level
    return "\n\n".join(f"{mark} {step.title}\n\n{step.text}" for step in thinking_steps(reply))
