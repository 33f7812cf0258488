"""When a block of a growing document is final.

CommonMark decides where a block begins by its first line alone (a table's by its first two), so every
block before one whose first line is complete is final. Many blocks are final sooner: a heading with its
line, code with its closing fence, a paragraph with the blank line after it.

A line with a pipe in it is never sure of itself: whatever it looks like, the second line of a table under it
makes it the first.
"""

import re

from chat.core.markdown import Block

_FINAL_WITH_LAST_LINE = frozenset({"heading", "hr", "maths_block"})
_FINAL_WITH_BLANK_LINE = frozenset({"paragraph", "table", "blockquote"})
_CLOSING_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*\Z")


def settled_count(blocks: list[Block], lines: list[str]) -> int:
    """How many of the blocks no further text can change. The last line counts as incomplete."""
    if not blocks:
        return 0
    last, complete = blocks[-1], len(lines) - 1
    if _is_closed(last, lines):
        return len(blocks)
    opening_lines = 2 if last.kind == "table" else 1
    if last.start + opening_lines <= complete:
        return len(blocks) - 1
    if len(blocks) > 1 and _is_closed(blocks[-2], lines):
        return len(blocks) - 1
    return max(0, len(blocks) - 2)


def _is_closed(block: Block, lines: list[str]) -> bool:
    complete = len(lines) - 1
    if block.kind in _FINAL_WITH_LAST_LINE:
        may_head_table = block.end - block.start == 1 and "|" in lines[block.start]
        return block.end + may_head_table <= complete
    if block.kind in _FINAL_WITH_BLANK_LINE:
        return block.end < complete and not lines[block.end].strip(" \t")
    return block.kind == "fence" and block.end <= complete and _is_fence_closed(block, lines)


def _is_fence_closed(block: Block, lines: list[str]) -> bool:
    match = _CLOSING_FENCE.match(lines[block.end - 1])
    return bool(match and block.end - block.start > 1 and match[1].startswith(block.tokens[0].markup))


def without_partial_row(table: Block, lines: list[str]) -> Block:
    """The table without the row that is still being written."""
    partial = len(lines) - 1
    rows = [i for i, t in enumerate(table.tokens) if t.type == "tr_open" and t.map and t.map[0] == partial]
    if not rows or table.start == partial:
        return table
    kept = table.tokens[: rows[0]]
    if kept[-1].type == "tbody_open":
        return table._replace(tokens=[*kept[:-1], table.tokens[-1]])
    return table._replace(tokens=[*kept, *table.tokens[-2:]])
