"""What is open at the end of an answer, as it can be shown so far."""

from html import escape

from chat.core.elements import code_block, language_of
from chat.core.growing import GrowingFence, GrowingTable, Shown, show_text
from chat.core.markdown import ANSWER, Block, render
from chat.core.settling import without_partial_row


def show(blocks: list[Block], lines: list[str], source: str, *, defines: bool) -> Shown:
    """Renders the blocks that are not settled: one, or two while they may yet turn out to be one.

    `lines` are those the blocks count by, `source` is the text of these blocks; `defines` says that it
    holds a link definition, whose end is as uncertain as that of the text.
    """
    if not blocks:
        return Shown("")
    *held, last = blocks
    before = "".join(render(ANSWER, block, lines) for block in held)
    match last.kind:
        case "fence":
            shown = _show_fence(last, lines)
        case "table":
            growth = GrowingTable(lines[-1]) if last.start + 2 < len(lines) else None
            shown = Shown(render(ANSWER, without_partial_row(last, lines), lines), growth=growth)
        case _:
            shown = show_text(last, lines, source, defines=defines)
    return shown._replace(head=before + shown.head)


def _show_fence(fence: Block, lines: list[str]) -> Shown:
    token, opener = fence.tokens[0], lines[fence.start]
    if fence.start == len(lines) - 1:
        return Shown("")
    if not opener.startswith(token.markup) or "|" in opener:
        return Shown(render(ANSWER, fence, lines))
    body = escape(token.content[: token.content.rfind("\n") + 1], quote=False)
    head, _, tail = code_block(language_of(token), "\0", growing=True).partition("\0")
    return Shown(head + body, tail, GrowingFence(token.markup, lines[-1]))
