"""An answer as plain text: the words, without the marks."""

import pytest

from chat.core.plain import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("", ""),
        ("**Nine** _sheep_ are `left`.", "Nine sheep are left."),
        ("# Title\n\nText\nover two lines.", "Title\n\nText\nover two lines."),
        ("- one\n- two\n  - deeper\n- three", "- one\n- two\n  - deeper\n- three"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n\n  and more of it\n- two", "- one\n  and more of it\n- two"),
        ("```python\nx = **1**\n\ny = 2\n```", "x = **1**\n\ny = 2"),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "a\tb\n1\t2"),
        ("[Moon](https://moon.example/)", "Moon (https://moon.example/)"),
        ("See https://moon.example/ there.", "See https://moon.example/ there."),
        ("> quoted *words*", "quoted words"),
        ("above\n\n---\n\nbelow", "above\n\n---\n\nbelow"),
        ("$x^2$ grows", "x^2 grows"),
        ("$$\nx^2\n$$", "x^2"),
        ("<b>not</b> drawn", "<b>not</b> drawn"),
        ("答案是**九**。", "答案是九。"),
    ],
)
def test_what_is_left_without_the_marks(markdown: str, text: str) -> None:
    assert plain(markdown).strip() == text
