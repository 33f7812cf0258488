"""Chats of any length, made at once."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from chat.models import Conversation, Generation, Message, Part


def long_chat(owner: User, turns: int, title: str = "Long", words: str = "") -> Conversation:
    """`Question 1`, `Thought 1`, `Answer 1`, and so on."""
    conversation = Conversation.objects.create(owner=owner, title=title)
    messages, parts, runs = [], [], []
    last: Message | None = None
    for number in range(1, turns + 1):
        question = Message(conversation=conversation, role="user", parent_id=last.id if last else None)
        reply = Message(conversation=conversation, role="assistant", parent_id=question.id)
        run = Generation(message=reply, user=owner, provider="stage", model="puppet", model_name="Puppet")
        run.state, run.folded, run.began_at = "done", True, timezone.now() - timedelta(days=1)
        run.usage, run.ended_ms, run.thinking_ms = {"completion_tokens": 20}, 900, 400
        messages += [question, reply]
        runs.append(run)
        parts += [
            Part(message=question, position=0, kind="question", text=f"Question {number}"),
            Part(
                message=reply, position=0, kind="thinking", text=f"Thought {number}.{words}", generation=run
            ),
            Part(message=reply, position=1, kind="answer", text=f"Answer {number}.{words}", generation=run),
        ]
        last = reply
    for message in messages:
        message.created_at = timezone.now()
    Message.objects.bulk_create(messages, batch_size=2000)
    Generation.objects.bulk_create(runs, batch_size=500)
    Part.objects.bulk_create(parts, batch_size=2000)
    conversation.leaf = last
    conversation.save()
    return conversation
