"""What a user can do to let a reply go on in place: continue it, or have it answer from its thinking."""

from dataclasses import replace

from django.db import transaction

from accounts.models import User
from chat import announcing
from chat.actions import Asked, Refused, begin, generate, make_room
from chat.generation.fanout import CONTROL, Note
from chat.models import Generation, Message, Part


def carry_on(user: User, message: Message, asked: Asked) -> Message:
    """Another generation on the same message, which goes on where the last one ended."""
    with transaction.atomic():
        make_room(user, message.conversation)
        if not message.parts.exclude(text="").exists():
            raise Refused("There is nothing to continue yet. Use Retry instead.", 409)
        _go_on(user, message, asked)
    return message


def answer(user: User, message: Message, asked: Asked) -> Message:
    """Another generation on the same message, which answers from the thinking that was kept."""
    with transaction.atomic():
        make_room(user, message.conversation)
        kinds = set(message.parts.exclude(text="").values_list("kind", flat=True))
        if Part.Kind.ANSWER in kinds:
            raise Refused("This reply has an answer already. Use Continue to let it go on.", 409)
        if Part.Kind.THINKING not in kinds:
            raise Refused("There is no thinking to answer from. Use Retry instead.", 409)
        _go_on(user, message, replace(asked, settings=asked.settings | {"answers": True}))
    return message


def answer_now(message: Message) -> None:
    """Ends the thinking that goes on in this message, so that its answer follows from what there is.

    Any process may. Where nothing is thinking any more, or somebody has asked already, nothing happens.
    """
    for generation in message.generations.filter(state=Generation.State.THINKING):
        if not generation.settings.get("answers_now"):
            raise Refused("This model cannot be made to answer early. Wait for it, or stop it.", 409)
        thinking = Generation.objects.filter(
            id=generation.id, state=Generation.State.THINKING, answer_requested=False
        )
        if thinking.update(answer_requested=True):
            announcing.announce_later(CONTROL, Note(f"answer {generation.id}"))


def model_of(message: Message) -> str:
    """The key of the model that wrote it last: what goes on in place goes on with the same."""
    last = message.generations.order_by("id").last()
    return f"{last.provider}/{last.model}" if last else ""


def _go_on(user: User, message: Message, asked: Asked) -> None:
    generation = generate(user, message, asked, continues=True)
    begin(generation, announcing.reply_changed(message.id))
