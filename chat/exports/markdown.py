"""A conversation as Markdown: a heading for each message, and below it what was written."""

from collections.abc import Iterator

from chat.exports.reading import Export, Said
from chat.models import Generation
from chat.rendering.reply import Reply
from chat.rendering.thinking_text import thinking_markdown


def pieces(export: Export) -> Iterator[str]:
    thinking = "With the models’ thinking." if export.thinking else "Without the models’ thinking."
    when = f"{export.at:%Y-%m-%d %H:%M} UTC"
    yield f"# {export.conversation}\n\n_Exported from Workings on {when}. {thinking}_\n"
    for said in export.said():
        yield _message(said)


def _message(said: Said) -> str:
    if said.reply is None:
        return f"\n## You\n\n{said.text}\n"
    return f"\n## {said.reply.model_name or 'Reply'}\n\n{_reply(said.reply)}\n"


def _reply(reply: Reply) -> str:
    answer, thinking = reply.answer_markdown, thinking_markdown(reply, level=4)
    texts = (
        [f"### Thinking\n\n{thinking}", f"### Answer\n\n{answer}" if answer else ""] if thinking else [answer]
    )
    ended = "" if reply.state == Generation.State.DONE else f"_{STATES.get(reply.state, 'Not finished')}._"
    return "\n\n".join(filter(None, [*texts, ended]))


STATES: dict[str, str] = {
    Generation.State.STOPPED: "Stopped",
    Generation.State.TRUNCATED: "Cut off at its limit",
    Generation.State.FAILED: "Failed",
    Generation.State.INTERRUPTED: "Interrupted",
}
