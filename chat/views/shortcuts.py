"""What keys do: the one table. The page's dialog and the settings list it, and scripts read it there.

A capability adds its row here, and in its own script says what the row's name does:
`act("regenerate", run, when)` of `static/js/keys.js`. Only rows that are bound, and act now, are listed
by the dialog.
"""

from dataclasses import dataclass

from chat.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`keys` as `Ctrl+Shift+O`, or one after the other as `G C`. `single`: no Ctrl, so it acts only in the
    conversation, and can be turned off. `elsewhere`: the element that has the focus sees to it.
    """

    name: str
    keys: str
    does: str
    single: bool = False
    elsewhere: bool = False

    @property
    def pressed(self) -> str:
        """As scripts compare it."""
        return self.keys.lower()


ANYWHERE = (
    Shortcut("stop", "Esc", "Close what is open, else stop the reply"),
    Shortcut("stop-at-once", "Ctrl+.", "Stop the reply"),
    Shortcut("search", "Ctrl+K", "Search"),
    Shortcut("new-chat", "Ctrl+Shift+O", "New chat"),
    Shortcut("models", "Ctrl+;", "Choose a model"),
    Shortcut("think-auto", "Alt+1", "Thinking: auto"),
    Shortcut("think-on", "Alt+2", "Thinking: on"),
    Shortcut("think-off", "Alt+3", "Thinking: off"),
    Shortcut("sidebar", "Ctrl+\\", "Show or hide the conversations"),
)
IN_THE_CONVERSATION = (
    Shortcut("keys", "?", "Show this list", single=True),
    Shortcut("next-turn", "J", "Next turn", single=True),
    Shortcut("previous-turn", "K", "Previous turn", single=True),
    Shortcut("next-step", "N", "Next step of the thinking", single=True),
    Shortcut("previous-step", "P", "Previous step", single=True),
    Shortcut("next-turned", "Shift+N", "Next step where the model turned back", single=True),
    Shortcut("previous-turned", "Shift+P", "Previous step where it turned back", single=True),
    Shortcut("find", "/", "Find in the thinking", single=True),
    Shortcut("follow", "F", "Follow the thinking, or stop following", single=True),
    Shortcut("link", "L", "Copy a link to the step or the turn", single=True),
    Shortcut("answer-now", "A", "Answer now, while it thinks", single=True),
    Shortcut("edit", "E", "Edit the last question", single=True),
    Shortcut("regenerate", "R", "Regenerate the reply", single=True),
    Shortcut("previous-version", "[", "Previous version", single=True),
    Shortcut("next-version", "]", "Next version", single=True),
    Shortcut("compare", "|", "Compare versions", single=True),
    Shortcut("copy", "C", "Copy the answer", single=True),
    Shortcut("copy-thinking", "Shift+C", "Copy the thinking", single=True),
    Shortcut("fold", "T", "Open or fold the thinking", single=True),
    Shortcut("fold-all", "Shift+T", "Open or fold all thinking", single=True),
    Shortcut("chats", "G C", "Go to a new chat", single=True),
)


def shortcuts_for(preferences: Preferences) -> tuple[Shortcut, ...]:
    """How a message is sent is for its writer to choose."""
    enter, line = (
        ("Ctrl+Enter", "Enter") if preferences.send_with == "mod-enter" else ("Enter", "Shift+Enter")
    )
    return (
        Shortcut("send", enter, "Send the message", elsewhere=True),
        Shortcut("line", line, "Break the line", elsewhere=True),
        *ANYWHERE,
        *IN_THE_CONVERSATION,
    )
