"""What the head of a passage shows: where it stands, what it looks like, what its first words say."""

import re
from typing import Literal, NamedTuple

from chat.core.step_cues import cues
from chat.core.step_passages import Passage

type Place = Literal["paragraph", "line", "sentence"]

_PLACES: tuple[Place, ...] = ("sentence", "line", "paragraph")
_SHAPES = {
    "heading": re.compile(r"#{1,6}\s+\S|\*\*[^*]+\*\*[:\uff1a]?\s*\Z"),
    "bold": re.compile(r"\*\*\S"),
    "table": re.compile(r"\|"),
    "quotation": re.compile(r">"),
    "bullet": re.compile(r"[-*+•]\s"),
    "number": re.compile(
        r"[(\uff08]?\d{1,3}[.)、\uff09](?!\d)|step \d|步骤\d|第[一二三四五六七八九十\d]", re.IGNORECASE
    ),
    "quoted": re.compile(r"[\"“「『]"),
    "formula": re.compile(r"[^\w\s]*[\w^²³·()\[\].,!′ ]{0,12}[ ]*[=≡≈<>+−×÷/*]|[\d(√∫|±−=\\$]"),
    "label": re.compile(r"[^.,:;!?。\uff0c\uff1a\uff1b]{2,28}[:\uff1a]"),
}


class Reading(NamedTuple):
    """A passage with what its head shows. `shape` is one of those above, `code` or `words`."""

    passage: Passage
    place: Place
    shape: str
    cues: list[str]


def read(passage: Passage) -> Reading:
    """Looks at a passage."""
    place = _PLACES[min(passage.breaks, 2)]
    return Reading(passage, place, _shape(passage), [] if passage.code else cues(passage.head))


def _shape(passage: Passage) -> str:
    if passage.code:
        return "code"
    for name, pattern in _SHAPES.items():
        if pattern.match(passage.head) and (passage.ends_line or name != "heading"):
            return name
    return "words"
