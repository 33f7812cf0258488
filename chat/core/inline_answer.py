"""Answer text, and the marks in it that may turn what follows, or what came, into thinking.

Opening tags count at the very start, and after a block at the start of a line (R2, R3). A closing tag
without a block may move what came before it (R4). Neither counts in code (R6). Channel formats and
leaked tool calls are recognised and left to their own readers (R10, R13).
"""

import re

from chat.core import harmony, xtml
from chat.core.code_spans import CodeSpans
from chat.core.events import Began
from chat.core.harmony import Harmony
from chat.core.inline_block import InlineBlock
from chat.core.leaked_calls import SECTION_BEGIN, LeakedCalls
from chat.core.markers import Markers
from chat.core.segments import PARAGRAPH, Segments
from chat.core.tags import CLOSER_OF, OPENER_OF, WRAPPER_ENDS, WRAPPERS
from chat.core.tool_calls import ToolCalls
from chat.core.xtml import Xtml

MARKERS = Markers(
    (*CLOSER_OF, *OPENER_OF, *WRAPPERS, *WRAPPER_ENDS, SECTION_BEGIN, *harmony.STARTS, *xtml.EDGES)
)
REST_OF_LINE = re.compile(r"[ \t]{0,64}(\n|[^\s])?")

type Step = tuple[int, bool]
"""How far a text was read, and whether the rest has to wait for more."""


class InlineAnswer:
    """Reads whatever lies outside blocks, channels and sections."""

    def __init__(self, out: Segments, calls: ToolCalls) -> None:
        self.structured = False
        """Whether the server types reasoning itself, so that opening tags are plain text."""
        self.entered: InlineBlock | Harmony | Xtml | LeakedCalls | None = None
        """The reader at whose beginning the last step stopped."""
        self._out = out
        self._calls = calls
        self._code = CodeSpans()
        self._block_closed = False
        self._literal_openers: set[str] = set()
        self._wrapper_end = ""

    def plain(self, text: str) -> None:
        """Text without any marker in it."""
        self._out.answer(text)
        self._code.feed(text)

    def step(self, text: str, start: int, final: bool) -> Step:
        """Read up to the next marker, or to where one may begin."""
        self.entered = None
        found = MARKERS.search(text, start)
        end = found.start() if found else (len(text) if final else MARKERS.held_from(text, start))
        if end > start:
            self.plain(text[start:end])
        if found is None:
            return end, True
        tag = found.group().lower()
        if tag in OPENER_OF:
            return self._closing_tag(found, OPENER_OF[tag], final)
        if tag in CLOSER_OF:
            return self._opening_tag(found, tag)
        if tag in xtml.EDGES:
            return self._section_marker(found, final)
        return self._other_marker(found, tag)

    def end_block(self) -> None:
        """A block ended, or turned out to have ended here: the answer begins."""
        self._block_closed = True
        self._out.begin("answer")
        self.restart()

    def restart(self) -> None:
        """Other text came between: what follows begins on a line of its own."""
        self._code.reset()

    def _opening_tag(self, found: re.Match[str], tag: str) -> Step:
        """R2, R3: at the very start, or after a block at the start of a line outside code."""
        at_start = self._out.awaits_answer or (self._block_closed and self._code.at_line_start)
        if self._code.inside:
            self.plain(found.group())
        elif self.structured or not at_start:
            self._literal_openers.add(tag)
            self.plain(found.group())
        else:
            self.entered = InlineBlock(self._out, tag)
            self._out.begin("thinking")
        return found.end(), False

    def _closing_tag(self, found: re.Match[str], opener: str, final: bool) -> Step:
        """R4: a closing tag without a block."""
        if self._out.awaits_answer:
            self._reveal()
            self.end_block()
            return found.end(), False
        alone = self._is_alone(found, final)
        if alone is None:
            return found.start(), True
        first = not self._out.reasoned and opener not in self._literal_openers
        if self._code.in_fence or (self._code.inside and not alone):
            self.plain(found.group())
        elif first or (self._out.reasoned and alone):
            self._reveal()
            self._out.reclassify("thinking")
            self.end_block()
        else:
            self.plain(found.group())
        return found.end(), False

    def _reveal(self) -> None:
        """What ends thinking before any has begun tells that the text began in it."""
        if not self._out.reasoned:
            self._out.event(Began(True))

    def _is_alone(self, found: re.Match[str], final: bool) -> bool | None:
        """Whether the tag stands on its own line; None where more text must tell."""
        if not self._code.blank:
            return False
        rest = REST_OF_LINE.match(found.string, found.end())
        if rest is None or rest[1]:
            return rest is not None and rest[1] == "\n"
        return True if final or rest.end() < len(found.string) else None

    def _section_marker(self, found: re.Match[str], final: bool) -> Step:
        """R10: a channel format whose first section the prompt may have opened."""
        marker = xtml.read(found.string, found.start())
        if marker == "unfinished" and not final:
            return found.start(), True
        if not isinstance(marker, re.Match) or marker[2].lower() not in xtml.NAMES or self._code.inside:
            self.plain(found.group())
            return found.end(), False
        if xtml.ends_thinking(marker):
            self._reveal()
            if not self._out.awaits_answer and not self._out.reasoned:
                self._out.reclassify("thinking", by_tag=False)
        self.entered = Xtml(self._out)
        self.entered.marker(marker)
        return marker.end(), False

    def _other_marker(self, found: re.Match[str], tag: str) -> Step:
        if tag == SECTION_BEGIN and not self._code.inside:
            self.entered = LeakedCalls(self._out, self._calls)
        elif tag in harmony.STARTS and self._out.awaits_answer:
            self.entered = Harmony(self._out, self._calls)
            return found.start(), False
        elif tag in WRAPPERS and self._block_closed and self._out.awaits_answer:
            self._wrapper_end = WRAPPERS[tag]
            self._out.trims = True
        elif tag == self._wrapper_end and not self._code.inside:
            self._wrapper_end = ""
            self._out.trims = False
            self._out.begin("answer", PARAGRAPH)
        else:
            self.plain(found.group())
        return found.end(), False
