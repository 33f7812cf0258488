"""What of an answer also stands in the thinking: exact words, and nothing that matches by chance."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.core.echoes import MOST, Echo, echoes, first_appearance

THINKING = "Rotating, the gap never passes 0.67 ¢, so 10,000 × ⅔ = 6,666.67 ¢ = $66.67. It is 0.67 ¢ again."


def test_a_figure_of_the_answer_is_found_where_it_stands_last() -> None:
    assert echoes("At most **0.67 ¢** each.", THINKING) == [Echo("0.67 ¢", THINKING.rindex("0.67"))]


def test_a_figure_is_no_part_of_a_longer_one() -> None:
    assert echoes("It costs 666.67 in all.", THINKING) == []
    assert echoes("It costs $66.67.", THINKING) == [Echo("$66.67", THINKING.index("$66.67"))]


def test_small_whole_numbers_say_nothing() -> None:
    assert echoes("Take 2 of 10.", "First 2, then 10.") == []


def test_quoted_words_are_found_and_code_is_not_looked_at() -> None:
    thinking = "They say all but nine die. Then 12345."
    assert echoes("The riddle says “all but nine”: `12345`.", thinking) == [Echo("all but nine", 9)]


def test_each_text_comes_once_and_they_are_not_too_many() -> None:
    numbers = " ".join(f"{number}.5" for number in range(100, 200))
    assert len(echoes(f"{numbers} {numbers}", numbers)) == MOST


def test_the_bold_answer_is_found_where_it_was_first_written() -> None:
    assert first_appearance("The gap is **0.67 ¢**.", THINKING) == Echo("0.67 ¢", THINKING.index("0.67"))


def test_without_bold_words_the_last_figure_is_the_answer() -> None:
    assert first_appearance("So 17 minus 8 is 9", "17, 8, so 9. Yes, 9.") == Echo("9", 10)


def test_a_long_or_unwritten_answer_appears_nowhere() -> None:
    assert first_appearance("**" + "word " * 12 + "end**", "word " * 12 + "end") is None
    assert first_appearance("**Nine**", "9 sheep") is None


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_the_texts_are_what_is_found_stands_there(answer: str, thinking: str) -> None:
    found = [*echoes(answer, thinking), first_appearance(answer, thinking)]
    for echo in found:
        if echo:
            assert thinking.startswith(echo.text, echo.offset)
