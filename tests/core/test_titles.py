"""Titles from the first exchange: short, to the point, and in the words of the chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.core.titles import LONGEST, title_of


@pytest.mark.parametrize(
    ("question", "answer", "title"),
    [
        (
            "How do I move a column?",
            "## Moving the column without stopping\n\nDo it so.",
            "Moving the column without stopping",
        ),
        ("How do I move a column?", "**Moving a column**\n\nDo it so.", "Moving a column"),
        ("How do I center a div?", "## Answer\n\nUse grid.", "Center a div"),
        ("How do I center a div?", "Use grid.\n\n## 1. Other ways\n\nMore.", "Other ways"),
        ("What is the capital of France?", "Paris.", "Capital of France"),
        ("What's a monad?", "A monoid.", "Monad"),
        ("Why is the sky blue?", "It scatters.", "Why is the sky blue?"),
        ("Hi! Could you please help me to write a letter to my bank?", "Dear", "Write a letter to my bank"),
        ("Hello there, can you explain recursion", "It is.", "Explain recursion"),
        ("npm run build fails with ENOENT", "Check.", "npm run build fails with ENOENT"),
        ("```\nx = 1\n```\nWhat does this print?", "1", "What does this print?"),
        ("请问，月亮为什么会绕着地球转？谢谢", "因为引力。", "月亮为什么会绕着地球转"),
        ("你好", "## 月亮与地球\n\n因为引力。", "月亮与地球"),
        ("Hallo, kannst du mir erklären, wie Hefe wirkt?", "Ja.", "Erklären, wie Hefe wirkt"),
        ("`let x = 1` **fails**", "Because.", "let x = 1 fails"),
        ("", "", ""),
        ("?!", "ok", ""),
        ("Is it a bug?", "```python\n# Not a heading\n```", "Is it a bug?"),
    ],
)
def test_titles(question: str, answer: str, title: str) -> None:
    assert title_of(question, answer) == title


def test_a_long_question_is_cut_on_a_word() -> None:
    title = title_of("Which rounding rule is fair when one hundred dollars are split three ways on invoices?")
    assert title == "Which rounding rule is fair when one hundred dollars are…"
    assert len(title) <= LONGEST + 1


@given(st.text(max_size=300), st.text(max_size=500))
def test_whatever_is_said_the_title_is_one_short_line(question: str, answer: str) -> None:
    title = title_of(question, answer)
    assert len(title) <= LONGEST + 2
    assert len(title.splitlines()) <= 1
