"""A conversation as a page to print or to save as PDF."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.template.loader import render_to_string

from chat.exports.reading import Export
from chat.rendering.thinking_text import thinking_steps

HERE = "<!-- messages -->"


def pieces(export: Export, request: HttpRequest) -> Iterator[str]:
    head, tail = render_to_string("chat/print.html", {"export": export}, request).split(HERE)
    yield head
    for said in export.said():
        thinking = thinking_steps(said.reply) if said.reply else []
        yield render_to_string(
            "chat/_printed.html", {"said": said, "reply": said.reply, "thinking": thinking}
        )
    yield tail
