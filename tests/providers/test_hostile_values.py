"""Values that are valid JSON and that no database takes: repaired before they leave the reader."""

from collections.abc import Mapping

import pytest

from chat.core.events import Failure, Replay
from chat.providers.base import ProviderError
from tests.core.streams import data, delta, finish, read


def replayed(*blocks: Mapping[str, object]) -> object:
    events = read([*(delta(reasoning_details=[block]) for block in blocks), finish()])
    return next(event.data for event in events if isinstance(event, Replay))


def test_halves_of_a_character_are_joined_in_what_is_replayed() -> None:
    block = {"type": "reasoning.text", "index": 0}
    assert replayed(block | {"text": "\ud83d"}, block | {"text": "\udc11"}) == [
        block | {"text": "\U0001f411"}
    ]


def test_names_and_values_are_repaired_at_every_level() -> None:
    block = {"type": "reasoning.encrypted", "d\x00": [{"e": "a\x00\ud83d", "f": 10**30}, float("inf"), True]}
    assert replayed(block) == [
        {"type": "reasoning.encrypted", "d": [{"e": "a\ufffd", "f": None}, None, True]}
    ]


@pytest.mark.parametrize("type", [[], {}, None, 1])
def test_a_block_whose_type_is_no_word_is_kept(type: object) -> None:
    assert replayed({"type": type, "text": "a"}) == [{"type": type, "text": "a"}]


def test_what_nests_too_deeply_is_cut_off() -> None:
    nested: object = "x"
    for _ in range(200):
        nested = [nested]
    events = read([delta(reasoning_details=[{"type": "reasoning.encrypted", "data": nested}]), finish()])
    assert any(isinstance(event, Replay) for event in events)


def test_an_error_s_type_and_code_are_repaired() -> None:
    events = read([data({"error": {"message": "m\x00", "type": "t\x00", "code": "c\x00"}})])
    assert events == [Failure("provider", "m", "t", "c")]


def test_a_provider_error_is_fit_to_be_kept() -> None:
    error = ProviderError("m\x00", type="t\x00", code="c\x00", request_id="r\ud83d", detail="d\x00")
    assert [error.message, error.type, error.code, error.request_id, error.detail] == [
        "m",
        "t",
        "c",
        "r\ufffd",
        "d",
    ]
