"""Reasoning that comes as a list of typed blocks: shown where it is text, kept for replay in any case.

Two shapes are in use: `reasoning_details` with `reasoning.text`, `reasoning.summary` and
`reasoning.encrypted`, and `thinking_blocks` with `thinking` and `redacted_thinking`. A new index
begins a new paragraph. Encrypted blocks are never shown.
"""

from typing import Any

from chat.core.characters import storable
from chat.core.segments import PARAGRAPH
from chat.providers.chunk_reading import text_of

TEXTS = {
    "reasoning.text": "text",
    "reasoning.summary": "summary",
    "thinking": "thinking",
}
HIDDEN = frozenset({"reasoning.encrypted", "redacted_thinking"})


class ReasoningDetails:
    """Collects the blocks of one stream under one field name."""

    def __init__(self) -> None:
        self.hidden = False
        """Whether a block came whose text the provider keeps."""
        self._blocks: list[dict[str, Any]] = []
        self._pieces: list[list[str]] = []
        self._index: Any = None
        self._shown = False

    def feed(self, blocks: Any) -> str:
        """The text in one chunk's blocks."""
        shown = ""
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, dict):
                continue
            field = _field(block)
            text = text_of(block.get(field)) if field else ""
            self.hidden = self.hidden or _type(block) in HIDDEN
            self._keep(block, field, text)
            if text:
                shown += self._paragraph(block.get("index")) + text
        return shown

    def replay(self) -> list[dict[str, Any]]:
        """The blocks in order, deltas of one block joined, as they can be stored."""
        whole = []
        for block, pieces in zip(self._blocks, self._pieces, strict=True):
            field = _field(block)
            whole.append(storable({**block, field: "".join(pieces)} if field and pieces else block))
        return whole

    def _paragraph(self, index: Any) -> str:
        new = self._shown and index != self._index
        self._index, self._shown = index, True
        return PARAGRAPH if new else ""

    def _keep(self, block: dict[str, Any], field: str | None, text: str) -> None:
        last = self._blocks[-1] if self._blocks else None
        if last is None or not field or _identity(last) != _identity(block):
            self._blocks.append(dict(block))
            self._pieces.append([])
            last = self._blocks[-1]
        else:
            last.update({name: value for name, value in block.items() if value is not None})
        if text:
            self._pieces[-1].append(text)


def _type(block: dict[str, Any]) -> str:
    type = block.get("type")
    return type if isinstance(type, str) else ""


def _field(block: dict[str, Any]) -> str | None:
    return TEXTS.get(_type(block))


def _identity(block: dict[str, Any]) -> tuple[Any, Any]:
    return block.get("type"), block.get("index")
