"""How many tokens a text is likely to be, where the provider has not said."""

ASCII_CHARACTERS_PER_TOKEN = 4.0
WIDE_TOKENS_PER_CHARACTER = 0.7
OTHER_CHARACTERS_PER_TOKEN = 2.5
FIRST_WIDE = "\u2e80"


def estimate(text: str) -> int:
    """Tokens of `text`, by script: Latin about 4 characters each, CJK about 0.7 tokens a character."""
    if text.isascii():
        return round(len(text) / ASCII_CHARACTERS_PER_TOKEN)
    plain = sum(character < "\x80" for character in text)
    wide = sum(character >= FIRST_WIDE for character in text)
    other = len(text) - plain - wide
    return round(
        plain / ASCII_CHARACTERS_PER_TOKEN
        + wide * WIDE_TOKENS_PER_CHARACTER
        + other / OTHER_CHARACTERS_PER_TOKEN
    )
