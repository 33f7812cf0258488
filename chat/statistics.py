"""The steps of a reply in numbers: a table for reading, and as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chat.models import Generation, Message
from chat.rendering.steps import StepView
from chat.rendering.totals import thinking_cost
from chat.traces import steps_of

COLUMNS = ("step", "kind", "title", "tokens", "seconds", "tokens per second", "share", "dollars")


@dataclass(frozen=True, slots=True)
class Row:
    """`share` is of the tokens of all steps, in percent. `cost` is None where no price is known."""

    step: StepView
    share: float
    cost: Decimal | None

    @property
    def seconds(self) -> float:
        return (self.step.ms or 0) / 1000

    @property
    def speed(self) -> float | None:
        """Tokens a second; None for what took no time."""
        return (self.step.tokens or 0) / self.seconds if self.seconds else None


@dataclass(frozen=True, slots=True)
class Table:
    rows: Sequence[Row]
    tokens: int
    ms: int
    cost: Decimal | None
    estimated: bool


def statistics_of(message: Message) -> Table:
    """Money is that of output tokens, at the price of the day of the reply."""
    steps, run = steps_of(message), message.generations.order_by("id").last()
    tokens, ms = sum(step.tokens or 0 for step in steps), sum(step.ms or 0 for step in steps)
    rows = [Row(step, 100 * (step.tokens or 0) / (tokens or 1), _cost(step.tokens, run)) for step in steps]
    return Table(rows, tokens, ms, _cost(tokens, run), run is None or run.estimated)


def _cost(tokens: int | None, run: Generation | None) -> Decimal | None:
    return thinking_cost(tokens, run) if run else None


def as_csv(table: Table) -> str:
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(COLUMNS)
    for row in table.rows:
        speed = "" if row.speed is None else f"{row.speed:.1f}"
        cost = "" if row.cost is None else row.cost
        step = row.step
        title = _inert(step.title)
        write(
            [step.number, step.kind_name, title, step.tokens, row.seconds, speed, f"{row.share:.1f}%", cost]
        )
    return out.getvalue()


def _inert(text: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula, and a model may have written it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
