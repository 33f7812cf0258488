"""What documents list is what there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.identity import identity_servers
from chat.providers.registry import configurations
from chat.version import HEADING, version

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
READS = re.compile(
    r"""\b(?:env(?:str|bool|int|list|choice|secret)|environ\.get|getenv)\(\s*"([A-Z][A-Z_]+)["]"""
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")
VENDORS = re.compile(
    r"anthropic|deepseek|moonshot|kimi|openai|openrouter|sglang|vllm|claude|gemini|groq", re.IGNORECASE
)
PLAIN_WORDS = re.compile(r"OpenAI-compatible")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def variables_read() -> set[str]:
    """The environment variables that code names, and those whose names it puts together."""
    literal = {name for path in sources("chat", "accounts") for name in READS.findall(path.read_text())}
    asked: set[str] = set()
    answers = {"SCRIPTED_SPEED": "1", "SCRIPTED_PROVIDER": "on", "LOCAL_MODEL": "auto"}

    def read(name: str) -> str:
        asked.add(name)
        return answers.get(name, "https://example.org")

    configurations(read, read)
    identity_servers(read, read)
    return (literal | asked) - {"DJANGO_SETTINGS_MODULE"}


def test_every_variable_that_is_read_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/configuration.md").read_text()))
    read = variables_read()
    assert {"SECRET_KEY", "OPENROUTER_API_KEY", "OIDC_CLIENT_ID"} <= read, "the search finds what it should"
    assert read - documented == set()


def test_every_documented_variable_is_read_somewhere() -> None:
    text = (ROOT / "docs/configuration.md").read_text().partition("## Development")[0]
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`(?! is read)", text))
    assert documented - variables_read() - {"SECRET_KEY_FILE", "DEBUG", "INFO", "WARNING", "ERROR"} == set()


def requirements() -> set[str]:
    lines = [line for file in ROOT.glob("requirements*.in") for line in file.read_text().splitlines()]
    names = [re.match(r"[a-z][a-z0-9-]*", line) for line in lines]
    return {name[0] for name in names if name}


def test_every_requirement_has_its_reason_and_every_reason_its_requirement() -> None:
    reasons = set(
        re.findall(r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    )
    assert reasons == requirements()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    named = re.findall(r"`((?:chat|accounts|tests|static|bin|docs)/[\w./-]+)`", document.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_vendor_is_named_outside_the_providers() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name[0]}"
        for path in sources("chat", "accounts")
        if not path.is_relative_to(ROOT / "chat/providers")
        for name in VENDORS.finditer(PLAIN_WORDS.sub("", path.read_text()))
    ]
    assert found == []


def test_the_version_is_the_newest_heading_of_the_changelog() -> None:
    headings = HEADING.findall((ROOT / "CHANGELOG.md").read_text())
    assert version() == headings[0]
