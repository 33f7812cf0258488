"""What of a reply goes to the clipboard, as text. Thinking goes along only where it was named."""

from collections.abc import Callable

from chat.core.plain import plain
from chat.rendering.reply import Reply
from chat.rendering.thinking_text import thinking_markdown

NOTHING = {
    "answer": "There is no answer to copy.",
    "plain": "There is no answer to copy.",
    "thinking": "There is no thinking to copy.",
    "both": "There is nothing to copy.",
}
"""What is said where the text is empty, by what was asked for."""


def copy_of(reply: Reply, what: str) -> str:
    """Raises KeyError for what cannot be asked for."""
    return COPIES[what](reply)


def answer_markdown(reply: Reply) -> str:
    """The answer as the model wrote it. Never holds thinking."""
    return reply.answer_markdown


def both(reply: Reply) -> str:
    found = {"Thinking": thinking_markdown(reply), "Answer": answer_markdown(reply)}
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in found.items() if text)


COPIES: dict[str, Callable[[Reply], str]] = {
    "answer": answer_markdown,
    "thinking": thinking_markdown,
    "both": both,
    "plain": lambda reply: plain(answer_markdown(reply)),
}
