"""Both databases find what this plain reading of the rules finds: run on each, they agree with it and so
with one another.
"""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from chat.core.words import words
from chat.search.finding import find
from chat.search.query import parse
from tests.conftest import person
from tests.search.documents import make_chat

pytestmark = pytest.mark.django_db

ANSWERS = (
    "Use the largest remainder; round each share down first.",
    "Rounding invoices: 100.00 / 3 = 33.33, and one cent is left over.",
    "银行家舍入法：检查总和是否等于原值。",
    "検索はガギグゲゴ、ｶﾞｷﾞで見つかる。",
    "검색은 쉽다. 문장검색도 된다.",
    "ภาษาไทยไม่มีช่องว่าง",
    "Straße, naïve café, ÅNGSTRÖM, ﬁne, İstanbul, Ελλάς ΣΊΣΥΦΟΣ",
    "user_id don’t C++ x86-64 #t-1.2 e.g. a/b/c it's 3.14",
    "NEAR(a b) OR \"quoted\" AND NOT 'x' -- ; DROP TABLE * : & | ! <->",
    "\\ ' '' \" %s {} () [] 😀👩‍👩‍👧 ½ ① ㎏ x²",
    "word " * 300 + "needle " + "word " * 300,
    "a" * 5000 + " " + "b" * 63 + "c",
    "first paragraph ends\n\nhere " + "filler " * 90 + "\n\nsecond one begins",
    "हिन्दी में खोज שָׁלוֹם العَرَبِيَّة",
    "...",
)
AWKWARD = (
    "",
    " ",
    '"',
    '""',
    "'",
    "-",
    "--",
    "*",
    "a*",
    "(",
    ")",
    "NEAR",
    "NEAR(a b)",
    "OR",
    "AND NOT",
    "a OR b",
    "^a",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udc00x",
    "😀",
    "½",
    "①",
    "x²",
    "舍入",
    "舍",
    "检查总和",
    "检 总",
    "値",
    "が",
    "ガギ",
    "ｶﾞｷﾞ",
    "검색",
    "색",
    "ไทย",
    "ไ",
    "strasse",
    "STRASSE",
    "NAIVE cafe",
    "angstrom",
    "fine",
    "ﬁn",
    "istanbul",
    "ελλας",
    "σισυφος",
    "user_id",
    "don't",
    "dont",
    "c++",
    "x86-64",
    "3.14",
    "3.1",
    "100.00",
    "33",
    "round",
    "rounding",
    '"round"',
    '"largest remainder"',
    '"remainder largest"',
    "remainder largest",
    "largest -round",
    "-round",
    "-",
    '-"each share"',
    "needle",
    "word needle",
    '"needle word"',
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a" * 5000,
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbc",
    "first second",
    '"ends here"',
    "in:answer",
    "in:thinking cent",
    "in:foo",
    "in:",
    "model:pup",
    "model:other cent",
    "model:",
    "before:2020-01-01",
    "after:2020",
    "before:banana",
    "after:2026-13-45",
    "foo:bar",
    "http://a/b",
    ":",
    "a:",
    ':"',
    'model:"pup',
    "हिन्दी",
    "שלום",
    "العربية",
    "%s",
    "\\",
    "'';--",
    "<->",
    "&",
    "!",
    "a&b|!c",
    "word " * 500,
    "x" * 3000,
    '""""""""""""""""""""""""""""""""""""""""""""""""""',
    "--------------------------------------------------a",
    "“largest remainder”",
    "ＮＥＥＤＬＥ",
)


@pytest.fixture
def alice(db: None) -> User:
    alice = person("alice")
    for text in ANSWERS:
        make_chat(alice, answer=text)
    return alice


def holds(text: str, phrase: tuple[str, ...], begins: bool) -> bool:
    """By joining words, which is another way than the index's and the excerpts'."""
    joined = " ".join(["", *(word.text for word in words(text)), ""])
    wanted = " " + " ".join(phrase) + ("" if begins else " ")
    return wanted in joined


def expected(text: str) -> set[str]:
    """The answers that the query means; filters aside, which other tests are about."""
    query = parse(text)
    if query.is_empty:
        return set()
    return {
        answer
        for answer in ANSWERS
        if any(words(answer))
        and all(holds(answer, phrase.words, phrase.begins) for phrase in query.wanted)
        and not any(holds(answer, phrase.words, phrase.begins) for phrase in query.unwanted)
        and not query.before
        and all(name in "puppet stage/puppet" for name in query.models)
    }


def answers(alice: User, text: str) -> list[str]:
    query = parse(text)
    passages = find(alice, query, "answers", 100) if not query.is_empty else []
    return [passage.part.text for passage in passages if passage.part]


def test_an_awkward_query_finds_what_it_means(alice: User) -> None:
    wrong = [text for text in AWKWARD if set(answers(alice, text)) != expected(text)]
    assert wrong == []


PIECES = st.one_of(
    st.sampled_from(sorted({word.text for answer in ANSWERS for word in words(answer)})),
    st.sampled_from(
        sorted({piece for answer in ANSWERS for piece in re.split(r"\s+", answer) if len(piece) < 99})
    ),
    st.sampled_from(["OR", "NEAR(", '"', "-", "*", "(", "in:", "in:answer", "\x00", "'", "&", "!"]),
    st.text(max_size=6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=5), st.sampled_from([" ", "", '" "', " -"]))
def test_any_query_finds_what_it_means(alice: User, pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert set(answers(alice, text)) == expected(text)


def test_the_most_in_one_place_comes_first_and_of_equals_the_newest(alice: User) -> None:
    apart = make_chat(alice, answer="alpha " + "filler " * 400 + "beta")
    beginning = make_chat(alice, answer="alphabet and beta")
    older = make_chat(alice, answer="beta and then alpha")
    newer = make_chat(alice, answer="alpha and then beta")
    found = [passage.conversation for passage in find(alice, parse("alpha beta"), "answers", 10)]
    assert found == [newer, older, beginning, apart]
