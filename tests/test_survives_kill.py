"""`kill -9` of the server, or of the worker, loses nothing that is older than two ticks and a commit.

A few rounds of what `python -m bench.kill` does a hundred times. Real processes, real sockets.
"""

from typing import Any

import pytest

from bench.kill import MODES, Lost, judge, rounds
from tests.servers import SCALED

ROUNDS = 2


def test_a_killed_process_loses_nothing_but_the_last_moment() -> None:
    """In the mode that this run is about."""
    done = rounds(MODES["scaled" if SCALED else "embedded"], ROUNDS, "daphne")
    assert len(done) == ROUNDS
    assert any(one.chunks for one in done), "need text before the kill for this test to mean anything"


def chunk(at: float, side: str, text: str) -> dict[str, Any]:
    return {"at": at, "side": side, "text": text}


SENT = [
    chunk(10.0, "thinking", "So it"),
    chunk(10.1, "thinking", " is."),
    chunk(10.2, "answer", "Yes"),
    chunk(10.3, "answer", ", it is."),
]


def saved(thinking: str, answer: str, state: str = "interrupted") -> dict[str, str]:
    return {"thinking": thinking, "answer": answer, "state": state}


def test_the_judge_measures_from_the_oldest_text_that_is_gone() -> None:
    assert judge(saved("So it is.", "Yes, it is."), SENT, 10.31).loss == 0.0
    assert judge(saved("So it is.", "Yes"), SENT, 10.35).loss == pytest.approx(0.05)


def test_what_was_sent_after_the_kill_is_not_lost() -> None:
    assert judge(saved("So it is.", ""), SENT, 10.15).loss == 0.0


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (saved("So it is.", "Yes", "done"), "is done, not interrupted"),
        (saved("So is.", ""), "no beginning"),
        (saved("So it", "Yes"), "without all of the thinking"),
        (saved("So it", ""), "200 ms before the kill is gone"),
    ],
)
def test_the_judge_finds_broken_promises(kept: dict[str, str], sentence: str) -> None:
    with pytest.raises(Lost, match=sentence):
        judge(kept, SENT, 10.3)
