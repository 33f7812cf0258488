"""What a person asked for, as the body of a chat-completions request to one provider.

The catalogue decides what is sent and by which name; every setting that is not sent has its reason.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chat.providers.base import ChatRequest, Turn
from chat.providers.catalogue import Manners, ModelEntry, entry, manners, never_sent, not_sent_thinking
from chat.providers.instructions import instruction

OPENED, CLOSED = "<think>\n", "\n</think>\n\n"
"""Around the thinking, where a reply's own beginning is sent back to be written on."""

type Body = dict[str, Any]


def prepare(provider: str, base_url: str, request: ChatRequest, way: str = "") -> tuple[Body, dict[str, str]]:
    """The exact body, and setting to why it is not in there. `way`: one of `ways`, by default the first."""
    manner, known = manners(provider), entry(provider, request.model)
    if request.answers:
        request = _thinking_least(request, manner, known)
    reasons = {
        name: why for name, why in never_sent(provider, request.model).items() if _asked(request, name)
    }
    body: Body = {"model": request.model, "messages": _messages(request.turns, known), "stream": True}
    if manner.usage:
        body["stream_options"] = {"include_usage": True}
    if request.max_tokens is not None:
        body[manner.limit] = request.max_tokens
    if request.thinking != "off":
        rarely = not_sent_thinking(provider, request.model)
        reasons |= {name: why for name, why in rarely.items() if _asked(request, name)}
    _temperature(body, reasons, request, manner)
    _thinking(body, reasons, request, manner, known)
    if request.continues:
        _continue(body, request, way or continuation(provider, base_url, request), known, manner)
    return body, reasons


def ways(provider: str, base_url: str, request: ChatRequest) -> tuple[str, ...]:
    """How this reply can be carried on, the best one first; the next is for a server that refuses it."""
    best = continuation(provider, base_url, request)
    return (best,) if best == "ask" else (best, "ask")


def continuation(provider: str, base_url: str, request: ChatRequest) -> str:
    """How this reply is carried on; `ask` wherever writing on from its end is not known to work."""
    way, known = manners(provider).continuation, entry(provider, request.model)
    if not request.continues or (way == "prefix" and not base_url.endswith("/beta")):
        return "ask"
    if not request.continues.text.strip():
        return way if _goes_on_in_thinking(way, request) else "ask"
    thinks = known.thinking == "always" or (known.thinking == "optional" and request.thinking != "off")
    return "ask" if way in {"final", "trailing"} and thinks else way


def writes_on_in_thinking(request: ChatRequest, way: str) -> bool:
    """Whether what comes begins inside thinking that this request itself has opened."""
    said = request.continues
    return way != "ask" and said is not None and not said.text.strip() and not request.answers


def _goes_on_in_thinking(way: str, request: ChatRequest) -> bool:
    """A hosted service writes on from thinking that is over; only a server of one's own amid it."""
    if not request.continues or not request.continues.thinking.strip():
        return False
    return way == "final" or (request.answers and way in {"partial", "prefix"})


def _thinking_least(request: ChatRequest, manner: Manners, known: ModelEntry) -> ChatRequest:
    """Without more thinking, or with as little as this model can be told to do."""
    if known.thinking == "optional" or (known.thinking == "unknown" and manner.thinking == "template"):
        return replace(request, thinking="off", effort=None)
    return replace(request, effort=known.efforts[0] if known.efforts else None)


def _asked(request: ChatRequest, setting: str) -> bool:
    if setting == "thinking":
        return request.thinking != "auto"
    return getattr(request, setting) is not None


def _temperature(body: Body, reasons: dict[str, str], request: ChatRequest, manner: Manners) -> None:
    if request.temperature is None or "temperature" in reasons:
        return
    most = manner.most_temperature
    body["temperature"] = request.temperature if most is None else min(request.temperature, most)


def _thinking(
    body: Body, reasons: dict[str, str], request: ChatRequest, manner: Manners, known: ModelEntry
) -> None:
    effort = request.effort if "effort" not in reasons else None
    if effort and effort not in known.efforts:
        reasons["effort"] = f"{known.name or request.model} takes {', '.join(known.efforts)}, not {effort}."
        effort = None
    on = None if request.thinking == "auto" or "thinking" in reasons else request.thinking == "on"
    if on is not None:
        _switch(body, on, manner, known)
    if effort and on is not False:
        if manner.effort == "reasoning":
            body.setdefault("reasoning", {})["effort"] = effort
        else:
            body["reasoning_effort"] = effort


def _switch(body: Body, on: bool, manner: Manners, known: ModelEntry) -> None:
    match manner.thinking:
        case "type":
            body["thinking"] = {"type": "enabled" if on else "disabled"}
        case "template":
            body["chat_template_kwargs"] = dict.fromkeys(known.template, on)
        case "reasoning":
            body["reasoning"] = {"enabled": on}


def _continue(body: Body, request: ChatRequest, way: str, known: ModelEntry, manner: Manners) -> None:
    said = request.continues
    assert said is not None
    in_thinking = not said.text.strip()
    if way == "ask":
        partial = Turn("assistant", said.text or said.thinking, said.thinking if said.text else "")
        body["messages"] += _messages([partial, Turn("user", instruction(request))], known)
        return
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if in_thinking:
        message["content"] = OPENED + said.thinking.strip() + (CLOSED if request.answers else "")
        body |= manner.untyped
    if way == "partial":
        message |= ({} if in_thinking else _replayed(said, known)) | {"partial": True}
    elif way == "prefix":
        message |= {"prefix": True}
    elif way == "final":
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    body["messages"].append(message)


def _messages(turns: Iterable[Turn], known: ModelEntry) -> list[dict[str, Any]]:
    """An assistant turn without text is left out, and user turns that then meet become one."""
    messages: list[dict[str, Any]] = []
    for turn in turns:
        if turn.role == "assistant" and not turn.text.strip():
            continue
        last = messages[-1] if messages else None
        if last and turn.role == last["role"] == "user":
            last["content"] += "\n\n" + turn.text
            continue
        message: dict[str, Any] = {"role": turn.role, "content": turn.text}
        if turn.role == "assistant":
            message |= _replayed(turn, known)
        messages.append(message)
    return messages


def _replayed(turn: Turn, known: ModelEntry) -> dict[str, Any]:
    return {known.replay: turn.thinking} if known.replay else {}
