"""What holds for every stream: the cut changes nothing, nothing raises, and work is linear."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.events import Answer, Thinking, decode, encode
from chat.core.separator import Separator
from chat.providers.chat_completions_reader import ChatCompletionsReader
from tests.core.streams import body_of, contents, cut_at, data, expectations, parts_of, pieces, read

BODIES = [body_of(sidecar).read_bytes() for sidecar in [*expectations("corpus"), *expectations("recorded")]]
SNIPPETS = st.sampled_from(
    [
        "<think>",
        "</think>",
        "<Thinking>",
        "</thinking>",
        "◁think▷",
        "◁/think▷",
        "[THINK]",
        "[/think]",
        "<|begin_of_thought|>",
        "<|end_of_thought|>",
        "<|begin_of_solution|>",
        "<|end_of_solution|>",
        "<|channel>thought\n",
        "<channel|>",
        "<|channel|>analysis<|message|>",
        "<|channel|>commentary to=f<|message|>",
        "<|start|>assistant",
        "<|end|>",
        "<|open|>think<|sep|>",
        "<|close|> think <|sep|>",
        "<|open|>response<|sep|>",
        "<|tool_calls_section_begin|>",
        "<|tool_call_begin|>functions.a:0",
        "<|tool_call_argument_begin|>",
        "<|tool_call_end|>",
        "<|tool_calls_section_end|>",
        "`",
        "```",
        "~~~",
        "\n",
        "\n\n",
        " ",
        "    ",
        "- ",
        "word",
        "<",
        "</",
        "1. ",
        "é🌗",
    ]
)
TEXTS = st.lists(SNIPPETS, max_size=14).map("".join)
CUTS = st.lists(st.integers(0, 400), max_size=30)


@settings(max_examples=200, deadline=None)
@given(TEXTS, CUTS, st.booleans(), st.sampled_from(["stop", "length"]))
def test_the_cut_of_content_changes_no_part(
    text: str, cuts: list[int], begins_in_thinking: bool, end: str
) -> None:
    whole = parts_of(read(contents(text, end=end), begins_in_thinking))
    assert parts_of(read(contents(*cut_at(text, cuts), end=end), begins_in_thinking)) == whole
    assert parts_of(read(contents(*text, end=end), begins_in_thinking)) == whole


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BODIES), st.lists(st.integers(0, 40_000), max_size=30))
def test_the_cut_of_the_bytes_changes_no_part(body: bytes, cuts: list[int]) -> None:
    assert parts_of(read(cut_at(body, cuts))) == parts_of(read([body]))


@settings(max_examples=150, deadline=None)
@given(TEXTS, CUTS)
def test_what_is_given_out_and_what_is_held_never_lose_plain_text(text: str, cuts: list[int]) -> None:
    """With the tail that waits, the text so far is whole: a crash in between costs nothing."""
    plain = text.replace("<", "(").replace("◁", "(").replace("[", "(")
    separator, so_far, given_out = Separator(), "", ""
    for piece in cut_at(plain, cuts):
        separator.content(piece)
        so_far += piece
        given_out += "".join(event.text for event in separator.take() if isinstance(event, Answer))
        held = separator.held()
        assert given_out + (held.text if held else "") == so_far


def test_a_tag_that_may_still_come_is_held_as_what_it_would_be() -> None:
    separator = Separator()
    separator.content("Use a <thi")
    assert separator.take() == [Answer("Use a ")]
    assert separator.held() == Answer("<thi")
    thinking = Separator()
    thinking.reasoning("Look <|tool")
    assert thinking.held() == Thinking("<|tool")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_make_the_reader_raise(chunks: list[bytes]) -> None:
    read(chunks)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(BODIES),
    st.lists(st.tuples(st.integers(0, 40_000), st.binary(min_size=1, max_size=6)), max_size=8),
)
def test_no_damage_to_a_stream_makes_the_reader_raise(body: bytes, damage: list[tuple[int, bytes]]) -> None:
    damaged = bytearray(body)
    for at, junk in damage:
        at %= max(len(damaged), 1)
        damaged[at : at + len(junk)] = junk
    for event in read([bytes(damaged)]):
        assert decode(encode(event)) == event


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)
KNOWN = (
    "choices delta message content reasoning reasoning_content reasoning_details thinking_blocks "
    "tool_calls index id function name arguments function_call usage prompt_tokens "
    "completion_tokens_details error type object text finish_reason refusal thinking summary"
).split()


@st.composite
def chunks_of_known_fields(draw: Callable[..., object], depth: int = 4) -> object:
    """JSON that uses the dialect's own words in the wrong places."""
    if depth == 0:
        return draw(JSON)
    shape = draw(st.sampled_from(["object", "object", "list", "leaf"]))
    if shape == "leaf":
        return draw(JSON | st.sampled_from(["reasoning.text", "thinking", "text", "error", 0]))
    inner = chunks_of_known_fields(depth=depth - 1)
    if shape == "list":
        return draw(st.lists(inner, max_size=2))
    return draw(st.dictionaries(st.sampled_from(KNOWN), inner, max_size=4))


@settings(max_examples=80, deadline=None)
@given(st.lists(chunks_of_known_fields(), max_size=3))
def test_no_shape_of_json_makes_the_reader_raise(chunks: list[object]) -> None:
    wrapped = [{"choices": [{"index": 0, "delta": chunk}]} for chunk in chunks]
    for value in [*chunks, *wrapped]:
        for event in read([data(value)]):
            assert decode(encode(event)) == event


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_without_bottom_is_no_chunk(opening: str) -> None:
    deep = b"data: " + opening.encode() * 100_000 + b"\n\n"
    assert parts_of(read([deep, *contents("ok")])) == [("answer", "ok")]


def steps(chunks: list[bytes]) -> int:
    """Lines and calls that Python runs while it reads the chunks: work, without a clock."""
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    reader = ChatCompletionsReader()
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        for chunk in chunks:
            reader.feed(chunk)
        reader.close()
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize(
    "piece",
    ["word ", "<", "`", " ", "\n", "</think", "<think>", "<|channel|>", "[", "- ", "<|open|>", "</think> "],
)
def test_twice_the_stream_is_twice_the_work(piece: str) -> None:
    once, twice = (steps(contents(*([piece] * count))) for count in (400, 800))
    assert twice < 2.2 * once


def test_a_huge_line_in_single_bytes_is_copied_once() -> None:
    body = contents("x" * 20_000)[0]
    once, twice = steps(pieces(body[: len(body) // 2], 1)), steps(pieces(body, 1))
    assert twice < 2.2 * once


@pytest.mark.parametrize("piece", ["a" * 40, " " * 40, "<" * 40, "</think>", "`" * 40, "\n" * 40])
def test_held_text_stays_short_however_long_the_stream(piece: str) -> None:
    separator = Separator()
    separator.content("<think>r</think>x\n</think>")
    for _ in range(200):
        separator.content(piece)
        separator.take()
        held = separator.held()
        assert held is None or len(held.text) <= 200
