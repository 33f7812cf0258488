"""The answer of a running reply, in blocks. `carried` comes before its text, from an earlier run."""

from chat.core.blocks import AnswerBlocks, Op, Open, Settle, Text
from chat.core.transcript import TranscriptPart
from chat.rendering.frame_op import FrameOp
from chat.rendering.reply import DrawnText


class AnswerPart:
    kind = "answer"
    count = 0
    characters = 0

    def __init__(self, position: int, carried: str = "") -> None:
        self.position = position
        self._blocks = AnswerBlocks()
        if carried:
            self._blocks.feed(carried)
        self._fed = 0
        self._finished = False

    @property
    def stale(self) -> bool:
        return self._blocks.stale

    def draw(self, part: TranscriptPart, now_ms: float) -> list[FrameOp]:
        for piece in part.pieces[self._fed :]:
            self._blocks.feed(piece)
        self._fed = len(part.pieces)
        return [self._frame(op) for op in self._blocks.render(now_ms)]

    def finish(self, part: TranscriptPart, end_ms: int) -> list[FrameOp]:
        if self._finished:
            return []
        self._finished = True
        return [self._frame(op) for op in self._blocks.finish()]

    def drawn(self) -> DrawnText:
        return DrawnText(self.position, list(self._blocks.settled), self._blocks.open_html)

    def _frame(self, op: Op) -> FrameOp:
        match op:
            case Settle(index, html):
                return ["settle", self.position, index, html]
            case Open(html):
                return ["open", self.position, html]
            case Text(text):
                return ["text", self.position, text]
