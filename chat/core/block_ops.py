"""What happens to the blocks of a part while it streams: settled ones in order, and one that is open."""

from typing import NamedTuple


class Settle(NamedTuple):
    """A block is final. The open block is empty afterwards."""

    index: int  # type: ignore[assignment]  # the name hides tuple.index, which nobody calls
    html: str


class Open(NamedTuple):
    """Replaces the content of the open block."""

    html: str


class Text(NamedTuple):
    """Plain text, added to the end of the open block's `[data-grow]` element, or of the open block."""

    text: str


type Op = Settle | Open | Text
