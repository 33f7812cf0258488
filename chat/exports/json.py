"""A conversation as JSON, in the shape that `docs/exports.md` describes."""

import json
from collections.abc import Iterator
from typing import Any

from chat.exports.reading import Export, Said
from chat.rendering.reply import Reply

FORMAT = "workings.conversation"
VERSION = 1
"""Goes up when something that is there changes its meaning or goes; not when something is added."""


def pieces(export: Export) -> Iterator[str]:
    yield json.dumps(_head(export), ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "messages": ['
    separator = "\n"
    for said in export.said():
        yield separator + json.dumps(_message(said), ensure_ascii=False)
        separator = ",\n"
    yield "\n ]\n}\n"


def _head(export: Export) -> dict[str, Any]:
    conversation = export.conversation
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": export.at.isoformat(),
        "thinking": "included" if export.thinking else "left out",
        "conversation": {
            "id": str(conversation.id),
            "title": str(conversation),
            "created_at": conversation.created_at.isoformat(),
            "updated_at": conversation.updated_at.isoformat(),
        },
    }


def _message(said: Said) -> dict[str, Any]:
    message = said.message
    common = {
        "id": str(message.id),
        "parent": str(message.parent_id) if message.parent_id else None,
        "role": message.role,
        "created_at": message.created_at.isoformat(),
    }
    return common | (_reply(said.reply) if said.reply else {"text": said.text})


def _reply(reply: Reply) -> dict[str, Any]:
    generation, totals = reply.generation, reply.totals
    return {
        "provider": generation.provider,
        "model": generation.model,
        "model_name": reply.model_name,
        "state": reply.state,
        "parts": [{"kind": kind, "text": text} for kind, text in reply.texts],
        "total_ms": totals.total_ms,
        "thinking_ms": totals.thinking_ms,
        "tokens": totals.tokens,
        "cost_usd": None if totals.cost is None else str(totals.cost),
        "estimated": totals.estimated,
    }
