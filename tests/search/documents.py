"""Chats for search to find, put there as a finished generation leaves them."""

from accounts.models import User
from chat.models import Conversation, Message, Part
from chat.search.hits import Hit, group_named, hits_of
from chat.search.query import parse
from chat.search.rebuilding import index_everything


def make_chat(owner: User, title: str = "", question: str = "What now?", **reply: str) -> Conversation:
    """A conversation with one turn, indexed."""
    conversation = Conversation.objects.create(owner=owner, title=title)
    asked = conversation.messages.create(role=Message.Role.USER)
    asked.parts.create(position=0, kind=Part.Kind.QUESTION, text=question)
    conversation.leaf = make_reply(asked, **reply)
    conversation.save()
    index_everything()
    return conversation


def make_reply(
    asked: Message, thinking: str = "", answer: str = "", model: str = "Puppet", state: str = "done"
) -> Message:
    conversation = asked.conversation
    reply = conversation.messages.create(role=Message.Role.ASSISTANT, parent=asked)
    run = reply.generations.create(
        user=conversation.owner,
        provider="stage",
        model=model.lower(),
        model_name=model,
        state=state,
        folded=True,
    )
    for position, (kind, text) in enumerate((("thinking", thinking), ("answer", answer))):
        if text:
            reply.parts.create(position=position, kind=kind, text=text, generation=run)
    return reply


def found(user: User, text: str, group: str | None = None) -> list[Hit]:
    """All hits, group by group."""
    groups = hits_of(user, parse(text), group_named(group) if group else None)
    return [hit for hits in groups for hit in hits.hits]


def groups(user: User, text: str) -> list[str]:
    return [hits.group for hits in hits_of(user, parse(text))]


def marked(hit: Hit) -> str:
    """The context, with what was found in brackets."""
    assert hit.excerpt is not None
    pieces = "".join(f"[{text}]" if found else text for text, found in hit.excerpt.pieces)
    return ("…" if hit.excerpt.cut_before else "") + pieces + ("…" if hit.excerpt.cut_after else "")
