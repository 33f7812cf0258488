"""A step's three places on the page: its section in the text, its row in the outline, its mark on the
ribbon.

They are drawn three times for every step that streams, and forty steps at once when a page opens. Plain
strings take a twentieth of what templates do.
"""

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import escape

from chat.core.language import script_language
from chat.core.thinking_blocks import render_thinking, with_turning_words
from chat.rendering import labels
from chat.rendering.icons import icon

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
        return icon(KINDS[self.kind][1])

    @property
    def shown_title(self) -> str:
        """As HTML."""
        return escape(self.title) or "…"

    @property
    def measured(self) -> str:
        """Attributes that say how long it is, once it has closed."""
        return "" if self.is_open else f' data-tokens="{self.tokens}" data-ms="{self.ms}"'

    @property
    def time(self) -> str:
        return "" if self.ms is None else labels.brief(self.ms)


class StepHtml(NamedTuple):
    """A step's three places on the page. `section` is empty where its text is not drawn."""

    section: str
    row: str
    mark: str


def step_html(step: StepView, *, with_text: bool = True) -> StepHtml:
    """`with_text`: else without its section."""
    return StepHtml(_section(step) if with_text else "", _row(step), _mark(step))


def text_body(kind: str, text: str) -> str:
    """A closed step's text. Safe to insert."""
    html = "".join(render_thinking(text))
    return with_turning_words(html) if kind == "turn" else html


def tool_body(name: str, arguments: str) -> str:
    """What a call shows in its step's text. Safe to insert."""
    return render_to_string("chat/_call.html", {"name": name, "arguments": arguments}).strip()


def _section(step: StepView) -> str:
    language = script_language(step.title)
    return (
        f'<section class="step" id="{step.anchor}" data-kind="{step.kind}"{step.measured}'
        f'{f' lang="{language}"' if language else ""} tabindex="-1">'
        f'<div class="hd"><span class="n" aria-hidden="true">{step.number}</span>'
        f'<h4 dir="auto">{step.shown_title}</h4>\n'
        f'<span class="kind">{step.icon}<span class="kt">{step.kind_name}</span></span>'
        f'<span class="hov"><a class="ib" href="#{step.anchor}" data-copy-link'
        f' aria-label="Link to step {step.number}">{icon("link")}</a></span>'
        f'<span class="d num">{step.time}</span></div>'
        f'<div class="tx"{" data-open" if step.is_open else ""} dir="auto">{step.body}</div></section>'
    )


def _row(step: StepView) -> str:
    begun = f' data-began="{step.began_ms}"' if step.is_open else step.measured
    tokens = "" if step.is_open else f'{step.tokens:,}<span class="vh"> tokens</span>'
    return (
        f'<li data-kind="{step.kind}"{begun}>'
        f'<a href="#{step.anchor}"{' aria-current="step"' if step.is_open else ""}>{step.icon}'
        f'<span class="vh">{step.kind_name}: </span><span class="t" dir="auto">{step.shown_title}</span>'
        f'<span class="d num"><span class="of-tokens">{tokens}</span>'
        f'<span class="of-time">{step.time}</span></span></a></li>'
    )


def _mark(step: StepView) -> str:
    title = escape(step.title) or step.kind_name
    took = "" if step.is_open else f" · {step.tokens:,} tokens · {step.time}"
    return (
        f'<i data-kind="{step.kind}" data-step="{step.anchor}"{step.measured}'
        f' title="{step.number} · {title}{took}"></i>'
    )
