"""Whether a place in Markdown lies in code, decided as the text arrives.

Follows CommonMark as far as that goes without looking ahead: fences of at least three backticks or
tildes, also in lists and quotes, and inline spans between equal runs of backticks, which end with
their paragraph at the latest. How the text is cut changes nothing.
"""

import re

TOKENS = re.compile(r"\n|`+|~+|[ \t]+|[^\n`~ \t]+")
INTERESTING = re.compile(r"[\n`~]")
CONTAINERS = re.compile(r"(?:[-*+>]|\d{1,9}[.)])*")
CONTAINERS_SO_FAR = re.compile(r"(?:[-*+>]|\d{1,9}[.)]){0,8}\d{0,9}")
SHORTEST_FENCE = 3
DEEPEST_INDENT = 3
LONGEST_LEAD = 24


class CodeSpans:
    """Follows one text, from its start or from the last `reset`."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: a new text begins."""
        self.blank = True
        """Whether the current line holds only white space so far."""
        self._indent = 0
        self._lead = ""
        self._leads = True
        self._run = ""
        self._run_length = 0
        self._fence = ""
        self._opener = ""
        self._closing = False
        self._span = 0

    @property
    def in_fence(self) -> bool:
        """Whether the place is in a fenced block, its fences included."""
        self._end_run()
        return bool(self._fence or self._opener)

    @property
    def inside(self) -> bool:
        """Whether the place is in code of either kind."""
        self._end_run()
        return bool(self._fence or self._opener or self._span)

    @property
    def at_line_start(self) -> bool:
        """Whether at most three columns of white space lie before the place on its line."""
        return self.blank and self._indent <= DEEPEST_INDENT

    def feed(self, text: str) -> None:
        """The next piece of the text."""
        if not (self._leads or self._run or self._closing) and INTERESTING.search(text) is None:
            return
        for token in TOKENS.findall(text):
            first = token[0]
            if first in "`~":
                self._extend_run(first, len(token))
            elif first == "\n":
                self._end_line()
            elif first in " \t":
                self._end_run()
                self._indent += len(token)
            else:
                self._word(token)

    def _word(self, word: str) -> None:
        self._end_run()
        self._closing = self.blank = False
        if self._leads:
            self._lead += word[:LONGEST_LEAD]
            self._leads = CONTAINERS_SO_FAR.fullmatch(self._lead) is not None

    def _extend_run(self, character: str, length: int) -> None:
        if self._run != character:
            self._end_run()
            self._run = character
        self._run_length += length
        self.blank = False

    def _end_run(self) -> None:
        if not self._run:
            return
        character, length = self._run, self._run_length
        opens_line = self._leads and CONTAINERS.fullmatch(self._lead) is not None
        self._run, self._run_length, self._leads = "", 0, False
        if self._fence:
            self._closing = opens_line and character == self._fence[0] and length >= len(self._fence)
        elif opens_line and length >= SHORTEST_FENCE:
            self._opener = character * length
        elif character == "`":
            self._backticks(length)

    def _backticks(self, length: int) -> None:
        if self._opener.startswith("`"):
            self._span, self._opener = len(self._opener), ""
        if self._span == length:
            self._span = 0
        elif not self._span:
            self._span = length

    def _end_line(self) -> None:
        self._end_run()
        if self._closing:
            self._fence = ""
        elif self._opener:
            self._fence, self._span = self._opener, 0
        if self.blank:
            self._span = 0
        self._opener, self._closing, self._lead = "", False, ""
        self.blank = self._leads = True
        self._indent = 0
