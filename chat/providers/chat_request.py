"""What a person asked for, as the body of a chat-completions request to one provider.

The catalogue decides what is sent and by which name; every setting that is not sent has its reason.
"""

from collections.abc import Iterable
from typing import Any

from chat.providers.base import ChatRequest, Turn
from chat.providers.catalogue import Manners, ModelEntry, entry, manners, never_sent, not_sent_thinking

CARRY_ON = (
    "Your last message was cut off. Carry on exactly where it stopped: "
    "repeat nothing, and add no introduction."
)
ANSWER_NOW = (
    "You were cut off while you were thinking; above is your thinking so far. "
    "Carry on from there, and then give your answer."
)

type Body = dict[str, Any]


def prepare(provider: str, base_url: str, request: ChatRequest) -> tuple[Body, dict[str, str]]:
    """The exact body, and setting to why it is not in there."""
    manner, known = manners(provider), entry(provider, request.model)
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
        _continue(body, request.continues, continuation(provider, base_url, request), known)
    return body, reasons


def continuation(provider: str, base_url: str, request: ChatRequest) -> str:
    """How this reply is carried on; `ask` wherever writing on from its end is not known to work."""
    way, known = manners(provider).continuation, entry(provider, request.model)
    if not request.continues or not request.continues.text.strip():
        return "ask"
    if way == "prefix" and not base_url.endswith("/beta"):
        return "ask"
    thinks = known.thinking == "always" or (known.thinking == "optional" and request.thinking != "off")
    return "ask" if way in {"final", "trailing"} and thinks else way


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


def _continue(body: Body, said: Turn, way: str, known: ModelEntry) -> None:
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if way == "ask":
        partial = Turn("assistant", said.text or said.thinking, said.thinking if said.text else "")
        body["messages"] += _messages([partial, _carry_on(said)], known)
        return
    if way == "partial":
        message |= _replayed(said, known) | {"partial": True}
    elif way == "prefix":
        message |= {"prefix": True}
    elif way == "final":
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    body["messages"].append(message)


def _carry_on(said: Turn) -> Turn:
    return Turn("user", CARRY_ON if said.text.strip() else ANSWER_NOW)


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
