"""A step's three places on the page: its section in the text, its row in the outline, its mark on the
ribbon.
"""

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string

from chat.core.language import script_language
from chat.core.thinking_blocks import render_thinking, with_turning_words

KINDS = {
    "framing": ("Framing", "target"),
    "plan": ("Plan", "route"),
    "working": ("Working", "pencil-line"),
    "tool": ("Tool", "square-terminal"),
    "turn": ("Turned back", "corner-up-left"),
    "check": ("Check", "shield-check"),
    "end": ("Conclusion", "flag"),
}
"""By kind: the word for it and its glyph."""


@dataclass(frozen=True, slots=True)
class StepView:
    """`offset`: in the message's raw thinking. `ms` and `tokens` are None while the step is open."""

    message_id: uuid.UUID
    position: int
    offset: int
    number: int
    kind: str
    title: str
    began_ms: int = 0
    """Milliseconds of thinking before it."""
    ms: int | None = None
    tokens: int | None = None
    body: str = ""
    """Its HTML, or its plain text while it is open."""

    @property
    def anchor(self) -> str:
        """The permanent address. Tool calls are no place in the text, and have one of their own."""
        if self.kind == "tool":
            return f"c-{self.message_id}.{self.position}"
        return f"t-{self.message_id}.{self.offset}"

    @property
    def is_open(self) -> bool:
        return self.ms is None

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind][0]

    @property
    def icon(self) -> str:
        return KINDS[self.kind][1]

    @property
    def language(self) -> str:
        return script_language(self.title)


class StepHtml(NamedTuple):
    """A step's three places on the page. `section` is empty where its text is not drawn."""

    section: str
    row: str
    mark: str


def step_html(step: StepView, *, with_text: bool = True) -> StepHtml:
    section = _drawn("_step", step) if with_text else ""
    return StepHtml(section, _drawn("_step_row", step), _drawn("_step_mark", step))


def text_body(kind: str, text: str) -> str:
    """A closed step's text. Safe to insert."""
    html = "".join(render_thinking(text))
    return with_turning_words(html) if kind == "turn" else html


def tool_body(name: str, arguments: str) -> str:
    """What a call shows in its step's text. Safe to insert."""
    return render_to_string("chat/_call.html", {"name": name, "arguments": arguments}).strip()


def _drawn(template: str, step: StepView) -> str:
    return render_to_string(f"chat/{template}.html", {"step": step}).strip()
