"""Who is shown what: everything, or answers only."""

from typing import Literal

type Audience = Literal["full", "answers"]

AUDIENCES: tuple[Audience, ...] = ("full", "answers")
