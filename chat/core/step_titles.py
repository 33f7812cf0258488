"""A step's title: its heading, or the first clause without what is said before what is meant."""

import re

from chat.core.step_cues import meaning_start
from chat.core.step_passages import CHARACTER_START

LONGEST = 56
_SHORTEST = 14
_SHORTEST_WIDE = 5
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_MARKS = re.compile(r"[*_`#\s\x00]+")
_CLAUSE_END = re.compile(r"[;:,.?!](?=[\s\u3400-\u9fff]|\Z)|[。\uff0c\uff1b\uff1a\uff1f\uff01]|\s[–—-]\s")
_EDGES = " .,;:。…–—-|>\uff0c\uff1b\uff1a"


def title_of(head: str, otherwise: str) -> str:
    """The title of a step that begins with these words; `otherwise` where they are none."""
    words = _MARKS.sub(" ", head[meaning_start(head) :]).strip(_EDGES)
    clause = _clause(words).strip(_EDGES)
    return shorten(clause[:1].upper() + clause[1:]) or otherwise


def shorten(text: str) -> str:
    """The text in at most `LONGEST` characters, ended by an ellipsis where some had to go."""
    if len(text) <= LONGEST:
        return text
    words = text[:LONGEST].rpartition(" ")[0]
    if len(words) > LONGEST // 2:
        return words.rstrip(_EDGES) + "…"
    return text[: max(start.start() for start in CHARACTER_START.finditer(text, 0, LONGEST))] + "…"


def _clause(text: str) -> str:
    """Up to the first mark that ends a clause, outside brackets and quotation marks."""
    shortest = _SHORTEST_WIDE if _WIDE.search(text, 0, _SHORTEST) else _SHORTEST
    for end in _CLAUSE_END.finditer(text, shortest):
        clause = text[: end.start()]
        if clause.count("(") == clause.count(")") and clause.count('"') % 2 == 0:
            return clause + end[0] if end[0] in "?\uff1f" else clause
    return text
