"""Where an answer was cut: the block that the cut lies in goes on with what follows, even in mid-word."""

from functools import lru_cache

from chat.core.markdown import ANSWER, Normaliser, References, parse


@lru_cache(maxsize=64)
def last_block(text: str) -> tuple[str, str]:
    """The text without its last block, and that block. All of it where link references join its blocks."""
    text = Normaliser()(text)
    references: References = {}
    blocks = parse(ANSWER, text, references)
    if not blocks or references:
        return "", text
    lines = text.split("\n")
    start = blocks[-1].start
    return "".join(f"{line}\n" for line in lines[:start]), "\n".join(lines[start:])
