"""What is said in place when a reply did not simply end, and the next moves."""

import re

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
    reply,
    summary,
    thinking,
)

KIND = "data-notice"


def test_a_reply_cut_off_while_thinking_says_so_and_goes_on(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    expect(notice(running)).to_have_attribute(KIND, "truncated-thinking")
    expect(notice(running)).to_contain_text("before the answer began")
    expect(answer(running)).to_be_hidden()
    expect_same_when_opened_again(chat)
    running.get_by_role("button", name="Continue thinking").click()
    expect_state(running, "done")
    expect(answer(running)).to_contain_text("There are 92 solutions")
    expect(notice(running)).to_have_count(0)
    expect_same_when_opened_again(chat)


def test_another_try_at_a_cut_off_thought_makes_another_version(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    running.get_by_role("button", name="Regenerate").click()
    expect(running.locator(".pager")).to_contain_text("2 of 2", timeout=PATIENCE)


def test_an_answer_that_was_cut_off_continues_in_place_without_a_seam_in_the_copy(chat: Page) -> None:
    running = play(chat, "trunc-answer")
    expect_state(running, "truncated")
    expect(notice(running)).to_have_attribute(KIND, "truncated-answer")
    expect(notice(running)).to_contain_text("The answer was cut off")
    running.get_by_role("button", name="Continue", exact=True).click()
    expect_state(running, "done")
    expect(running.locator("section .joined")).to_have_count(1)
    expect(chat.locator("streaming-reply")).to_have_count(1)
    url = running.get_by_role("button", name="Copy answer").get_attribute("data-copy-url")
    assert "wait until the lag is zero and stays there." in chat.request.get(url or "").text()
    expect_same_when_opened_again(chat)


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


def test_a_rate_limit_counts_down_and_retries_by_itself(chat: Page) -> None:
    running = ask_for(chat, "wait", status=429, refusals=1, retry_after=3, chunks=30, rate=0)
    expect_state(running, "waiting")
    expect(notice(running)).to_contain_text(re.compile(r"Trying again in 0:0[0-3]"))
    expect(notice(running)).to_contain_text("Attempt 2 of 5. Your message is saved.")
    expect_state(running, "done")
    expect(notice(running)).to_have_count(0)
    expect(chat.locator("article")).to_have_count(1)


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


def test_a_limit_in_mid_stream_never_retries_by_itself(chat: Page) -> None:
    running = play(chat, "429-mid")
    expect_state(running, "failed")
    expect(thinking(running)).to_contain_text("Rayleigh scattering", use_inner_text=False)
    expect(notice(running)).to_contain_text("reached its limit")


def test_hidden_thinking_has_a_lock_and_nothing_to_open(chat: Page) -> None:
    running = play(chat, "hidden-thinking")
    expect_state(running, "done")
    expect(summary(running)).to_contain_text(
        re.compile(r"Thought for .*this provider does not send the text", re.DOTALL)
    )
    expect(summary(running).locator(".lock")).to_be_visible()
    summary(running).click()
    expect(details(running)).not_to_have_attribute("open", "")
    chat.reload()
    summary(reply(chat)).click()
    expect(details(reply(chat))).not_to_have_attribute("open", "")
    expect(summary(reply(chat)).locator(".lock")).to_be_visible()


def test_a_reply_without_thinking_has_no_region_for_it(chat: Page) -> None:
    running = play(chat, "no-thinking")
    expect_state(running, "done")
    expect(running.locator("reasoning-trace")).to_have_count(0)
    expect(answer(running)).to_contain_text("Où est la gare")


def test_thinking_alone_is_not_passed_off_as_an_answer(chat: Page) -> None:
    running = ask_for(chat, thinking_text="I only think about it. " * 20, rate=0)
    expect_state(running, "done")
    expect(notice(running)).to_contain_text("The model ended without a separate answer.")
    expect(answer(running)).to_be_hidden()
    expect(running.get_by_role("button", name="Copy answer")).to_be_disabled()
