"""What the frame that ends a generation brings beside its text: the header and buttons of a finished reply,
and the final times and tokens of its steps.
"""

from collections.abc import Sequence

from chat.generation.written import forget
from chat.models import Generation, Message, Part
from chat.rendering.audience import Audience
from chat.rendering.frame_op import FrameOp
from chat.rendering.reply import Header
from chat.rendering.slots import slots_of
from chat.rendering.stored_steps import measure_op, stored_steps
from chat.rendering.totals import totals_of
from chat.snapshots import has_text, versions_among


def last_ops(
    generation: Generation, parts: Sequence[Part], earlier: Sequence[Generation]
) -> dict[Audience, list[FrameOp]]:
    """What the frame that ends a generation brings beside its text.

    `parts`: what it wrote. `earlier`: the runs of the same message that ended before this one.
    """
    forget(generation.id)
    whole = list(generation.message.parts.all()) if earlier else parts
    runs = [*earlier, generation]
    header = _last_header(generation, whole, runs)
    stored = list(stored_steps(whole, {run.id: run for run in runs}))
    header.step_count = sum(len(each.views) for each in stored)
    slots: list[FrameOp] = [["slot", *slot] for slot in slots_of(header).items()]
    measures = [measure_op(each) for each in stored if each.part.generation_id == generation.id]
    return {"full": [*slots, *measures], "answers": slots}


def _last_header(generation: Generation, parts: Sequence[Part], runs: Sequence[Generation]) -> Header:
    header = Header(generation, state=generation.state, totals=totals_of(runs))
    header.has_thinking = has_text(parts, Part.Kind.THINKING)
    header.has_answer = has_text(parts, Part.Kind.ANSWER)
    siblings = Message.objects.filter(parent_id=generation.message.parent_id, role=Message.Role.ASSISTANT)
    ids = list(siblings.order_by("id").values_list("id", flat=True))
    header.versions = versions_among(generation.message_id, ids)
    return header
