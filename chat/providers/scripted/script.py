"""A script: what a model will say, how fast, and what goes wrong on the way.

A file of text in which a line that begins with `@` is a direction:

    @pace 40            tokens a second from here on
    @pause 1200         milliseconds of silence
    @thinking           what follows is typed as reasoning
    @answer             what follows is typed as content
    @content            the same, with the model's own tags left in
    @tool NAME JSON     a tool call
    @hidden 4000        that many milliseconds of thinking whose text is kept by the provider
    @repeat 12 … @end   the lines between, so many times
    @finish REASON      the reply ends here; what follows is said by a run that continues it
    @usage IN OUT THINK tokens, as the provider reports them
    @error STATUS TYPE MESSAGE   an error in mid-stream
    @cut                the connection closes
    @refuse STATUS SECONDS MESSAGE   the first request is refused, the next one is not
    @expect thinking|answer          what a reader should make of `@content`
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

type Channel = Literal["thinking", "answer", "content"]

CHANNELS = ("thinking", "answer", "content")
REPEATED = re.compile(r"^@repeat (\d+)\n(.*?)^@end\n", re.MULTILINE | re.DOTALL)
STARTING_PACE = 40.0


class Say(NamedTuple):
    """Text on a channel, `pace` tokens a second."""

    channel: Channel
    text: str
    pace: float


class Wait(NamedTuple):
    """Silence, or thinking that nobody sees."""

    milliseconds: float
    hidden: bool = False


class Call(NamedTuple):
    """A tool call, its arguments as JSON text."""

    name: str
    arguments: str


class End(NamedTuple):
    """One run ends. `reason` is empty where the stream breaks: `error` says how, or it is cut."""

    reason: str
    error: tuple[int, str, str] | None = None


class Spent(NamedTuple):
    """Tokens in, tokens out, and how many of those were reasoning."""

    prompt: int
    completion: int
    reasoning: int


class Refusal(NamedTuple):
    """What the first request gets instead of a stream."""

    status: int
    retry_after: float
    message: str


type Step = Say | Wait | Call | End | Spent


@dataclass(slots=True)
class Script:
    """Steps in order; `expected` where they do not themselves say what a reader should make of them."""

    name: str
    steps: list[Step] = field(default_factory=list)
    refusal: Refusal | None = None
    expected: dict[str, str] = field(default_factory=dict)

    def text(self, channel: Literal["thinking", "answer"]) -> str:
        """What a reader should show on this side once every run of the script has been played."""
        if channel in self.expected:
            return self.expected[channel]
        text, parted = "", False
        for step in self.steps:
            parted = parted or isinstance(step, Call)
            if isinstance(step, Say) and step.channel == channel:
                text += "\n\n" + step.text if text and parted and channel == "thinking" else step.text
                parted = False
        return text


def load(path: Path) -> Script:
    """Reads a script file. Raises ValueError, naming the line, for a direction that it does not know."""
    return parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, source: str) -> Script:
    """A script from its text. Raises ValueError for a direction that it does not know."""
    source = REPEATED.sub(lambda match: match[2] * int(match[1]), source)
    reading = _Reading(Script(name))
    for line in source.splitlines(keepends=True):
        if line.startswith("@"):
            reading.direct(*_words(line))
        else:
            reading.lines.append(line)
    reading.direct("over", "")
    return reading.script


def _words(line: str) -> tuple[str, str]:
    word, _, rest = line[1:].strip().partition(" ")
    return word, rest


class _Reading:
    """Collects lines until a direction says what they were."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.lines: list[str] = []
        self._channel: Channel | None = None
        self._expecting = ""
        self._pace = STARTING_PACE

    def direct(self, word: str, rest: str) -> None:
        self._say(ends=word not in {"pause", "pace"})
        steps = self.script.steps
        match word:
            case "thinking" | "answer" | "content":
                self._channel = word
            case "pace":
                self._pace = float(rest)
            case "pause":
                steps.append(Wait(float(rest)))
            case "hidden":
                steps.append(Wait(float(rest), hidden=True))
            case "tool":
                steps.append(Call(*rest.split(" ", 1)))
            case "finish" | "cut":
                steps.append(End(rest))
            case "error":
                status, kind, message = rest.split(" ", 2)
                steps.append(End("", (int(status), kind, message)))
            case "usage":
                steps.append(Spent(*map(int, rest.split())))
            case "refuse":
                status, seconds, message = rest.split(" ", 2)
                self.script.refusal = Refusal(int(status), float(seconds), message)
            case "expect":
                self._expecting = rest
            case "over":
                pass
            case _:
                raise ValueError(f"{self.script.name}: no such direction: @{word}")

    def _say(self, *, ends: bool) -> None:
        """`ends`: the text is over, so the line break before the next direction is none of it."""
        text = "".join(self.lines)
        self.lines.clear()
        if ends:
            text = text.removesuffix("\n")
        if self._expecting:
            self.script.expected[self._expecting] = text
        elif self._channel and text:
            self.script.steps.append(Say(self._channel, text, self._pace))
        if ends:
            self._channel, self._expecting = None, ""
