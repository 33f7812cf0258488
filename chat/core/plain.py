"""An answer without its Markdown: what is left where nothing can draw it."""

from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from chat.core.markdown import ANSWER, Block, Normaliser, parse

INDENT = "  "


def plain(text: str) -> str:
    """Lists keep their marks and code its lines; a table's cells are set apart by tabs."""
    text = Normaliser()(text)
    lines = text.split("\n")
    return "\n\n".join(filter(None, (_block(block, lines) for block in parse(ANSWER, text, {}))))


def _block(block: Block, lines: Sequence[str]) -> str:
    if not block.tokens:
        return "\n".join(lines[block.start : block.end])
    return "\n".join(_Lines().written(block.tokens))


class _Lines:
    """The lines of one block. `_lists`: of each list that is open the number of its next item, or None."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._lists: list[int | None] = []
        self._mark = ""
        self._row: list[str] | None = None

    def written(self, tokens: Iterable[Token]) -> list[str]:
        for token in tokens:
            self._take(token)
        return self._done

    def _take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._mark = self._next_mark()
            case "tr_open":
                self._row = []
            case "tr_close":
                self._write("\t".join(self._row or []))
                self._row = None
            case "hr":
                self._write("---")
            case "inline":
                self._text(_words(token.children or []))
            case "fence" | "code_block" | "maths_block":
                self._write(token.content.rstrip("\n"))

    def _next_mark(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _text(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text)
        else:
            self._write(text)

    def _write(self, text: str) -> None:
        deep = INDENT * (len(self._lists) - 1)
        under = deep + " " * (len(self._mark) if self._mark else 2 if self._lists else 0)
        first, *rest = text.split("\n")
        self._done.append(f"{deep}{self._mark}{first}" if self._mark else under + first)
        self._done.extend(under + line for line in rest)
        self._mark = ""


def _words(tokens: Sequence[Token]) -> str:
    """A link keeps its address, unless that is what it says."""
    words, address, since = "", "", 0
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                words += "\n"
            case "link_open":
                address, since = str(token.attrs.get("href", "")), len(words)
            case "link_close":
                said = words[since:]
                words += f" ({address})" if address not in {said, f"mailto:{said}"} else ""
            case _:
                words += token.content
    return words
