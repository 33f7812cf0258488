"""The reader of server-sent events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.core.sse import SseReader
from tests.core.streams import cut_at


def read(*chunks: bytes) -> list[tuple[bytes, bytes]]:
    reader = SseReader()
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return [(event.name, event.data) for event in events + reader.close()]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_end_at_any_of_three_marks(end: bytes) -> None:
    body = end.join([b"data: a", b"", b"data: b", b"data: c", b"", b""])
    assert read(body) == [(b"", b"a"), (b"", b"b\nc")]


def test_a_line_separator_of_unicode_ends_no_line() -> None:
    assert read("data: a\u2028b\x0bc\x85d\n\n".encode()) == [(b"", "a\u2028b\x0bc\x85d".encode())]


def test_a_mark_cut_in_two_is_one_mark() -> None:
    assert read(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [(b"", b"a\nb")]


def test_a_byte_order_mark_is_skipped_even_in_pieces() -> None:
    assert read(b"\xef", b"\xbb\xbfdata: a\n\n") == [(b"", b"a")]


def test_comments_and_unknown_fields_are_nothing() -> None:
    assert read(b": hello\nid: 1\nretry: 10\nfoo: bar\n:\n\nevent: ping\n\ndata: a\n\n") == [(b"", b"a")]


def test_events_carry_their_name_and_no_other() -> None:
    assert read(b"event: error\ndata: a\n\ndata: b\n\n") == [(b"error", b"a"), (b"", b"b")]


def test_an_event_without_data_is_none() -> None:
    assert read(b"data\n\ndata:\n\ndata: \n\n") == []


def test_one_space_after_the_colon_goes() -> None:
    assert read(b"data:a\n\ndata:  b\n\n") == [(b"", b"a"), (b"", b" b")]


def test_the_last_event_counts_without_its_blank_line() -> None:
    assert read(b"data: a\n\ndata: b") == [(b"", b"a"), (b"", b"b")]


LINES = st.sampled_from(
    [
        b"data: x",
        b"data:",
        b"data",
        b"",
        b"",
        b"event: e",
        b":",
        b"junk",
        b"data: \xc3\xa9",
        b"\xef\xbb\xbf",
        b"id",
    ]
)
BODIES = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r", b"\r\n"]))).map(
    lambda lines: b"".join(line + end for line, end in lines)
)


@given(BODIES, st.lists(st.integers(0, 200)))
def test_the_cut_of_the_bytes_changes_nothing(body: bytes, cuts: list[int]) -> None:
    assert read(*cut_at(body, cuts)) == read(body)


@given(st.lists(st.binary(max_size=40)))
def test_no_bytes_make_it_raise(chunks: list[bytes]) -> None:
    read(*chunks)
