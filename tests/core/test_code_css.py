"""The stylesheet for code knows every class that code gets, and each colour can be read."""

import re
from pathlib import Path

import pytest

from chat.core.highlighting import CODE_CLASSES
from chat.core.maths import MATHS_CLASSES

CSS = Path(__file__).parents[2] / "static/css"
STYLESHEET = (CSS / "code.css").read_text()
COLOURS = re.findall(r"color: light-dark\((#\w{6}), (#\w{6})\)", STYLESHEET)
GROUNDS = {
    name: re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", (CSS / "tokens.css").read_text())
    for name in ("sunk", "well", "raised")
}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colours", sorted(set(COLOURS)))
def test_every_colour_of_code_can_be_read_in_light_and_dark(ground: str, colours: tuple[str, str]) -> None:
    found = GROUNDS[ground]
    assert found
    assert all(contrast(colour, under) >= 4.5 for colour, under in zip(colours, found.groups(), strict=True))


def test_every_class_of_code_and_maths_has_its_look() -> None:
    missing = {name for name in CODE_CLASSES | MATHS_CLASSES if not re.search(rf"\.{name}\b", STYLESHEET)}
    assert missing == set()
