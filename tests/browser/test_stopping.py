"""Stop reacts at once and keeps everything; Continue and Retry go on from there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    expect_same_when_opened_again,
    expect_state,
    long_answer,
    long_thought,
    notice,
    reply,
    summary,
    text_of,
)

REACTS = """() => {
    const stopped = performance.now();
    const stop = document.querySelector(".stop");
    stop.click();
    return stop.disabled && performance.now() - stopped < 100;
}"""
TIME_TO_STOP = """(reply) => document.addEventListener("keydown", () => {
    const pressed = performance.now();
    new MutationObserver(() => {
        if (reply.dataset.state === "stopped") window.stoppedAfter ??= performance.now() - pressed;
    }).observe(reply, { attributeFilter: ["data-state"] });
}, { once: true, capture: true })"""
"""Takes the milliseconds from the key until the page says that the reply has stopped."""


def words(running: Locator) -> str:
    """The answer without white space, in which a join would show."""
    return "".join(answer(running).inner_text().split())


def stopped(running: Locator) -> None:
    expect_state(running, "stopped")
    expect(notice(running)).to_contain_text("You stopped this after")


@pytest.mark.parametrize("begun", [long_answer, long_thought])
def test_ch_18_escape_stops_it_in_time_and_a_reload_shows_the_same_text(
    chat: Page, begun: Callable[[Page], Locator]
) -> None:
    running = begun(chat)
    running.evaluate(TIME_TO_STOP)
    chat.keyboard.press("Escape")
    stopped(running)
    assert chat.evaluate("window.stoppedAfter") <= 300
    expect(chat.get_by_role("button", name="Send")).to_be_visible()
    expect_same_when_opened_again(chat)
    kept = text_of(running)
    chat.reload()
    assert text_of(reply(chat)) == kept
    stopped(reply(chat))


def test_control_and_a_full_stop_stop_it_too(chat: Page) -> None:
    running = long_answer(chat)
    chat.keyboard.press("Control+.")
    stopped(running)


def test_stop_shows_at_once(chat: Page) -> None:
    running = long_answer(chat)
    assert chat.evaluate(REACTS)
    stopped(running)


def test_stopping_the_thinking_keeps_it(chat: Page) -> None:
    running = long_thought(chat)
    chat.get_by_role("button", name="Stop", exact=True).click()
    stopped(running)
    expect(summary(running)).to_contain_text(re.compile(r"Stopped after \d+ s"))
    expect(running.get_by_role("button", name="Continue thinking")).to_be_visible()


def test_continue_grows_the_same_message_with_a_hairline(chat: Page) -> None:
    running = long_answer(chat, chunks=150, rate=20, thinking=0.2)
    chat.keyboard.press("Escape")
    stopped(running)
    name, before = running.get_attribute("id"), words(running)
    running.get_by_role("button", name="Continue", exact=True).click()
    expect(running.locator("section .joined")).to_have_count(1, timeout=PATIENCE)
    expect(running).to_have_attribute("id", name or "")
    expect_state(running, "done")
    assert words(running).startswith(before)
    assert len(words(running)) > len(before)
    expect(chat.locator("streaming-reply")).to_have_count(1)
    expect_same_when_opened_again(chat)


def test_retry_makes_a_version_and_the_pager_goes_back(chat: Page) -> None:
    running = long_answer(chat, chunks=120, rate=20, thinking=0.2)
    chat.keyboard.press("Escape")
    stopped(running)
    first = text_of(running)
    running.get_by_role("button", name="Retry").click()
    expect_state(reply(chat), "done")
    expect(chat.locator("article")).to_have_count(1)
    expect(reply(chat).locator(".pager")).to_contain_text("2 of 2")
    second = text_of(reply(chat))
    reply(chat).get_by_role("button", name="Previous version").click()
    expect(reply(chat).locator(".pager")).to_contain_text("1 of 2")
    assert text_of(reply(chat)) == first
    reply(chat).get_by_role("button", name="Next version").click()
    expect(reply(chat).locator(".pager")).to_contain_text("2 of 2")
    assert text_of(reply(chat)) == second
    expect(answer(reply(chat))).to_be_visible()
