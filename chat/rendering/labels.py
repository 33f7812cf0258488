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


def headline(state: str, thinking_ms: int | None, total_ms: int | None, *, hidden: bool = False) -> str:
    """What the summary of the thinking region says."""
    match state:
        case "queued":
            return "Waiting for a free slot"
        case "connecting":
            return "Starting"
        case "waiting":
            return "Waiting"
        case "thinking":
            return "Thinking…"
        case "tool":
            return "Using a tool"
    if thinking_ms is not None and state in {"answering", "done"}:
        return f"Thought for {duration(thinking_ms)}"
    after = duration(total_ms if thinking_ms is None else thinking_ms)
    match state:
        case "stopped":
            return f"Stopped after {after}"
        case "truncated":
            return f"Cut off after {after}" if thinking_ms is None else f"Thought for {after}"
        case "failed":
            return f"Failed after {after}"
        case "interrupted":
            return f"Interrupted after {after}"
    return "Answering" if state == "answering" else "Thought"
