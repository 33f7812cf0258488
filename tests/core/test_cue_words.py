"""The words by which a step turns back are marked where it begins, and nowhere else."""

import re

import pytest

from chat.core.thinking_blocks import render_thinking, with_turning_words


def marked(text: str) -> str:
    """The marked words."""
    html = with_turning_words("".join(render_thinking(text)))
    return ", ".join(re.findall('<span class="cue">(.*?)</span>', html))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wait, is **that** so?\n\nWait again", "Wait"),
        ("**Wait.** No", "Wait"),
        ("1. Wait, x", "Wait"),
        ("Hmm, but what if it is not?", "Hmm, but"),
        ("Hmm. Actually, no", "Actually"),
        ("“No, it isn't”", "No,"),
        ("等等，不对", "等等"),
        ("Waiting is", ""),
        ("Let me see. Wait", ""),
        ("`Wait` x", ""),
        ("```wait\nwait\n```", ""),
        ("", ""),
    ],
)
def test_only_the_first_words_are_marked(text: str, words: str) -> None:
    assert marked(text) == words


def test_nothing_else_changes() -> None:
    html = "".join(render_thinking("Wait, 3 < 4 & **so** <b>on</b>.\n\n- a"))
    with_cue = with_turning_words(html)
    assert with_cue != html
    assert with_cue.replace('<span class="cue">Wait</span>', "Wait") == html
