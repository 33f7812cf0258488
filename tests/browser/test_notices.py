"""What is said in place when a reply did not simply end, and the next moves."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    details,
    expect_same_when_opened_again,
    expect_state,
    notice,
    play,
    summary,
    thinking,
)

KIND = "data-notice"
RETRY_AFTER = 5
"""What the script says that is refused."""
COUNT_REGIONS = """
    window.regions = 0;
    const region = "streaming-reply:is([data-state=answering], [data-state=done]) reasoning-trace";
    new MutationObserver(() => { window.regions += document.querySelectorAll(region).length; })
        .observe(document, { subtree: true, childList: true });
"""
"""Until a reply begins, its region is where the page says that it starts."""


def test_another_try_at_a_cut_off_thought_makes_another_version(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    running.get_by_role("button", name="Regenerate").click()
    expect(running.locator(".pager")).to_contain_text("2 of 2", timeout=PATIENCE)


@pytest.mark.parametrize(("script", "said"), [("error-mid", "engine stopped"), ("cut-mid", "connection")])
def test_a_failure_says_what_happened_and_keeps_what_came(chat: Page, script: str, said: str) -> None:
    running = play(chat, script)
    expect_state(running, "failed")
    expect(notice(running)).to_have_attribute(KIND, "failed")
    expect(notice(running)).to_contain_text(re.compile(said))
    expect(notice(running)).to_contain_text("What had arrived was kept.")
    expect(thinking(running)).to_have_count(1)
    expect_same_when_opened_again(chat)


def test_a_refusal_shows_its_details(chat: Page) -> None:
    running = ask_for(chat, status=400, message="The parameter is unknown.")
    expect_state(running, "failed")
    expect(thinking(running)).to_have_count(0)
    notice(running).get_by_text("Details").click()
    expect(notice(running).get_by_text("The parameter is unknown.").last).to_be_visible()
    expect(notice(running).get_by_text("400").last).to_be_visible()
    expect(running.get_by_role("button", name="Retry")).to_be_visible()


def test_ch_15_a_rate_limit_counts_down_and_retries_by_itself(chat: Page) -> None:
    running = play(chat, "429-first")
    expect_state(running, "waiting")
    began = time.monotonic()
    left = int(running.locator("live-countdown").inner_text().removeprefix("0:"))
    assert left == pytest.approx(RETRY_AFTER, abs=1)
    expect(notice(running)).to_have_count(1)
    expect(notice(running)).to_contain_text(re.compile(r"Trying again in 0:0\d"))
    expect(notice(running)).to_contain_text("Attempt 2 of 5. Your message is saved.")
    expect(running).not_to_have_attribute("data-state", "waiting")
    assert time.monotonic() - began == pytest.approx(left, abs=1)
    expect_state(running, "done")
    expect(answer(running)).to_contain_text("A marathon is 42.195 km")
    expect(notice(running)).to_have_count(0)
    expect(chat.locator("article")).to_have_count(1)
    expect(chat.locator("streaming-reply")).to_have_count(1)
    expect(running.get_by_role("button", name="Previous version")).to_have_count(0)


def test_try_now_does_not_wait(chat: Page) -> None:
    running = ask_for(chat, "now", status=429, refusals=1, retry_after=170, chunks=30, rate=0)
    expect_state(running, "waiting")
    running.get_by_role("button", name="Try now").click()
    expect_state(running, "done")


def test_cancel_ends_the_wait(chat: Page) -> None:
    running = ask_for(chat, "cancel", status=429, retry_after=170)
    expect_state(running, "waiting")
    running.get_by_role("button", name="Cancel").click()
    expect_state(running, "stopped")
    expect(running.get_by_role("button", name="Retry")).to_be_visible()


def test_ch_12_hidden_thinking_has_a_lock_and_nothing_to_open(chat: Page) -> None:
    running = play(chat, "hidden-thinking")
    expect_state(running, "done")
    expect(summary(running)).to_contain_text(
        re.compile(r"Thought for .*this provider does not send the text", re.DOTALL)
    )
    expect(summary(running).locator(".lock")).to_be_visible()
    for _ in range(2):
        summary(running).click()
        expect(details(running)).not_to_have_attribute("open", "")
        expect(running.locator("reasoning-trace .body")).to_be_hidden()
        expect(summary(running).locator(".lock")).to_be_visible()
        chat.reload()


def test_ch_11_a_reply_without_thinking_has_no_region_for_it(chat: Page) -> None:
    chat.context.add_init_script(COUNT_REGIONS)
    for question in ("How do I ask for the station?", "And once more?"):
        running = play(chat, "no-thinking", question)
        expect_state(running, "done")
        expect(answer(running)).to_contain_text("Où est la gare")
        expect(chat.locator("reasoning-trace")).to_have_count(0)
        assert chat.evaluate("window.regions") == 0
    chat.reload()
    expect(chat.locator("reasoning-trace")).to_have_count(0)


def test_thinking_alone_is_not_passed_off_as_an_answer(chat: Page) -> None:
    running = ask_for(chat, thinking_text="I only think about it. " * 20, rate=0)
    expect_state(running, "done")
    expect(notice(running)).to_contain_text("The model ended without a separate answer.")
    expect(answer(running)).to_be_hidden()
    expect(running.get_by_role("button", name="Copy answer")).to_be_disabled()
