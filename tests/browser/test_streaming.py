"""A question is sent; thinking and answer stream into their own regions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    details,
    expect_same_when_opened_again,
    expect_state,
    play,
    reply,
    scripted,
    states,
    stored,
    summary,
    thinking,
)

TIME_TO_THE_TOP = """() => document.addEventListener("keydown", ({ key }) => {
    if (key !== "Enter") return;
    const [asked, turns] = [performance.now(), document.querySelectorAll("article").length];
    const pane = document.querySelector(".scroll");
    const look = () => {
        const turn = [...document.querySelectorAll("article")].at(turns);
        const offset = turn?.getBoundingClientRect().top - pane.getBoundingClientRect().top;
        if (Math.abs(offset - 16) <= 1) window.reachedTop = performance.now() - asked;
        else requestAnimationFrame(look);
    };
    look();
}, { once: true, capture: true })"""
"""Takes the milliseconds from Enter until the new turn stands at the top of the pane."""


def test_a_first_question_makes_a_chat_of_its_own(chat: Page) -> None:
    play(chat, "finished", "How do I split an odd cent?")
    expect(chat.locator(".user .bubble")).to_have_text("How do I split an odd cent?")
    expect(chat.get_by_role("heading", level=1)).to_have_text("How do I split an odd cent?")
    expect(chat.get_by_role("textbox", name="Message")).to_have_value("")
    expect_state(reply(chat), "done")


def test_ch_01_a_question_is_at_the_top_at_once_and_its_reply_passes_its_states(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.evaluate("sessionStorage.removeItem('states')")
    chat.evaluate(TIME_TO_THE_TOP)
    play(chat, "finished", "And with four parties?")
    chat.wait_for_function("() => window.reachedTop")
    assert chat.evaluate("reachedTop") < 100
    expect(chat.locator("article").last.locator(".bubble")).to_be_in_viewport(ratio=1)
    expect_state(reply(chat), "done")
    expect(chat.locator("article")).to_have_count(2)
    assert states(chat) == ["queued", "connecting", "thinking", "answering", "done"]


def test_thinking_and_answer_stream_apart(chat: Page) -> None:
    running = ask_for(chat, rate=60, chunks=600, thinking=0.5)
    expect(thinking(running)).to_contain_text("First, the constraints", timeout=PATIENCE)
    expect(running).to_have_attribute("data-state", "thinking")
    expect(answer(running)).to_be_hidden()
    expect(answer(running)).to_contain_text("Moving the column", timeout=PATIENCE)
    expect(thinking(running)).not_to_contain_text("Moving the column")
    expect(answer(running)).not_to_contain_text("First, the constraints")
    chat.get_by_role("button", name="Stop", exact=True).click()


def test_ch_26_a_tag_in_backticks_stays_in_place_and_splits_nothing(chat: Page) -> None:
    running = play(chat, "literal-think-tag")
    expect_state(running, "done")
    for kind in ("thinking", "answer"):
        assert stored(running, kind) == scripted("literal-think-tag").text(kind)
    trace, said = running.locator(".trace"), answer(running)
    assert trace.locator("code").all_text_contents() == ["</think>", "<think>"]
    expect(trace).to_contain_text("The tag is written </think> in backticks here", use_inner_text=False)
    assert said.locator("p code").all_text_contents() == ["<think>", "</think>"]
    expect(said).to_contain_text("as this one does: <think> and </think> in code are text.")
    expect(said.locator("pre")).to_contain_text("This block is an example inside a fence")
    expect_same_when_opened_again(chat)


def test_the_summary_tells_how_long_it_thought(chat: Page) -> None:
    running = ask_for(chat, rate=60, chunks=400, thinking=0.7)
    expect(summary(running)).to_contain_text("Thinking…", timeout=PATIENCE)
    expect(summary(running).locator("live-clock")).to_have_text(re.compile(r"\d:\d\d"), timeout=PATIENCE)
    expect_state(running, "done")
    expect(summary(running)).to_contain_text(re.compile(r"Thought for \d+ s"))
    expect(summary(running).locator("live-clock")).to_have_count(0)


def test_the_model_sees_what_was_said_before(chat: Page) -> None:
    expect_state(ask_for(chat, "first", chunks=20, rate=0), "done")
    expect_state(ask_for(chat, "second", chunks=20, rate=0), "done")
    expect(chat.locator("article")).to_have_count(2)
    expect(details(reply(chat))).to_have_count(1)
