"""A text in passages about as long as a paragraph, so that a hit has a place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat.core.words import Word, words

FEW, MOST = 80, 250
"""Words. A passage ends with a paragraph once it has a few, and anyway at the most, which is as many as
PostgreSQL keeps every position of.
"""
CLOSING = re.compile(r"[^\w\s]{0,8}")
"""What may stand after a last word and belongs to it."""
OVERLAP = 16
"""Words at the end of one that was cut short which the next begins with: phrases are found across."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` to `end` of a text, and their words."""

    start: int
    end: int
    words: list[str]


def passages(text: str) -> Iterator[Passage]:
    """The first begins with the text. None where there is no word."""
    passage: list[Word] = []
    fresh, start = 0, 0
    for word in words(text):
        whole = len(passage) >= FEW and "\n\n" in text[passage[-1].end : word.start]
        if whole or len(passage) >= MOST:
            yield _passage(text, start, passage)
            passage, fresh = ([] if whole else passage[-OVERLAP:]), 0
            start = passage[0].start if passage else word.start
        passage.append(word)
        fresh += 1
    if fresh:
        yield _passage(text, start, passage)


def _passage(text: str, start: int, found: list[Word]) -> Passage:
    closing = CLOSING.match(text, found[-1].end)
    assert closing is not None
    return Passage(start, closing.end(), [word.text for word in found])
