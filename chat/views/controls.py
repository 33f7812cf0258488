"""The settings page as data: its sections, and how each preference is shown."""

from dataclasses import dataclass
from typing import Literal

type Kind = Literal["radio", "switch", "range", "number", "select", "text"]


@dataclass(frozen=True, slots=True)
class Control:
    """One preference on the page. `choices`: (value, words) for radio buttons."""

    name: str
    label: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    low: str = ""
    high: str = ""
    step: str = ""
    empty: str = ""
    """What an empty field means, as its placeholder."""

    @property
    def template(self) -> str:
        return f"settings/_{self.kind}.html"


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    controls: tuple[Control, ...] = ()


APPEARANCE = Section(
    "appearance",
    "Appearance",
    (
        Control("theme", "Theme", "radio", (("system", "System"), ("light", "Light"), ("dark", "Dark"))),
        Control("text_size", "Text size", "range", low="90", high="130", step="10"),
    ),
)
THINKING = Section(
    "thinking",
    "Thinking",
    (
        Control(
            "thinking_opens",
            "When a reply starts thinking",
            "radio",
            (
                ("fold", "Open while thinking, then fold"),
                ("never", "Always folded"),
                ("always", "Always open"),
            ),
            help="A region you have touched yourself stays as you left it.",
        ),
        Control("show_time", "Show time in the header", "switch"),
        Control("show_tokens", "Show tokens in the header", "switch"),
        Control("show_cost", "Show cost in the header", "switch"),
    ),
)
MODELS = Section("keys", "Models and keys")
DEFAULTS = Section(
    "defaults",
    "Defaults",
    (
        Control("model", "Model", "select", help="What a new chat begins with."),
        Control(
            "thinking",
            "Thinking",
            "radio",
            (("auto", "Auto"), ("on", "On"), ("off", "Off")),
            help="Auto leaves it to the provider.",
        ),
        Control("effort", "Effort", "select", help="How much to think, where the model can be told."),
        Control(
            "max_tokens",
            "Longest reply (max_tokens)",
            "number",
            low="1",
            step="1",
            empty="Provider's default",
            help="In tokens. Thinking counts towards this.",
        ),
        Control(
            "temperature", "Temperature", "number", low="0", high="2", step="any", empty="Provider's default"
        ),
        Control(
            "system_prompt",
            "System prompt",
            "text",
            help="Goes before every chat, unless the chat has its own.",
        ),
    ),
)
KEYBOARD = Section(
    "keyboard",
    "Keyboard",
    (
        Control(
            "send_with",
            "Send a message with",
            "radio",
            (("enter", "Enter (Shift+Enter breaks the line)"), ("mod-enter", "Ctrl+Enter or ⌘Enter")),
        ),
    ),
)
READING = Section(
    "reading",
    "Reading aids",
    (
        Control(
            "announce",
            "Announce progress to screen readers",
            "radio",
            (("off", "Off"), ("start-end", "Start and end"), ("30s", "Every 30 seconds")),
        ),
        Control(
            "single_keys",
            "Single-key shortcuts",
            "switch",
            help="Keys such as C that act without Ctrl or ⌘, while no field has the focus.",
        ),
    ),
)
SECTIONS = (APPEARANCE, THINKING, MODELS, DEFAULTS, KEYBOARD, READING)
CONTROLS = {control.name: control for section in SECTIONS for control in section.controls}

PARAMETERS = ("thinking", "effort", "max_tokens", "temperature")
"""The controls whose notes and choices depend on the model."""
