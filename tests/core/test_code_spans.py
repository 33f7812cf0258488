"""Where Markdown is code, told while it arrives."""

import pytest

from chat.core.code_spans import CodeSpans


def after(*pieces: str) -> CodeSpans:
    spans = CodeSpans()
    for piece in pieces:
        spans.feed(piece)
    return spans


@pytest.mark.parametrize(
    "text",
    [
        "```\n",
        "```py\nx = 1\n",
        "~~~\n```\n",
        "````\n```\n",
        "- ```\n  x\n",
        "1. a\n\n   ```\n",
        "> ~~~\n",
        "```\n``` x\n",
        "    ```\n",
        "``` info",
    ],
)
def test_an_open_fence_is_code(text: str) -> None:
    assert after(text).in_fence
    assert after(*text).in_fence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "```\nx\n```\n",
        "```\nx\n````  \n",
        "~~~\n```\n~~~\n",
        "- ```\n  x\n  ```\n",
        "a ``` b ``` c",
        "```x```",
        "``\n\n",
        "a ~~~\n",
        "`open\n\nnext",
    ],
)
def test_a_closed_one_is_not(text: str) -> None:
    assert not after(text).inside
    assert not after(*text).inside


@pytest.mark.parametrize("text", ["a `b", "`b\nc", "`` a ` b", "x ``` y", "- `a"])
def test_an_open_inline_span_is_code_but_no_fence(text: str) -> None:
    assert after(*text).inside
    assert not after(text).in_fence


def test_a_line_start_allows_three_columns() -> None:
    assert after("a\n   ").at_line_start
    assert not after("a\n    ").at_line_start
    assert after("a\n    ").blank
