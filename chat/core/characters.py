"""Characters that text columns refuse: halves of surrogate pairs, and NUL.

Proxies that count in UTF-16 cut an emoji in two and send its halves in two deltas. The halves are
joined again; one that stays alone becomes U+FFFD. NUL, which PostgreSQL rejects, is dropped.
"""

from math import isfinite
from typing import Any

DEEPEST = 100
"""Levels of nested data, well within what every encoder takes."""
LARGEST = 2**63


class Characters:
    """Repairs one text that comes in pieces; keeps a first half until the next piece."""

    def __init__(self) -> None:
        self._half = ""

    def repair(self, piece: str) -> str:
        """The piece as it may be stored. Call it for every piece, or a half that is kept goes astray."""
        if "\x00" in piece:
            piece = piece.replace("\x00", "")
        if not self._half and piece.isascii():
            return piece
        piece = self._half + piece
        self._half = ""
        if "\ud800" <= piece[-1:] <= "\udbff":
            self._half = piece[-1]
            piece = piece[:-1]
        return whole(piece)

    def close(self) -> str:
        """What a first half becomes when its second never came."""
        lone, self._half = self._half, ""
        return "\ufffd" if lone else ""


def whole(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def storable(value: Any, depth: int = DEEPEST) -> Any:
    """Decoded JSON with its texts repaired, and None for what is no JSON that a database takes."""
    if isinstance(value, str):
        return whole(value.replace("\x00", ""))
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int):
        return value if -LARGEST <= value < LARGEST else None
    if isinstance(value, dict | list | tuple) and not depth:
        return None
    if isinstance(value, dict):
        return {storable(name): storable(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner, depth - 1) for inner in value]
    return value
