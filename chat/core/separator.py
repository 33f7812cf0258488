"""Separates thinking from answer, whatever a server does with them.

Some servers type them: `reasoning` and `content` come apart. Others leave the model's own marks in
the text: tags, channels, sections. The rules R1 to R16 that decide are in
`tests/fixtures/wire/corpus/README.md`; their principle is that losing or hiding the answer is worst,
showing thinking as answer is bad, and a stray tag is tolerable.

Text is read once, in order, with a bounded look back: a suffix that may still become a marker waits
for the next piece. What was shown as answer and turns out to be thinking is moved by an event.
"""

import re

from chat.core import xtml
from chat.core.events import Answer, Began, Event, Thinking, ToolCallDelta, Unterminated
from chat.core.harmony import Harmony
from chat.core.inline_answer import InlineAnswer, Step
from chat.core.inline_block import InlineBlock
from chat.core.leaked_calls import SECTION_BEGIN, LeakedCalls
from chat.core.segments import Segments
from chat.core.tags import OPENER_OF
from chat.core.tool_calls import ToolCalls
from chat.core.typed_reasoning import TypedReasoning
from chat.core.xtml import Xtml

TRIGGER = re.compile(r"[<◁\[]").search


class Separator:
    """One per stream. Feed `reasoning` what the server typed as such, `content` everything else.

    `begins_in_thinking`: the model's template opens the block in the prompt, so the text begins
    inside it.
    """

    def __init__(self, begins_in_thinking: bool = False) -> None:
        self.calls = ToolCalls()
        self._out = Segments()
        self._reasoning = TypedReasoning(self._out, self.calls)
        self._answer = InlineAnswer(self._out, self.calls)
        self._block: InlineBlock | None = None
        self._channel: Harmony | Xtml | None = None
        self._section: LeakedCalls | None = None
        self._rest = ""
        if begins_in_thinking:
            self._block = InlineBlock(self._out)
            self._out.begin("thinking")

    def reasoning(self, text: str) -> None:
        """Text that the server itself calls reasoning."""
        if not self._answer.structured:
            self._first_reasoning()
        if self._out.side != "thinking":
            self._settle_content()
            self._answer.restart()
            self._out.begin("thinking")
        self._reasoning.feed(text)

    def content(self, text: str) -> None:
        """Text that may hold anything."""
        if self._rest or self._channel or self._section or TRIGGER(text):
            self._read(self._rest + text, False)
        elif self._block:
            self._block.plain(text)
        else:
            self._answer.plain(text)

    def event(self, event: Event) -> None:
        """Something else that came between texts; a tool call ends the thinking before it."""
        if isinstance(event, ToolCallDelta):
            self._settle()
            self._out.tool_call(event)
        else:
            self._out.event(event)

    def take(self) -> list[Event]:
        """The events since the last time."""
        return self._out.take()

    def held(self) -> Thinking | Answer | None:
        """The text that waits, as what it would be if the stream ended now."""
        if self._reasoning.rest:
            return Thinking(self._reasoning.rest)
        if self._section or self._channel:
            return None
        if self._block:
            stays = self._block.assumed or len(self._rest) == 1
            return Thinking(self._rest) if self._rest and stays else None
        text = self._out.held() + self._rest
        return Answer(text) if text else None

    def close(self, finished: bool) -> None:
        """The stream ended; `finished`: by itself and in good order, not by a limit or a break."""
        self._settle()
        self._reasoning.close()
        if self._section:
            self._section.close()
        if self._channel:
            self._channel.close()
        self._end_thinking(finished)
        self._out.close()

    def _end_thinking(self, finished: bool) -> None:
        """R5; but what was only assumed to be thinking is the answer when nothing else came."""
        if self._block and self._block.assumed:
            if self._out.fresh:
                return
            if finished and not self.calls.any:
                self._out.event(Began(False))
                self._out.reclassify("answer")
                return
        if self._block or (self._channel and self._channel.thinks):
            self._out.event(Unterminated())

    def _settle(self) -> None:
        """Nothing can complete what waits: it is decided as it stands."""
        self._reasoning.settle()
        self._settle_content()

    def _settle_content(self) -> None:
        if self._rest:
            self._read(self._rest, True)

    def _first_reasoning(self) -> None:
        self._answer.structured = True
        if self._block and self._block.assumed:
            self._settle_content()
            self._out.event(Began(False))
            if not self._out.fresh:
                self._out.reclassify("answer")
            self._block = None

    def _read(self, text: str, final: bool) -> None:
        start, waits = 0, False
        while not waits and start < len(text):
            if self._section:
                start, waits = self._in_section(self._section, text, start, final)
            elif self._channel:
                start, waits = self._channel.step(text, start, final)
            elif self._block:
                start, waits = self._in_block(self._block, text, start, final)
            else:
                start, waits = self._answer.step(text, start, final)
                self._enter(self._answer.entered)
        self._rest = text[start:]

    def _enter(self, reader: InlineBlock | Harmony | Xtml | LeakedCalls | None) -> None:
        if isinstance(reader, LeakedCalls):
            self._section = reader
        elif isinstance(reader, InlineBlock):
            self._block = reader
        elif reader:
            self._channel = reader

    def _in_section(self, section: LeakedCalls, text: str, start: int, final: bool) -> Step:
        step = section.step(text, start, final)
        if section.ended:
            self._section = None
        return step

    def _in_block(self, block: InlineBlock, text: str, start: int, final: bool) -> Step:
        start, waits = block.step(text, start, final)
        mark = block.interrupted_by
        if mark in OPENER_OF:
            if block.assumed:
                self._out.event(Began(True))
            self._block = None
            self._answer.end_block()
        elif mark == SECTION_BEGIN:
            self._section = LeakedCalls(self._out, self.calls)
            return start + len(mark), waits
        elif mark:
            return self._channel_in_block(block, text, start, final)
        return start, waits

    def _channel_in_block(self, block: InlineBlock, text: str, start: int, final: bool) -> Step:
        """A channel marker inside a block that the prompt opened."""
        if not text.startswith("<|open|>", start) and not text.startswith("<|close|>", start):
            self._out.event(Began(not self._out.fresh))
            self._block = None
            self._channel = Harmony(self._out, self.calls)
            return start, False
        marker = xtml.read(text, start)
        if marker == "unfinished" and not final:
            return start, True
        if not isinstance(marker, re.Match):
            block.plain(text[start])
            return start + 1, False
        self._out.event(Began(not self._out.fresh or xtml.ends_thinking(marker)))
        self._block = None
        self._answer.end_block()
        self._channel = Xtml(self._out)
        self._channel.marker(marker)
        return marker.end(), False
