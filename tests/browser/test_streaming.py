"""A question is sent; thinking and answer stream into their own regions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    details,
    expect_state,
    play,
    reply,
    states,
    summary,
    thinking,
)


def in_order(passed: list[str], wanted: list[str]) -> bool:
    rest = iter(passed)
    return all(state in rest for state in wanted)


def test_a_first_question_makes_a_chat_of_its_own(chat: Page) -> None:
    play(chat, "finished", "How do I split an odd cent?")
    expect(chat.locator(".user .bubble")).to_have_text("How do I split an odd cent?")
    expect(chat.get_by_role("heading", level=1)).to_have_text("How do I split an odd cent?")
    expect(chat.get_by_role("textbox", name="Message")).to_have_value("")
    expect_state(reply(chat), "done")


def test_a_reply_passes_its_states_in_order(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    passed = states(chat)
    assert passed[0] in {"queued", "connecting", "thinking"}
    assert in_order(passed, ["thinking", "answering", "done"]), passed


def test_thinking_and_answer_stream_apart(chat: Page) -> None:
    running = ask_for(chat, rate=60, chunks=600, thinking=0.5)
    expect(thinking(running)).to_contain_text("First, the constraints", timeout=PATIENCE)
    expect(running).to_have_attribute("data-state", "thinking")
    expect(answer(running)).to_be_hidden()
    expect(answer(running)).to_contain_text("Moving the column", timeout=PATIENCE)
    expect(thinking(running)).not_to_contain_text("Moving the column")
    expect(answer(running)).not_to_contain_text("First, the constraints")
    chat.get_by_role("button", name="Stop", exact=True).click()


def test_the_summary_tells_how_long_it_thought(chat: Page) -> None:
    running = ask_for(chat, rate=60, chunks=400, thinking=0.7)
    expect(summary(running)).to_contain_text("Thinking…", timeout=PATIENCE)
    expect(summary(running).locator("live-clock")).to_have_text(re.compile(r"\d:\d\d"), timeout=PATIENCE)
    expect_state(running, "done")
    expect(summary(running)).to_contain_text(re.compile(r"Thought for \d+ s"))
    expect(summary(running).locator("live-clock")).to_have_count(0)


def test_a_second_question_goes_to_the_top_of_the_pane(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    play(chat, "finished", "And with four parties?")
    expect(chat.locator("article")).to_have_count(2)
    top = "element => element.getBoundingClientRect().top"
    offset = chat.locator("article").last.evaluate(top) - chat.locator(".scroll").evaluate(top)
    assert abs(offset - 16) <= 1
    expect_state(reply(chat), "done")
    expect(chat.locator("article")).to_have_count(2)


def test_the_model_sees_what_was_said_before(chat: Page) -> None:
    expect_state(ask_for(chat, "first", chunks=20, rate=0), "done")
    expect_state(ask_for(chat, "second", chunks=20, rate=0), "done")
    expect(chat.locator("article")).to_have_count(2)
    expect(details(reply(chat))).to_have_count(1)
