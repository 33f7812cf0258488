"""Reading whole bodies in tests, cut as one likes, and the parts that come of it."""

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from chat.core.events import Event
from chat.core.result import collapse
from chat.core.transcript import Transcript
from chat.providers.chat_completions_reader import ChatCompletionsReader

WIRE = Path(__file__).parent.parent / "fixtures" / "wire"
COMPARED = (
    "reasoning",
    "answer",
    "tool_calls",
    "finish_reason",
    "usage",
    "error",
    "refusal",
    "reasoning_hidden",
    "reclassified",
    "unterminated",
)

type Part = tuple[str, str]


def expectations(folder: str) -> list[Path]:
    """Sidecar files of chat-completions bodies."""
    found = sorted((WIRE / folder).glob("*.expect.json"))
    return [path for path in found if json.loads(path.read_text())["protocol"] == "chat.completions"]


def body_of(expectation: Path) -> Path:
    """The body that a sidecar file describes."""
    stem = expectation.name.removesuffix(".expect.json")
    return next(path for path in expectation.parent.glob(f"{stem}.*") if path != expectation)


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


def cut_at[T: (str, bytes)](whole: T, cuts: Iterable[int]) -> list[T]:
    """The text or the bytes in pieces, cut at these places."""
    edges = sorted({0, len(whole), *(at for at in cuts if at < len(whole))})
    return [whole[start:end] for start, end in pairwise(edges)]


def read(chunks: Iterable[bytes], begins_in_thinking: bool = False) -> list[Event]:
    """Every event that a reader makes of the chunks."""
    reader = ChatCompletionsReader(begins_in_thinking)
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.close()


def compared(result: dict[str, Any]) -> dict[str, Any]:
    """What of a result or of an expectation has to be the same."""
    return {name: result.get(name) for name in COMPARED}


def result_of(chunks: Iterable[bytes], begins_in_thinking: bool = False) -> dict[str, Any]:
    return compared(collapse(read(chunks, begins_in_thinking)))


def parts_of(events: Iterable[Event]) -> list[Part]:
    """Kind and text of every part, in order."""
    transcript = Transcript()
    for event in events:
        transcript.apply(0, event)
    return [(part.kind, part.text) for part in transcript.parts]


def data(value: Any) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def delta(**fields: Any) -> bytes:
    """An event whose first choice brings these fields."""
    return data({"choices": [{"index": 0, "delta": fields, "finish_reason": None}]})


def finish(reason: str = "stop") -> bytes:
    return data({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}) + b"data: [DONE]\n\n"


def contents(*texts: str, end: str = "stop") -> list[bytes]:
    """A body whose content comes in these deltas."""
    return [*(delta(content=text) for text in texts), finish(end)]
