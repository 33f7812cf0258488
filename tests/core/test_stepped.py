"""Steps on their way to a page: what a reader sees at every moment is the text so far."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.stepped import Begun, Closed, Grown, Named, StepOp, SteppedThinking
from chat.core.steps import Segmenter, Step, cut

LINES = st.sampled_from(
    [
        "Okay, so the user wants a proof.",
        "Wait, that is wrong: 3 is odd.",
        "Let me check with n = 4. It holds.",
        "**The bound**",
        "So the answer is 12.",
        "等等，这里不对。",
        "1. First the base case.",
        "x" * 700,
        "",
        "   ",
        "\r",
        "```",
    ]
)
TEXTS = st.lists(LINES, max_size=20).map("\n".join)


class Page:
    """Applies ops as a page does."""

    def __init__(self) -> None:
        self.closed: list[tuple[Step, str]] = []
        self.open: Step | None = None
        self.text = ""

    def apply(self, ops: Iterable[StepOp]) -> None:
        for op in ops:
            match op:
                case Begun(step):
                    assert self.open is None
                    self.open, self.text = step, ""
                case Named(step):
                    self.open = step
                case Grown(text):
                    self.text += text
                case Closed(text, _):
                    assert self.open is not None
                    self.closed.append((self.open, text))
                    self.open = None


def pieces(text: str, cuts: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[begin:end] for begin, end in pairwise(edges)]


@settings(deadline=None)
@given(TEXTS, st.lists(st.integers(0, 10_000), max_size=30))
def test_however_the_text_is_cut_the_page_ends_with_the_same_steps_and_all_of_the_text(
    text: str, cuts: list[int]
) -> None:
    segmenter, stepped, page = Segmenter(), SteppedThinking(), Page()
    for piece in pieces(text, cuts):
        segmenter.feed(piece)
        page.apply(stepped.feed(piece, segmenter.steps))
    segmenter.close()
    page.apply(stepped.finish(segmenter.steps))
    steps = cut(text)
    assert [step for step, _ in page.closed] == steps
    if steps:
        assert "".join(part for _, part in page.closed) == text


@settings(deadline=None)
@given(TEXTS)
def test_nothing_waits_to_be_read(text: str) -> None:
    segmenter, stepped, page = Segmenter(), SteppedThinking(), Page()
    for index, character in enumerate(text):
        segmenter.feed(character)
        page.apply(stepped.feed(character, segmenter.steps))
        seen = "".join(part for _, part in page.closed) + page.text
        so_far = text[: index + 1]
        assert "".join(seen.split()) == "".join(so_far.split())


def test_a_step_is_shown_before_it_has_a_name() -> None:
    segmenter, stepped = Segmenter(), SteppedThinking()
    segmenter.feed("Okay, the us")
    first = stepped.feed("Okay, the us", segmenter.steps)
    assert first == [Begun(Step(0, "framing", "")), Grown("Okay, the us")]
    segmenter.feed("er asks. Then")
    named, grown = stepped.feed("er asks. Then", segmenter.steps)
    assert isinstance(named, Named)
    assert named.step.title == "The user asks"
    assert grown == Grown("er asks. Then")


def test_thinking_that_goes_on_does_not_frame_again() -> None:
    assert SteppedThinking(is_first=False).feed("So", []) == [Begun(Step(0, "working", "")), Grown("So")]
