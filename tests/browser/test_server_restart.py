"""The server goes away in mid-stream: the page comes back by itself, and nothing is lost."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    expect_same_when_opened_again,
    expect_state,
    long_answer,
    long_thought,
    notice,
    reply,
    thinking,
)
from tests.servers import Site

SIGNALS = [signal.SIGKILL, signal.SIGTERM]


@pytest.fixture
def restartable(chat: Page, workings: Site, complaints: list[str]) -> Iterator[Site]:
    """Without the complaints of requests that met no server."""
    yield workings
    workings.start()
    complaints[:] = [words for words in complaints if not words.startswith(("htmx:", "undefined"))]


@pytest.mark.parametrize("by", SIGNALS)
def test_a_cut_answer_is_kept_and_goes_on(chat: Page, restartable: Site, by: signal.Signals) -> None:
    running = long_answer(chat, by.name, chunks=200, rate=25, thinking=0.2)
    restartable.end(by=by)
    expect(chat.locator("#said")).to_contain_text("Reconnecting", timeout=PATIENCE)
    restartable.start()
    expect_state(running, "interrupted")
    expect(notice(running)).to_contain_text("The server stopped while this was being written.")
    expect(answer(running)).to_contain_text("Do it in")
    expect(chat.locator("#said")).to_be_empty(timeout=PATIENCE)
    expect_same_when_opened_again(chat)
    kept = "".join(answer(running).inner_text().split())
    running.get_by_role("button", name="Continue", exact=True).click()
    expect_state(reply(chat), "done")
    assert "".join(answer(reply(chat)).inner_text().split()).startswith(kept)
    expect(reply(chat).locator("section .joined")).to_have_count(1)


@pytest.mark.parametrize("by", SIGNALS)
def test_cut_thinking_is_kept(chat: Page, restartable: Site, by: signal.Signals) -> None:
    running = long_thought(chat, by.name)
    restartable.end(by=by)
    restartable.start()
    expect_state(running, "interrupted")
    expect(thinking(running)).to_contain_text("nobody will accept")
    expect(running.get_by_role("button", name="Continue thinking")).to_be_visible()
    expect_same_when_opened_again(chat)
