"""Vendors are named under chat/providers and in what people read, nowhere else in the code."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VENDORS = re.compile(
    r"moonshot|kimi|openrouter|deepseek|anthropic|openai(?!-compatible)|sglang|vllm|ollama|mistral|litellm|qwen|gemma",
    re.IGNORECASE,
)


def test_no_vendor_is_named_outside_the_providers() -> None:
    files = [*ROOT.glob("chat/**/*.py"), *ROOT.glob("accounts/**/*.py"), *ROOT.glob("templates/**/*.html")]
    ours = [file for file in files if ROOT / "chat" / "providers" not in file.parents]
    assert len(ours) > 20
    named = {str(file.relative_to(ROOT)): VENDORS.findall(file.read_text(encoding="utf-8")) for file in ours}
    # The command that reads saved bodies names the protocols as people know them.
    assert set(named.pop("chat/management/commands/readstream.py")) <= {"anthropic"}
    assert {file: names for file, names in named.items() if names} == {}
