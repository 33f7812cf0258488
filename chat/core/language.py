"""The language of a text, as far as its script tells it: for `lang` attributes."""

import re

_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_LOOK = 400
"""Characters from the beginning that decide."""


def script_language(text: str) -> str:
    """`zh`, `ja` or `ko` where such letters prevail; otherwise "" (the page's own language)."""
    sample = text[:_LOOK]
    letters = len(_LETTER.findall(sample))
    for language, letter in (("ja", _KANA), ("ko", _HANGUL), ("zh", _HAN)):
        if len(letter.findall(sample)) * (5 if language == "ja" else 2) > letters:
            return language
    return ""
