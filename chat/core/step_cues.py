"""What the first words of a passage say: its kind, and whether it goes on or begins anew.

The words are data: `step_cues.toml`, English and Chinese.
"""

import re
import tomllib
from pathlib import Path
from typing import Literal, cast

type StepKind = Literal["framing", "plan", "working", "tool", "turn", "check", "end"]

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _beginning(entries: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(entries)})(?![a-z])", re.IGNORECASE)


_MARKS = re.compile(
    r"(?:#{1,6}\s+|[-*+•]\s+|>\s*|[(\uff08]?\d{1,3}[.)、\uff09](?!\d)\s*|[*_`\"“「'(\uff08]+)*"
)
_FILLERS = re.compile(rf"(?:{_beginning(_TABLE['fillers']).pattern}[,.!。…\uff0c\uff01\s]*)*", re.IGNORECASE)
_CUES = {
    name: _beginning(entries) for table in ("kinds", "openings") for name, entries in _TABLE[table].items()
}
_KINDS = cast(list[StepKind], list(_TABLE["kinds"]))


def words_start(head: str) -> int:
    """Where the words begin: behind list markers, quotation marks and emphasis."""
    match = _MARKS.match(head)
    return match.end() if match else 0


def meaning_start(head: str) -> int:
    """Where what is meant begins: behind fillers too, unless there is nothing else."""
    start = words_start(head)
    match = _FILLERS.match(head, start)
    return match.end() if match and head[match.end() :].strip("*_` .") else start


def cues(head: str) -> list[str]:
    """The classes of first words in the table that these are, with or without their fillers."""
    first, second = words_start(head), meaning_start(head)
    return [
        name
        for name, beginning in _CUES.items()
        if beginning.match(head, first) or (second != first and beginning.match(head, second))
    ]


def is_verdict(sentence: str) -> bool:
    """Whether a sentence says that something is as it should be."""
    return bool(_CUES["verdict"].match(sentence))


def kind_of(names: list[str], is_first: bool) -> StepKind:
    """The kind that the cues name. Only the first step frames."""
    for kind in _KINDS:
        if kind in names and (is_first or kind != "framing"):
            return kind
    return "framing" if is_first else "working"


def turning_words(head: str) -> tuple[int, int] | None:
    """Where the words are, at the beginning, by which a text turns back: `Wait`, `Hmm, but`."""
    for start in (words_start(head), meaning_start(head)):
        if match := _CUES["turn"].match(head, start):
            return match.span()
    return None
