"""What two versions took: time, tokens and money, with how much more or less that is."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from chat.rendering.labels import duration
from chat.rendering.totals import Totals
from chat.templatetags.ui import money


@dataclass(frozen=True, slots=True)
class Number:
    """`change`: in percent of the other's, with its sign; empty where it is the same or one is not known."""

    name: str
    value: str
    change: str = ""

    @property
    def is_more(self) -> bool:
        return self.change.startswith("+")


def numbers_of(totals: Totals, other: Totals | None = None) -> list[Number]:
    """`other`: what the changes are from."""
    return [
        Number(name, _in_words(read(totals), words, unsure(totals)), _change(read, totals, other))
        for name, read, words, unsure in NUMBERS
    ]


type Amount = int | Decimal | None
type Read = Callable[[Totals], Amount]


def _answer_tokens(totals: Totals) -> Amount:
    return None if totals.tokens is None else totals.tokens - (totals.thinking_tokens or 0)


def _time(ms: Amount) -> str:
    return duration(int(ms or 0))


def _tokens(count: Amount) -> str:
    return f"{count:,} tokens"


def _money(dollars: Amount) -> str:
    return money(Decimal(dollars or 0))


def _estimated(totals: Totals) -> bool:
    return totals.estimated


NUMBERS: tuple[tuple[str, Read, Callable[[Amount], str], Callable[[Totals], bool]], ...] = (
    ("Thinking time", lambda totals: totals.thinking_ms, _time, lambda _: False),
    ("Thinking", lambda totals: totals.thinking_tokens, _tokens, lambda totals: totals.thinking_estimated),
    ("Answer", _answer_tokens, _tokens, lambda totals: totals.thinking_estimated),
    ("Time in all", lambda totals: totals.total_ms, _time, lambda _: False),
    ("Cost", lambda totals: totals.cost, _money, _estimated),
)


def _in_words(amount: Amount, words: Callable[[Amount], str], unsure: bool) -> str:
    if amount is None:
        return "Not known"
    return f"≈ {words(amount)}" if unsure else words(amount)


def _change(read: Read, totals: Totals, other: Totals | None) -> str:
    now, before = read(totals), read(other) if other else None
    if now is None or not before or now == before:
        return ""
    percent = round(100 * (float(now) / float(before) - 1))
    return f"{percent:+,}%".replace("-", "−") if percent else ""
