"""Answer now, and what goes on in place after a limit, a stop or an error (CH-13, CH-14, CH-16, CH-19)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    expect_same_when_opened_again,
    expect_state,
    long_thought,
    notice,
    open_again,
    play,
    reply,
    scripted,
    states,
    stored,
    summary,
    thinking,
)
from tests.upstreams import RunningUpstream

EARLY = re.compile(r"^Answered early, from [\w,]+ steps?\.$")
CUT_SHORT = re.compile(r"Thought for .+, cut short")
ANSWERS = {"chunks": 40, "rate": 50, "thinking": 0.0}
"""The plan of the request that answers from the thinking."""

JUST_BEGUN = """() => {
    const old = document.querySelector("answer-now");
    const fresh = old.cloneNode(true);
    fresh.querySelector("button").disabled = false;
    old.closest("streaming-reply").dataset.started = Date.now();
    old.replaceWith(fresh);
    return fresh.querySelector("button").disabled;
}"""
"""Draws the button as if the thinking began now, and tells whether it waits."""


def button(page: Page | Locator) -> Locator:
    return page.get_by_role("button", name="Answer now")


def thinks(page: Page, words: str, **then: Any) -> Locator:
    """A reply that thinks for half a minute or more, unless it is made to answer."""
    return long_thought(page, words, then=ANSWERS | then)


def thought(running: Locator) -> str:
    """The thinking without white space, which is drawn in steps and their paragraphs."""
    return "".join("".join(thinking(running).locator(".trace .tx").all_text_contents()).split())


def test_ch_13_a_limit_in_the_thinking_offers_an_answer_from_it(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    expect(notice(running)).to_have_attribute("data-notice", "truncated-thinking")
    expect(notice(running)).to_contain_text("Stopped at 400 tokens, before the answer began.")
    expect(answer(running)).to_have_count(0)
    expect_same_when_opened_again(chat)
    kept = thought(running)
    expect(running.get_by_role("button", name="Answer from this thinking")).to_have_class(re.compile("solid"))
    running.get_by_role("button", name="Answer from this thinking").click()
    expect_state(running, "done")
    expect(answer(running)).to_contain_text("There are 92 solutions")
    expect(summary(running)).to_contain_text(CUT_SHORT)
    expect(running.locator(".early")).to_have_text(EARLY)
    assert thought(running) == kept
    expect(chat.locator("streaming-reply")).to_have_count(1)
    expect_same_when_opened_again(chat)


def test_ch_13_or_the_thinking_goes_on(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    running.get_by_role("button", name="Continue thinking").click()
    expect_state(running, "done")
    expect(thinking(running).locator(".trace")).to_contain_text("the fourth. That is everything")
    expect(answer(running)).to_contain_text("There are 92 solutions")
    expect(running.locator(".early")).to_have_count(0)
    expect(notice(running)).to_have_count(0)
    expect_same_when_opened_again(chat)


def test_ch_13_the_limit_can_be_raised_from_there(chat: Page) -> None:
    running = play(chat, "trunc-thinking")
    expect_state(running, "truncated")
    running.get_by_role("button", name="Raise the limit").click()
    expect(chat.get_by_label("Longest reply", exact=True)).to_be_visible()


def test_a_limit_that_was_raised_counts_for_what_goes_on(chat: Page, model: RunningUpstream) -> None:
    running = ask_for(chat, "raised", chunks=40, rate=0, thinking=1.0, finish="length", then=ANSWERS)
    expect_state(running, "truncated")
    model.forget()
    running.get_by_role("button", name="Raise the limit").click()
    chat.get_by_label("Longest reply", exact=True).fill("9,000")
    chat.keyboard.press("Escape")
    running.get_by_role("button", name="Answer from this thinking").click()
    expect_state(running, "done")
    [body] = model.bodies()
    assert (body["model"], body["max_tokens"]) == ("upstream", 9000)


def test_ch_14_an_answer_that_was_cut_off_grows_with_one_mark_and_no_seam(chat: Page) -> None:
    running = play(chat, "trunc-answer")
    expect_state(running, "truncated")
    expect(notice(running)).to_have_attribute("data-notice", "truncated-answer")
    expect(notice(running)).to_contain_text("The answer was cut off")
    name = running.get_attribute("id")
    running.get_by_role("button", name="Continue", exact=True).click()
    expect_state(running, "done")
    expect(running).to_have_attribute("id", name or "")
    expect(chat.locator("streaming-reply")).to_have_count(1)
    expect(running.locator("section .joined")).to_have_count(1)
    expect(answer(running).locator("ol")).to_have_count(1)
    assert stored(running, "answer") == scripted("trunc-answer").text("answer")
    expect_same_when_opened_again(chat)


def test_ch_14_a_word_that_was_cut_is_not_broken(chat: Page) -> None:
    then = {"answer_text": "nterrupted and it goes on.", "rate": 50}
    running = ask_for(chat, "word", answer_text="First.\n\nIt was i", finish="length", rate=0, then=then)
    expect_state(running, "truncated")
    running.get_by_role("button", name="Continue", exact=True).click()
    expect_state(running, "done")
    expect(answer(running).locator("p").last).to_have_text("It was interrupted and it goes on.")
    assert stored(running, "answer") == "First.\n\nIt was interrupted and it goes on."
    expect_same_when_opened_again(chat)


def test_ch_16_a_limit_in_mid_thought_retries_nothing_and_keeps_what_came(chat: Page) -> None:
    running = play(chat, "429-mid")
    expect_state(running, "failed")
    assert "waiting" not in states(chat)
    expect(notice(running)).to_have_count(1)
    expect(notice(running)).to_contain_text("reached its limit")
    expect(thinking(running)).to_contain_text("Rayleigh scattering", use_inner_text=False)
    expect(running.get_by_role("button", name="Retry")).to_be_visible()
    running.get_by_role("button", name="Answer from this thinking").click()
    expect_state(running, "done")
    expect(answer(running)).to_contain_text("Air scatters blue light")
    expect(summary(running)).to_contain_text(CUT_SHORT)


def test_ch_19_the_same_model_answers_and_the_thinking_is_kept(chat: Page, model: RunningUpstream) -> None:
    model.forget()
    running = thinks(chat, "now")
    expect(button(running)).to_be_enabled()
    kept = thought(running)
    button(running).click()
    expect(summary(running)).to_contain_text(CUT_SHORT, timeout=PATIENCE)
    expect(button(running)).to_have_count(0)
    expect_state(running, "done")
    expect(running.locator(".early")).to_have_text(EARLY)
    assert thought(running).startswith(kept)
    first, second = model.bodies()
    assert second["model"] == first["model"]
    assert second["messages"][:1] == first["messages"]
    assert "".join(second["messages"][1]["content"].split()) == thought(running)
    expect_same_when_opened_again(chat)
    chat.reload()
    expect(summary(reply(chat))).to_contain_text(CUT_SHORT)
    expect(reply(chat).locator(".early")).to_have_text(EARLY)


def test_two_clicks_and_two_tabs_make_one_more_request(chat: Page, model: RunningUpstream) -> None:
    model.forget()
    running = thinks(chat, "twice")
    tab = open_again(chat)
    for page in (tab, chat):
        expect(button(page)).to_be_enabled()
    for page in (tab, chat):
        page.evaluate("""() => {
            const button = document.querySelector("answer-now button");
            button?.click(); button?.click();
        }""")
    expect_state(running, "done")
    expect_state(reply(tab), "done")
    expect(summary(reply(tab))).to_contain_text(CUT_SHORT)
    assert len(model.bodies()) == 2
    tab.close()


def test_it_says_what_it_costs_and_cannot_be_pressed_at_once(chat: Page) -> None:
    running = thinks(chat, "cost")
    costs = re.compile(r"^Same model\. Re-reads [\d.]+k? tokens\.$")
    expect(button(running)).to_have_accessible_description(costs)
    expect(button(running)).to_have_attribute("title", costs)
    assert chat.evaluate(JUST_BEGUN)
    expect(button(running)).to_be_enabled()
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


def test_the_price_is_said_where_it_is_known(chat: Page) -> None:
    running = play(chat, "long-60k")
    costs = re.compile(r"^Same model\. Re-reads [\d.]+k? tokens, about \$0\.00\d+\.$")
    expect(button(running)).to_have_accessible_description(costs, timeout=PATIENCE)
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


def test_the_key_a_answers_now_but_not_from_a_field(chat: Page) -> None:
    running = thinks(chat, "key")
    expect(button(running)).to_be_enabled()
    chat.get_by_role("textbox", name="Message").press("a")
    chat.wait_for_timeout(300)
    expect_state(running, "thinking")
    summary(running).focus()
    chat.keyboard.press("a")
    expect(summary(running)).to_contain_text(CUT_SHORT, timeout=PATIENCE)
    chat.get_by_role("textbox", name="Message").fill("")


def test_whoever_pressed_it_by_keyboard_is_not_lost(chat: Page) -> None:
    running = thinks(chat, "focus")
    expect(button(running)).to_be_enabled()
    button(running).focus()
    chat.keyboard.press("Enter")
    expect(button(running)).to_have_count(0, timeout=PATIENCE)
    expect(summary(running)).to_be_focused()


@pytest.mark.parametrize("script", ["no-thinking", "hidden-thinking"])
def test_where_it_cannot_be_done_it_is_absent(chat: Page, script: str) -> None:
    running = play(chat, script)
    expect_state(running, "done")
    expect(running.locator("answer-now")).to_have_count(0)


def test_stop_in_the_thinking_offers_an_answer_from_it(chat: Page, model: RunningUpstream) -> None:
    running = thinks(chat, "stopped")
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
    model.forget()
    running.get_by_role("button", name="Answer from this thinking").click()
    expect_state(running, "done")
    expect(summary(running)).to_contain_text(CUT_SHORT)
    assert len(model.bodies()) == 1
    expect_same_when_opened_again(chat)
