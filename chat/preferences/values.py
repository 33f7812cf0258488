"""Every preference: its type, its default, and how it is read from a form or from the database."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

MOST_TOKENS = 2_000_000
LONGEST_SYSTEM_PROMPT = 100_000
"""Characters."""
HOTTEST = 2.0


class Unusable(Exception):
    """A value that cannot be used. `str()` is the sentence that says what can be."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """`None` means that nothing is sent, so that the provider's own default holds.

    `model` is `provider/model`, or empty for the first one offered; `text_size` is in percent.
    """

    theme: Literal["system", "light", "dark"] = "system"
    text_size: int = 100
    thinking_opens: Literal["fold", "never", "always"] = "fold"
    show_time: bool = True
    show_tokens: bool = True
    show_cost: bool = True
    send_with: Literal["enter", "mod-enter"] = "enter"
    single_keys: bool = True
    announce: Literal["off", "start-end", "30s"] = "start-end"
    model: str = ""
    thinking: Literal["auto", "on", "off"] = "auto"
    effort: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    system_prompt: str = ""

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """What an older or newer version stored and this one cannot use becomes the default."""
        usable = {}
        for name, value in stored.items():
            try:
                usable[name] = read(name, as_text(value))
            except (KeyError, Unusable):
                continue
        return cls(**usable)

    def as_values(self) -> dict[str, Any]:
        """By name, ready for JSON."""
        return asdict(self)


def read(name: str, text: str) -> Any:
    """The value that a form's text stands for. Raises Unusable, or KeyError for an unknown name."""
    return READERS[name](text.strip())


def as_text(value: Any) -> str:
    """The form's text for a value: the inverse of `read`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def choice(*words: str) -> Callable[[str], str]:
    def read_choice(text: str) -> str:
        if text not in words:
            raise Unusable(f"Choose one of: {', '.join(words)}.")
        return text

    return read_choice


def whole_number(text: str) -> int:
    """-1 for what is none, or is beyond every limit here: Python refuses to convert thousands of digits."""
    digits = text.lstrip("0") or text[-1:]
    return int(digits) if len(digits) <= 12 and digits.isascii() and digits.isdecimal() else -1


def switch(text: str) -> bool:
    if text not in {"on", "off", ""}:
        raise Unusable("This is either on or off.")
    return text == "on"


def text_size(text: str) -> int:
    number = whole_number(text)
    if not 90 <= number <= 130:
        raise Unusable("The text size is a whole number from 90 to 130 percent.")
    return round(number, -1)


def model(text: str) -> str:
    if len(text) > 240 or (text and "/" not in text):
        raise Unusable("Choose a model from the list.")
    return text


def effort(text: str) -> str | None:
    if len(text) > 20:
        raise Unusable("Choose an effort from the list.")
    return text or None


def max_tokens(text: str) -> int | None:
    """Thousands may be separated; nothing at all leaves it to the provider."""
    digits = text.replace(",", "").replace(" ", "").replace("\u202f", "")
    if not digits:
        return None
    number = whole_number(digits)
    if not 1 <= number <= MOST_TOKENS:
        raise Unusable(f"The longest reply is a whole number of tokens, from 1 to {MOST_TOKENS:,}.")
    return number


def temperature(text: str) -> float | None:
    """A decimal point or a decimal comma; nothing at all leaves it to the provider."""
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= HOTTEST:
        raise Unusable(f"The temperature is a number from 0 to {HOTTEST:g}.")
    return number


def system_prompt(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST_SYSTEM_PROMPT:
        raise Unusable(
            f"The system prompt has {len(text):,} characters; at most {LONGEST_SYSTEM_PROMPT:,} fit."
        )
    return text


READERS: dict[str, Callable[[str], Any]] = {
    "theme": choice("system", "light", "dark"),
    "text_size": text_size,
    "thinking_opens": choice("fold", "never", "always"),
    "show_time": switch,
    "show_tokens": switch,
    "show_cost": switch,
    "send_with": choice("enter", "mod-enter"),
    "single_keys": switch,
    "announce": choice("off", "start-end", "30s"),
    "model": model,
    "thinking": choice("auto", "on", "off"),
    "effort": effort,
    "max_tokens": max_tokens,
    "temperature": temperature,
    "system_prompt": system_prompt,
}
