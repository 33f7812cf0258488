"""Times and headlines in words (the table of reply states in the design of the chat page)."""


def duration(ms: int | None) -> str:
    """`under 1 s`, `41 s`, `1 min 05 s`, `1 h 02 min`."""
    seconds = (ms or 0) // 1000
    if seconds < 1:
        return "under 1 s"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def brief(ms: int) -> str:
    """As `duration`, with tenths of a second below ten: `3.6 s`."""
    return f"{ms / 1000:.1f} s" if ms < 9_950 else duration(ms)


WAITING = {
    "queued": "Waiting for a free slot",
    "unclaimed": "Waiting for a worker",
    "connecting": "Starting",
    "waiting": "Waiting",
    "thinking": "Thinking…",
    "tool": "Using a tool",
}
ENDED = {"stopped": "Stopped", "truncated": "Cut off", "failed": "Failed", "interrupted": "Interrupted"}


COUNTED = "no one two three four five six seven eight nine ten eleven twelve".split()


def headline(
    state: str,
    thinking_ms: int | None,
    total_ms: int | None,
    *,
    answered: bool = False,
    cut_short: bool = False,
) -> str:
    """What the summary of the thinking region says. `answered`: the thinking ended before the reply did."""
    if state in WAITING:
        return WAITING[state]
    if thinking_ms is not None and (answered or state in {"answering", "done"}):
        return f"Thought for {duration(thinking_ms)}{', cut short' if cut_short else ''}"
    if state in ENDED:
        return f"{ENDED[state]} {after(total_ms)}"
    return "Answering" if state == "answering" else "Thought"


def answered_early(steps: int | None = None) -> str:
    """The line over an answer whose thinking was cut short; `steps` where they are known."""
    if not steps:
        return "Answered early."
    number = COUNTED[steps] if steps < len(COUNTED) else f"{steps:,}"
    return f"Answered early, from {number} step{'' if steps == 1 else 's'}."


def after(ms: int | None) -> str:
    """`after 41 s`, `within a second`."""
    return "within a second" if (ms or 0) < 1000 else f"after {duration(ms)}"
