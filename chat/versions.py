"""Other versions of what was asked and answered, beside the ones that there are."""

from django.db import transaction

from accounts.models import User
from chat import announcing
from chat.actions import Asked, ask, begin, make_room, reply_to, sendable
from chat.branches import ids_of, leaf_through, leave
from chat.models import Conversation, Message


def retry(user: User, reply: Message, asked: Asked) -> Message:
    """Another version of a reply, beside it."""
    conversation = reply.conversation
    with transaction.atomic():
        make_room(user, conversation)
        assert reply.parent is not None
        leave(conversation, set(ids_of(reply.parent_id)))
        generation = reply_to(user, conversation, reply.parent, asked)
        begin(generation, announcing.turn_added(generation.message_id))
    return generation.message


def edit(user: User, question: Message, text: str, asked: Asked) -> Message:
    """Another version of a question, beside it, and a reply to that. Returns the reply."""
    text = sendable(text)
    conversation = question.conversation
    with transaction.atomic():
        make_room(user, conversation)
        leave(conversation, set(ids_of(question.parent_id)))
        conversation.settings = asked.settings
        asks = ask(conversation, question.parent_id, text)
        generation = reply_to(user, conversation, asks, asked, ["settings"])
        begin(generation, announcing.turn_added(generation.message_id))
    return generation.message


def show(message: Message) -> Conversation:
    """Makes the branch through this version the one that is shown, as it was when it was left."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        shown = ids_of(conversation.leaf_id)
        if message.id not in shown:
            conversation.leaf = leaf_through(message)
            leave(conversation, set(ids_of(conversation.leaf_id)), shown)
            conversation.save(update_fields=["leaf"])
            announcing.in_conversation(conversation.id, announcing.branch_shown(conversation.leaf.id))
    return conversation
