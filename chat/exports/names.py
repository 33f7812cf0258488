"""A name for a file that every system takes, from a title that anybody may have written."""

import re
import unicodedata

LONGEST = 80
UNNAMED = "conversation"
FORBIDDEN = re.compile(r'[<>:"/\\|?*%\s]+')
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
"""Devices on Windows, whatever their ending."""


def file_name(title: str, ending: str) -> str:
    """Letters of any script stay; what separates, steers or hides becomes a hyphen or goes."""
    spaced = FORBIDDEN.sub("-", unicodedata.normalize("NFC", title))
    kept = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C")
    name = re.sub("-{2,}", "-", kept)[:LONGEST].strip("-. ")
    return f"{UNNAMED if not name or RESERVED.match(name) else name}.{ending}"
