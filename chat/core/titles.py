"""A title for a conversation from its first question and answer, by rules: it costs nothing and needs no
network. Its words are theirs, so it is in the language of the chat.

What the answer calls itself comes first: a heading at its beginning. Else the question, without its
courtesies and what only leads up to it.
"""

import re
import unicodedata

LONGEST = 60
LONGEST_UNSPACED = 28
"""Characters, of a script that writes no spaces between words."""
NEAR_THE_TOP = 400
MOST_READ = 2000
FEWEST_LETTERS = 3

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_HEADING = re.compile(
    r"^ {0,3}(?:#{1,3}[ \t]+(?P<heading>\S.*?)[ \t]*#*|\*\*(?P<bold>[^*\n]+)\*\*:?)[ \t]*$", re.MULTILINE
)
_MARKS = re.compile(r"[*_`~]+|!?\[(?P<label>[^\]]*)\]\([^)]*\)")
_NUMBERED = re.compile(r"^(?:step\s+|schritt\s+|第)?\d+[.):步、]?\s*", re.IGNORECASE)
_GENERIC = re.compile(
    r"^(?:(?:the |final |short |quick |direct )?answer|solution|result|summary|overview|introduction"
    r"|conclusion|explanation|steps?|approach|analysis|tl;?dr|key (?:points|takeaways)|example|code"
    r"|response|note|antwort|lösung|ergebnis|zusammenfassung|überblick|réponse|solution|résumé|respuesta|solución|resumen"
    r"|答案|最终答案|解答|总结|概述|结论|步骤|分析|回答|まとめ|結論|概要|解答)\s*[:：.!]*$",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|evening))(?:\s+(?:there|all|everyone))?\s*[,.!]+\s*"
    r"|(?:please|kindly|ok(?:ay)?|so|well|now|also)\b[,\s]+"
    r"|(?:can|could|would|will) (?:you|we)\s+(?:please\s+)?(?:help me (?:to )?)?"
    r"|(?:i(?:'d| would) like (?:you )?to|i (?:want|need) (?:you )?to|i (?:wonder|was wondering)(?: if)?)\s+"
    r"|help me (?:to )?"
    r"|(?:tell|show|give) me\s+(?:about\s+)?|do you know\s+"
    r"|(?:hallo|guten tag|bitte|kannst du|können sie|könntest du)\b[,\s!]+(?:bitte\s+|mir\s+)*"
    r"|(?:bonjour|salut|s'il (?:te|vous) plaît|peux-tu|pouvez-vous)\b[,\s!]+"
    r"|(?:hola|por favor|puedes|podrías)\b[,\s!]+"
    r"|(?:请问?|你好|您好|麻烦|能不能|可以|帮我|你能|请你)[，,。！! ]*)",
    re.IGNORECASE,
)
_LEADS_UP = re.compile(
    r"^(?:what(?:'s|’s| is| are| was| were)\s+(?=(?:the|a|an|my|our)\s)"
    r"|how (?:do|can|should|would|could) (?:i|we|you|one)\s+|how to\s+"
    r"|explain (?:to me )?(?=(?:the|how|why|what)\s))",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|an?)\s+(?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)|(?<=[。？！])|\n+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_END = " .,;:!，。；：！、-–—"


_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def without_overrides(text: str) -> str:
    """Without the signs that turn the direction of what follows: `exe.png` is no name of a `gnp.exe`."""
    return text.translate(_OVERRIDES)


def title_of(question: str, answer: str = "") -> str:
    """Empty where neither gives one."""
    return without_overrides(_one_line(_heading(answer) or _asked(question)))


def _one_line(text: str) -> str:
    """Without what steers or hides, which a model may have written into it."""
    shown = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")
    return " ".join(shown.split())


def _heading(answer: str) -> str:
    """What the answer calls itself, where that says something of its own."""
    found = _HEADING.search(answer[:NEAR_THE_TOP])
    if found is None or answer[: found.start()].count("```") % 2:
        return ""
    text = _NUMBERED.sub("", _plain(found["heading"] or found["bold"])).strip(_END)
    telling = not _GENERIC.match(text) and not _is_long(text) and _letters(text) >= FEWEST_LETTERS
    return _capital(text) if telling and (found["heading"] or found.start() == 0) else ""


def _asked(question: str) -> str:
    """The first sentence that says something, shortened to its point."""
    for sentence in _SENTENCE.split(_plain(_CODE.sub("\n", question[:MOST_READ]))):
        text = sentence.strip()
        while (shorter := _COURTESY.sub("", text, count=1)) != text:
            text = shorter.rstrip("?？")
        if _letters(text) >= FEWEST_LETTERS:
            return _capital(_cut(_pointed(text)))
    return ""


def _pointed(text: str) -> str:
    """Without what leads up to it: `What is the capital of France?` asks for a `capital of France`."""
    shorter = _LEADS_UP.sub("", text)
    if shorter == text or _letters(shorter) < FEWEST_LETTERS:
        return text.rstrip(_END)
    return _ARTICLE.sub("", shorter).rstrip(_END + "?？")


def _cut(text: str) -> str:
    if not _is_long(text):
        return text
    if _UNSPACED.search(text):
        return text[:LONGEST_UNSPACED].rstrip(_END) + "…"
    words = text[: LONGEST + 1].rsplit(None, 1)
    return (words[0] if len(words) > 1 else text[:LONGEST]).rstrip(_END) + "…"


def _is_long(text: str) -> bool:
    return len(text) > (LONGEST_UNSPACED if _UNSPACED.search(text) else LONGEST)


def _plain(text: str) -> str:
    return _MARKS.sub(lambda mark: mark["label"] or "", text)


def _letters(text: str) -> int:
    """A sign of a script without spaces says as much as two letters."""
    return sum(2 if _UNSPACED.match(letter) else 1 for letter in text if letter.isalnum())


def _capital(text: str) -> str:
    """Not for names that begin small on purpose: `iPhone`, `npm run build` keep what they have."""
    first = text.split(maxsplit=1)[0].rstrip(_END) if text.strip() else ""
    return text[:1].upper() + text[1:] if first.islower() and first.isalpha() and len(first) > 3 else text
