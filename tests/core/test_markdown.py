"""What Markdown becomes, and what it can never become."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.blocks import AnswerBlocks, render_answer, render_thinking
from chat.core.markdown import ANSWER, Normaliser, parse, render
from chat.core.maths import to_mathml
from tests.core.documents import NASTY


def html(text: str) -> str:
    return "".join(render_answer(text))


def test_headings_nest_below_those_of_the_page() -> None:
    shown = re.findall(r'<(h\d) [^>]*class="level-(\d)"', html("# a\n\n## b\n\n### c\n\n###### d"))
    assert shown == [("h4", "1"), ("h4", "2"), ("h4", "3"), ("h4", "6")]


def test_every_paragraph_heading_list_and_cell_finds_its_own_direction() -> None:
    made = html("# h\n\np\n\n- a\n\n  b\n\n1. c\n\n| x |\n|---|\n| y |\n\n> q")
    assert re.findall(r"<(?:p|h4|ul|ol|td|th|blockquote)\b(?! dir=\"auto\")", made) == []


def test_code_carries_its_language_and_a_copy_button() -> None:
    assert html("```python\nx = 1\n```") == (
        '<div class="code"><div class="code-head"><span class="lang">python</span>'
        '<button type="button" class="copy-code" data-copy="">Copy</button></div>'
        '<pre dir="ltr" tabindex="0"><code class="language-python">x = <span class="m">1</span>\n'
        "</code></pre></div>\n"
    )


def test_code_in_thinking_has_no_colour() -> None:
    assert '<code class="language-python">x = 1\n</code>' in render_thinking("```python\nx = 1\n```")[0]


def test_an_info_string_that_is_no_language_is_left_out() -> None:
    assert '<span class="lang">text</span>' in html('```"><script>\n<b>\n```')
    assert "<code>&lt;b&gt;\n</code>" in html('```"><script>\n<b>\n```')


def test_a_table_is_a_region_named_by_its_columns() -> None:
    made = html("| Name | *Age* |\n|---|--:|\n| a | 1 |")
    assert '<div class="table" tabindex="0" role="region" aria-label="Table: Name, Age">' in made
    assert '<td dir="auto" align="right">1</td>' in made


def test_links_lead_to_the_web_or_to_a_mailbox_and_give_nothing_away() -> None:
    rel = 'target="_blank" rel="noopener nofollow ugc"'
    assert f'<a href="https://e.com/" {rel}>a</a>' in html("[a](https://e.com/)")
    assert f'<a href="mailto:a@b.c" {rel}>a@b.c</a>' in html("<a@b.c>")
    for target in ("javascript:alert(1)", "/accounts/logout/", "//e.com", "data:text/html,x", "file:///e"):
        assert "href" not in html(f"[a]({target})")


def test_a_bare_address_becomes_a_link_without_the_sentence_around_it() -> None:
    made = html("See https://e.com/a_(b), (https://x.y/z). https://a.b。Not xhttp://q or http://")
    assert re.findall(r'href="([^"]*)"', made) == ["https://e.com/a_(b)", "https://x.y/z", "https://a.b"]


def test_no_picture_loads() -> None:
    assert ">a cat</a>" in html("![a cat](https://e.com/cat.png)")
    assert ">e.com</a>" in html("![](https://e.com/cat.png)")
    assert html("![dot](data:image/png;base64,AAAA)") == '<p dir="auto">dot</p>\n'
    assert html("[![a](https://e.com/i)](https://e.com/l)").count("<a ") == 1
    assert "<img" not in "".join(html(text) for text in NASTY)


@pytest.mark.parametrize(
    ("text", "maths"),
    [
        ("It costs $5 and $6.", 0),
        ("Between $5-$6, or US$ 7 and A$ 8", 0),
        ("$ x$ and $x $ and $x$2", 0),
        (r"escaped \$x\$ and `$x$`", 0),
        ("$x$, $$y$$ and \\(a_1\\), \\[b\\]", 4),
        ("$$\na\n+ b\n= c\n$$", 1),
        ("text\n\\[\na\n- b\n\\]\nmore", 1),
        ("- item\n  $$\n  a\n  $$", 1),
    ],
)
def test_money_is_not_maths(text: str, maths: int) -> None:
    assert html(text).count("<math") == maths


def test_maths_that_cannot_be_read_shows_its_source() -> None:
    assert html(r"so $\nonsense{x}$ here") == '<p dir="auto">so $\\nonsense{x}$ here</p>\n'
    assert html("$$\n\\frac{<b>\n$$") == '<div class="maths">$$\n\\frac{&lt;b&gt;\n$$</div>\n'


def test_maths_brings_no_inline_style() -> None:
    made = html(r"$$\begin{aligned} a &= b \\ \color{red} c &= d \end{aligned}$$")
    assert " style=" not in made
    assert 'class="maths-right maths-tight-right"' in made


@pytest.mark.parametrize("nest", ["{", r"\sqrt{", r"\left(", r"\begin{matrix}", "x_{", r"\frac ", "("])
def test_maths_nested_without_end_cannot_break_the_converter(nest: str) -> None:
    assert to_mathml(nest * 20_000, display=True) is None
    assert to_mathml(rf"\newcommand{{\a}}{{{nest * 900}}}" + r"\a", display=True) is None


def test_a_block_nested_too_deep_shows_its_source_and_loses_nothing() -> None:
    assert html("> " * 200 + "deep") == f'<p dir="auto">{"&gt; " * 200}deep</p>\n'
    assert "deep" in html("".join("  " * i + "- a\n" for i in range(100)) + "  " * 100 + "- deep")


def test_a_block_that_cannot_be_rendered_shows_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_html: str) -> str:
        raise ValueError

    monkeypatch.setattr("chat.core.markdown.sanitise", fail)
    assert html("a <b>\n\n*c*") == '<p dir="auto">a &lt;b&gt;</p>\n<p dir="auto">*c*</p>\n'


def test_a_block_without_tokens_shows_its_source() -> None:
    (block,) = parse(ANSWER, "*a*", {})
    assert render(ANSWER, block._replace(tokens=[]), ["*a*"]) == '<p dir="auto">*a*</p>\n'


@given(st.text(alphabet="a\r\n\0", max_size=12), st.integers(0, 12))
def test_line_ends_are_the_same_however_they_are_cut(text: str, at: int) -> None:
    cut = Normaliser()
    assert cut(text[:at]) + cut(text[at:]) == Normaliser()(text)


_HOSTILE = [
    *(
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<svg/onload=alert(1)>",
        "<style>*{}</style>",
    ),
    *(
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt&colon;alert(1))",
        "[a](https://e.com\"onclick=alert(1) 't')",
    ),
    *(
        '```"onload="x\ny\n```',
        r"$\text{<script>x</script>}$",
        "![a](https://e.com/x'onerror='y)",
        "<!-- x -->",
    ),
    *('[a](https://e.com "\'><script>")', "| <b> |\n|---|\n| <i> |", "<https://e.com/<script>>", "\ud800<b>"),
    *(r"$\href{javascript:x}{y}$", 'https://e.com/"onmouseover=x', "&lt;script&gt;", "<iframe src=//e.com>"),
]
_TAG = re.compile(r"<[^>]*>")
_ALLOWED_TAG = re.compile(
    r"</?(?:a|blockquote|br|button|code|del|div|em|h[456]|hr|li|m[a-z]+|ol|p|pre|span|strong|table|tbody|td|th"
    r"|thead|tr|ul)(?: (?:href|title|target|rel|class|dir|tabindex|role|type|align|start|display|data-copy"
    r"|aria-label|[a-z]+)=\"[^\"]*\")*>"
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(_HOSTILE), st.sampled_from(NASTY), st.text(max_size=8)), max_size=6)
)
def test_hostile_text_is_inert(texts: list[str]) -> None:
    made = html("\n".join(texts)) + "".join(render_thinking("\n".join(texts)))
    for tag in _TAG.findall(made):
        assert _ALLOWED_TAG.fullmatch(tag), tag
        assert not re.search(r" (?:on\w+|style|src|id)=", tag)
        assert "javascript:" not in tag.lower() or "aria-label" in tag or "title" in tag


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "[a](",
        "> ",
        "*a ",
        "**a*",
        "`a``",
        "~~a ",
        "$a ",
        r"\(",
        "- ",
        "<a",
        "&",
        "https://a)",
        "[a]: b\n",
        "_",
    ],
)
def test_text_made_to_be_slow_takes_time_in_proportion(piece: str) -> None:
    began = time.thread_time()
    render_answer(piece * 6000)
    assert time.thread_time() - began < 2


def test_a_table_of_short_rows_cannot_swell() -> None:
    assert len(html("a|" * 200 + "\n" + "-|" * 200 + "\n" + "a\n" * 5000)) < 500_000


@pytest.mark.parametrize(
    ("language", "code"), [("c", "\n" * 16_000), ("make", "a" * 16_000), ("go", '"\\' * 8000)]
)
def test_code_made_to_be_slow_stays_plain(language: str, code: str) -> None:
    began = time.thread_time()
    made = html(f"```{language}\nint x;\n{code}\n```")
    assert time.thread_time() - began < 1
    assert "<span class=" not in made.split("<pre")[1]


def test_the_cost_of_a_chunk_does_not_grow_with_the_message() -> None:
    paragraph = "Some plain words, **bold ones** and `code`, as they come in an answer.\n\n- one\n- two\n\n"
    costs = []
    blocks = AnswerBlocks()
    for tick in range(2400):
        if tick in (0, 600, 1800):
            began = time.thread_time()
        for piece in (paragraph[:30], paragraph[30:]):
            blocks.feed(piece)
            blocks.render(tick * 1e3)
        if tick in (599, 2399):
            costs.append(time.thread_time() - began)
    assert costs[1] < 2 * costs[0]
