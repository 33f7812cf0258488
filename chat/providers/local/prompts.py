"""How a model that was never trained to think is asked to: once for its reasoning, once for its answer.

Two requests instead of one: what comes back is always well formed, streams, and is shown as what it
is, since no text has to be told apart. Small models given tags to think between do not close them.
"""

from dataclasses import replace
from typing import Any

from chat.providers.base import ChatRequest
from chat.providers.instructions import instruction

type Messages = list[dict[str, str]]

SYSTEM = "You are a helpful assistant."
REASON = "Reason step by step."
CONCLUDE = "So what is the final answer to: {question}\nReply with the answer only."
CONCLUDE_BRIEFLY = "So what is the final answer? Reply with the answer only."
LONGEST_REPEATED_QUESTION = 400
"""Characters; a longer question is not said twice to a model that holds 4,096 tokens."""
STREAMED: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
THINKING_TOKENS = 256
ANSWER_TOKENS = 512
TEMPERATURE = 0.2
REPEAT_PENALTY = 1.1
"""Without it the bundled model says one line over and over until its tokens are used up."""


def thinks(request: ChatRequest) -> bool:
    """Whether a first request, for the reasoning, is to be made."""
    if request.thinking == "off" or request.answers or (request.continues and request.continues.text):
        return False
    return _thinking_tokens(request.max_tokens) > 0


def thinking_body(request: ChatRequest) -> dict[str, Any]:
    """Asks for the reasoning; what there is of it already is carried on."""
    return _body(request, _thinking_messages(request), _thinking_tokens(request.max_tokens))


def answer_body(request: ChatRequest, thinking: str, used: int) -> dict[str, Any]:
    """Asks for the answer that follows from this reasoning, or plainly where there is none.

    `used`: how many tokens the reasoning took of the longest reply that was asked for.
    """
    longest = request.max_tokens
    tokens = ANSWER_TOKENS if longest is None else max(1, longest - used)
    return _body(request, _answer_messages(request, thinking), tokens)


def native_body(request: ChatRequest) -> dict[str, Any]:
    """Asks a model that has a chat template of its own, with nothing that was not chosen."""
    messages = [{"role": turn.role, "content": turn.text} for turn in request.turns]
    if said := request.continues:
        _carry_on(messages, said.text or said.thinking)
        if not said.text and said.thinking:
            messages.append({"role": "user", "content": instruction(request)})
    chosen = {
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "reasoning_effort": "none" if request.thinking == "off" or request.answers else None,
    }
    return {
        "model": request.model,
        "messages": messages,
        **{name: value for name, value in chosen.items() if value is not None},
        "reasoning_control": True,
        **STREAMED,
    }


def without_oldest(request: ChatRequest) -> ChatRequest | None:
    """The same request without its oldest question and reply; None where only the last is left."""
    questions = [n for n, turn in enumerate(request.turns) if turn.role == "user"]
    if len(questions) < 2:
        return None
    system = tuple(turn for turn in request.turns if turn.role == "system")
    return replace(request, turns=system + request.turns[questions[1] :])


def _body(request: ChatRequest, messages: Messages, tokens: int) -> dict[str, Any]:
    return {
        "model": request.model,
        "messages": messages,
        "max_tokens": tokens,
        "temperature": TEMPERATURE if request.temperature is None else request.temperature,
        "repeat_penalty": REPEAT_PENALTY,
        **STREAMED,
    }


def _thinking_messages(request: ChatRequest) -> Messages:
    messages = _history(request)
    if messages[-1]["role"] == "user":
        messages[-1]["content"] += f"\n{REASON}"
    if request.continues:
        _carry_on(messages, request.continues.thinking)
    return messages


def _answer_messages(request: ChatRequest, thinking: str) -> Messages:
    messages = _history(request)
    if thinking and messages[-1]["role"] == "user":
        question = messages[-1]["content"]
        messages[-1]["content"] += f"\n{REASON}"
        messages.append({"role": "assistant", "content": thinking})
        messages.append({"role": "user", "content": _conclude(question)})
    if request.continues:
        _carry_on(messages, request.continues.text)
    return messages


def _thinking_tokens(longest: int | None) -> int:
    """How much of a reply of at most `longest` tokens may be reasoning: half of it at most."""
    return THINKING_TOKENS if longest is None else min(THINKING_TOKENS, longest // 2)


def _history(request: ChatRequest) -> Messages:
    messages = [{"role": turn.role, "content": turn.text} for turn in request.turns]
    if not messages or messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": SYSTEM})
    return messages


def _conclude(question: str) -> str:
    brief = len(question) > LONGEST_REPEATED_QUESTION
    return CONCLUDE_BRIEFLY if brief else CONCLUDE.format(question=question)


def _carry_on(messages: Messages, text: str) -> None:
    """The server continues an assistant message that comes last."""
    if text:
        messages.append({"role": "assistant", "content": text})
