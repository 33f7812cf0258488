"""The chat-completions dialect: bytes of a response body in, events out.

Reads what servers that call themselves compatible really send. Never raises: what cannot be read is
skipped and flagged. The rules are in `tests/fixtures/wire/corpus/README.md`.
"""

from typing import Any

from chat.core.characters import Characters, whole
from chat.core.events import (
    Answer,
    Event,
    Failure,
    Finish,
    Hidden,
    Reclassified,
    Refusal,
    Replay,
    Thinking,
    ToolCallDelta,
    Usage,
)
from chat.core.separator import Separator
from chat.core.sse import ServerSentEvent, SseReader
from chat.providers.chunk_reading import (
    content_parts,
    decoded,
    failure_from,
    failure_of,
    reasoning_string,
    usage_of,
)
from chat.providers.reasoning_details import ReasoningDetails

WHITE_SPACE = b" \t\r\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DONE = b"[DONE]"
FINISHED_WELL = frozenset({"stop", "end_turn", "eos", "eos_token", "stop_sequence"})
DETAILS = ("reasoning_details", "thinking_blocks")


class ChatCompletionsReader:
    """One response body. `done` turns true with the server's own end mark, `id` is the reply's.

    `answers`: the request ended the thinking itself, so what a server takes for thinking all the same,
    because it never saw the end, is the answer where it is all that comes.
    """

    def __init__(self, begins_in_thinking: bool = False, *, answers: bool = False) -> None:
        self.done = False
        self.id = ""
        self._answers = answers
        self._sse = SseReader()
        self._separator = Separator(begins_in_thinking)
        self._content = Characters()
        self._thought = Characters()
        self._body: list[bytes] | None = None
        self._sniffed = False
        self._received = False
        self._details = {field: ReasoningDetails() for field in DETAILS}
        self._source = ""
        self._hidden = False
        self._usage: Usage | None = None
        self._finish: str | None = None
        self._refusal: list[str] = []
        self._answered = False
        self._failed = False
        self._closed = False

    @property
    def finished(self) -> bool:
        """Whether the server said that the reply is whole: by its end mark or by a finish reason."""
        return self.done or self._finish is not None

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes bring."""
        if not self._sniffed:
            self._sniff(chunk)
        if self._body is not None:
            self._body.append(chunk)
            return []
        for event in self._sse.feed(chunk):
            if not self.done:
                self._event(event, False)
        return self._separator.take()

    def close(self) -> list[Event]:
        """The events that the end of the body brings; none the second time."""
        if self._closed:
            return []
        self._closed = True
        if self._body is not None:
            self._whole_body(b"".join(self._body))
        elif not self.done:
            for event in self._sse.close():
                self._event(event, True)
            self._check_end()
        self._end()
        return self._separator.take()

    def held(self) -> Thinking | Answer | None:
        """The text that waits for more, as what it would be if the stream ended now."""
        return self._separator.held()

    def _sniff(self, chunk: bytes) -> None:
        """An event stream does not begin like JSON or HTML."""
        start = chunk.removeprefix(BYTE_ORDER_MARK).lstrip(WHITE_SPACE)
        self._received = self._received or bool(chunk)
        if start:
            self._sniffed = True
            self._body = [] if start[:1] in (b"{", b"<", b"[") else None

    def _event(self, event: ServerSentEvent, unfinished: bool) -> None:
        if event.data == DONE or event.data.strip() == DONE:
            self.done = True
            return
        chunk = decoded(event.data)
        if isinstance(chunk, dict):
            self._chunk(chunk, event.name == b"error")
        elif event.name == b"error":
            self._fail(failure_from(event.data.decode(errors="replace") if chunk is None else chunk))
        elif chunk is None and not unfinished:
            self._separator.event(Failure("protocol", ""))

    def _chunk(self, chunk: dict[str, Any], named_error: bool = False) -> None:
        if not self.id and isinstance(id := chunk.get("id"), str):
            self.id = id
        choices = chunk.get("choices")
        if choices and isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict) and not choice.get("index"):
                    self._choice(choice)
        if usage := chunk.get("usage"):
            self._usage = usage_of(usage) or self._usage
        if (not choices or named_error or "error" in chunk) and (failure := failure_of(chunk, named_error)):
            self._fail(failure)

    def _choice(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if delta is None and not self._answered:
            delta = choice.get("message")
        if delta and isinstance(delta, dict):
            self._delta(delta)
        if usage := choice.get("usage"):
            self._usage = usage_of(usage) or self._usage
        if error := choice.get("error"):
            self._fail(failure_from(error))
        finish = choice.get("finish_reason")
        if finish and isinstance(finish, str):
            self._finish = whole(finish.replace("\x00", ""))
            self._separator.event(Finish(self._finish))

    def _delta(self, delta: dict[str, Any]) -> None:
        if len(delta) == 1 and isinstance(text := delta.get("content"), str):
            self._text(text)
            return
        if text := self._reasoning_in(delta):
            self._reasoning(text)
        content = delta.get("content")
        if content:
            if isinstance(content, str):
                self._text(content)
            else:
                self._parts(content)
        if "tool_calls" in delta or "refusal" in delta or "function_call" in delta:
            self._rest_of(delta)

    def _reasoning_in(self, delta: dict[str, Any]) -> str:
        """R1: a string where there is one; blocks only in a stream without any."""
        text = delta.get("reasoning_content")
        if not text or not isinstance(text, str):
            text = reasoning_string(delta)
        if text:
            self._source = "string"
        for field in DETAILS:
            if blocks := delta.get(field):
                shown = self._details[field].feed(blocks)
                self._say_hidden(self._details[field])
                if shown and not text and self._source in ("", field):
                    self._source, text = field, shown
        return text

    def _say_hidden(self, details: ReasoningDetails) -> None:
        """Once, as soon as it is known, so that a page can say so while the model thinks."""
        if details.hidden and not self._hidden:
            self._hidden = True
            self._separator.event(Hidden())

    def _parts(self, content: Any) -> None:
        for kind, text in content_parts(content):
            if not text:
                continue
            if kind == "thinking":
                self._reasoning(text)
            elif kind == "answer":
                self._text(text)
            else:
                self._refuse(text)

    def _rest_of(self, delta: dict[str, Any]) -> None:
        refusal = delta.get("refusal")
        if refusal and isinstance(refusal, str):
            self._refuse(refusal)
        calls = delta.get("tool_calls")
        for fragment in calls if isinstance(calls, list) else ():
            self._tool_call(self._separator.calls.fragment(fragment))
        self._tool_call(self._separator.calls.legacy(delta.get("function_call")))

    def _reasoning(self, text: str) -> None:
        if text := self._thought.repair(text):
            self._separator.reasoning(text)

    def _text(self, text: str) -> None:
        if text := self._content.repair(text):
            self._answered = True
            self._separator.content(text)

    def _refuse(self, text: str) -> None:
        text = whole(text.replace("\x00", ""))
        self._refusal.append(text)
        self._separator.event(Refusal(text))

    def _tool_call(self, delta: ToolCallDelta | None) -> None:
        if delta:
            self._separator.event(delta)

    def _fail(self, failure: Failure) -> None:
        self._failed = True
        self._separator.event(failure)

    def _whole_body(self, body: bytes) -> None:
        """S7: a server that ignored `stream`, or something else altogether."""
        value = decoded(body.removeprefix(BYTE_ORDER_MARK))
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict) and (value.get("choices") or failure_of(value)):
            self._chunk(value)
        else:
            self._fail(Failure("protocol", ""))

    def _check_end(self) -> None:
        if self.finished or self._failed:
            return
        spoke = self._sse.recognised or not self._sniffed
        self._fail(Failure("truncated" if spoke else "protocol", ""))

    def _end(self) -> None:
        if lone := self._thought.close():
            self._separator.reasoning(lone)
        if lone := self._content.close():
            self._separator.content(lone)
        well = self._finish in FINISHED_WELL or (self._finish is None and self.done)
        self._separator.close(finished=well and not self._failed)
        if self._answers and well and not self._answered and not self._failed and self._source == "string":
            self._separator.event(Reclassified("answer"))
        if self._refusal and not self._answered:
            self._separator.event(Answer("".join(self._refusal)))
        for field, details in self._details.items():
            if blocks := details.replay():
                self._separator.event(Replay(field, blocks))
        if self._usage:
            self._separator.event(self._usage)
