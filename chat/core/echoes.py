"""What of an answer stands in the thinking too, word for word: its figures and what it quotes.

It says where else a thing appears, and never why: matches are of the exact characters, between the edges
of words. What would match too easily (`2`, `10`) is left out.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MOST = 24
"""Of one answer. More would be noise."""
MOST_LOOKED_FOR = 300
LONGEST_QUOTE = 80
LONGEST_ANSWER = 40
_FEWEST_DIGITS = 3

_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_FIGURE = re.compile(r"(?<![\w.,])(?:[$€£¥] ?)?\d(?:[\d,.]*\d)?(?: ?[%‰¢°])?")
_QUOTED = re.compile(r"[“\"「]([^“”\"「」\n]{4,80})[”\"」]")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,80}?)(?<=\S)\1")
_EDGE = " \t,.:;"
_IN_WORD, _IN_FIGURE = re.compile(r"\w"), re.compile(r"[\w.,]")
_GOES_ON = re.compile(r"\w|[.,]\d")


class Echo(NamedTuple):
    """`text` of the answer, and where in the thinking it stands last."""

    text: str
    offset: int


def echoes(answer: str, thinking: str) -> list[Echo]:
    """In the order of the answer, each text once."""
    found: dict[str, Echo] = {}
    for text in islice(_worth_finding(_CODE.sub(" ", answer)), MOST_LOOKED_FOR):
        if text not in found and (places := _places(text, thinking)):
            found[text] = Echo(text, places[-1])
        if len(found) == MOST:
            break
    return list(found.values())


def first_appearance(answer: str, thinking: str) -> Echo | None:
    """Where the final short answer was first written: its first bold words, else its last figure.

    None where that is not short, or is nowhere in the thinking.
    """
    plain = _CODE.sub(" ", answer)
    bold = _BOLD.search(plain)
    texts = [bold[2].strip(_EDGE)] if bold else [figure for _, figure in _figures(plain)][-1:]
    for text in texts:
        if 0 < len(text) <= LONGEST_ANSWER and (places := _places(text, thinking)):
            return Echo(text, places[0])
    return None


def _worth_finding(answer: str) -> Iterator[str]:
    quotes = [(match.start(1), match[1].strip()) for match in _QUOTED.finditer(answer)]
    figures = [(start, figure) for start, figure in _figures(answer) if _telling(figure)]
    yield from (text for _, text in sorted(quotes + figures))


def _figures(text: str) -> Iterator[tuple[int, str]]:
    for match in _FIGURE.finditer(text):
        yield match.start(), match[0].strip(_EDGE)


def _telling(figure: str) -> bool:
    """Whether it is more than a small whole number."""
    digits = sum(character.isdigit() for character in figure)
    return digits >= _FEWEST_DIGITS or any(sign in figure for sign in ".%‰¢$€£¥°")


def _places(text: str, thinking: str) -> list[int]:
    """Where it stands between the edges of words. A figure is no part of a longer one."""
    before = _IN_FIGURE if text[0].isdigit() else _IN_WORD
    places, at = [], thinking.find(text)
    while at >= 0:
        end = at + len(text)
        if not before.search(thinking, max(at - 1, 0), at) and not _GOES_ON.match(thinking, end):
            places.append(at)
        at = thinking.find(text, end)
    return places
