"""What is not our own under static/ is listed, unchanged, and has its licence beside it."""

import hashlib
import re
from pathlib import Path

import pytest

from chat.rendering.notices import TONES

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
README = STATIC / "vendor" / "README.md"
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|(?:[^|]+\|){4} `(?P<sha>[0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = {row["file"]: row["sha"] for row in ROW.finditer(README.read_text())}
OWN = {".css", ".js", ".md"}
USED = re.compile(r"""(?:{% icon|glyph=)\s*"([a-z0-9-]+)\"""")


def test_every_file_that_is_not_ours_is_listed() -> None:
    files = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    ours = {name for name in files if Path(name).suffix in OWN and not name.startswith("vendor/")}
    assert files - ours - {"favicon.svg", "vendor/README.md"} == LISTED.keys()


@pytest.mark.parametrize("name", LISTED)
def test_a_listed_file_is_the_one_that_was_listed(name: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == LISTED[name]


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (STATIC / "icons.svg").read_text()))
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    used = set(USED.findall(templates)) | {icon for _, icon in TONES.values()}
    assert used, "the pattern finds no icon"
    assert used <= sprite
