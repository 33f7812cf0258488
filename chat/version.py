"""The version, which the newest heading of CHANGELOG.md names."""

import re
from functools import cache

from django.conf import settings

HEADING = re.compile(r"^## (\d[\w.]*)", re.MULTILINE)


@cache
def version() -> str:
    """`1.2`, or `unknown` where the file was left out of an installation."""
    try:
        text = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    except OSError:
        return "unknown"
    return found[1] if (found := HEADING.search(text)) else "unknown"
