"""How long a provider asks to wait, from its headers or else from its words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WORDS = re.compile(
    r"(?:try again|retry) (?:after|in) (\d{1,6}(?:\.\d{1,6})?)\s*(ms|milliseconds?|s|seconds?|m|minutes?)\b",
    re.IGNORECASE,
)
HEADERS = (("retry-after-ms", 0.001), ("retry-after", 1.0))
LONGEST = 30 * 86400.0


def retry_after(headers: Mapping[str, str], message: str) -> float | None:
    """Seconds; None where the provider does not say. `headers` with names in lower case."""
    for name, unit in HEADERS:
        if (value := headers.get(name)) and (seconds := _seconds(value, unit)) is not None:
            return seconds
    found = WORDS.search(message)
    return float(found[1]) * _unit(found[2].lower()) if found else None


def _unit(word: str) -> float:
    if word.startswith(("ms", "milli")):
        return 0.001
    return 60.0 if word.startswith("m") else 1.0


def _seconds(value: str, unit: float) -> float | None:
    try:
        seconds = float(value) * unit
    except ValueError:
        seconds = _until(value)
    return seconds if 0 <= seconds <= LONGEST else None


def _until(date: str) -> float:
    """Seconds until an HTTP date, 0 if it has passed, -1 if it is none."""
    try:
        when = parsedate_to_datetime(date)
    except ValueError:
        return -1.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
