"""Times and tokens of steps: they add up, whatever came when."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.step_measures import Stretch, apportioned, measured

FIRST = "Okay, the user wants to know how many sheep are left."
SECOND = "Wait, all but nine die. So nine are left."
THOUGHT = f"{FIRST}\n\n{SECOND}"


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=30), st.integers(0, 100_000))
def test_shares_add_up_and_none_is_off_by_one_token(weights: list[int], total: int) -> None:
    shares = apportioned(weights, total)
    if sum(weights):
        assert sum(shares) == total
        exact = [weight * total / sum(weights) for weight in weights]
        assert all(abs(share - best) < 1 for share, best in zip(shares, exact, strict=True))


def test_without_a_report_each_step_has_its_own_estimate() -> None:
    assert apportioned([3, 5], None) == [3, 5]


def test_a_step_lasts_until_the_next_one_begins() -> None:
    pace = [[100, len(FIRST)], [900, 2 + len(SECOND)]]
    answer = Stretch("answer", "Nine.", [[2_500, 5]])
    (first, second), none = measured([Stretch("thinking", THOUGHT, pace), answer], 3_000, 100)
    assert none == []
    assert (first.kind, second.kind) == ("framing", "turn")
    assert first.ms + second.ms == 2_400
    assert first.tokens + second.tokens == 100
    assert second.offset == len(FIRST) + 2


def test_thinking_that_nothing_follows_lasts_until_the_end() -> None:
    (steps,) = measured([Stretch("thinking", THOUGHT, [[100, len(THOUGHT)]])], 5_100, None)
    assert sum(step.ms for step in steps) == 5_000


def test_a_call_of_a_tool_is_a_step_and_takes_no_share_of_the_thinking() -> None:
    stretches = [
        Stretch("thinking", THOUGHT, [[0, len(THOUGHT)]]),
        Stretch("tool_call", '{"n": 3}', [[1_000, 8]], "run_python"),
        Stretch("thinking", SECOND, [[4_000, len(SECOND)]]),
    ]
    before, (tool,), after = measured(stretches, 5_000, 60)
    assert (tool.kind, tool.title, tool.ms, tool.tokens) == ("tool", "run_python", 3_000, 2)
    assert sum(step.tokens for step in [*before, *after]) == 60
    assert after[0].kind != "framing"


def test_text_without_a_recorded_pace_took_no_time() -> None:
    (steps,) = measured([Stretch("thinking", THOUGHT, [])], 5_000, None)
    assert [step.ms for step in steps] == [0] * len(steps)


def test_a_run_that_wrote_nothing_has_no_steps() -> None:
    assert measured([], 0, None) == []
