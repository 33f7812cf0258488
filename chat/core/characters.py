"""Characters that text columns refuse: halves of surrogate pairs, and NUL.

Proxies that count in UTF-16 cut an emoji in two and send its halves in two deltas. The halves are
joined again; one that stays alone becomes U+FFFD. NUL, which PostgreSQL rejects, is dropped.
"""


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
