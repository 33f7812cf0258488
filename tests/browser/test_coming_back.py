"""Reload, second tab, dropped socket: the same text, no gap, no double."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    expect_same_when_opened_again,
    expect_state,
    open_again,
    play,
    reply,
    scripted,
    send,
    stored,
    text_of,
    thinking,
)
from tests.upstreams import ask

SCRIPTS = """
    finished no-thinking tools-interleaved hidden-thinking trunc-thinking trunc-answer
    error-mid 429-mid cut-mid cjk rtl hostile-html literal-think-tag repeats drop-socket
""".split()
ENDED = "streaming-reply:is([data-state=done], [data-state=failed], [data-state=truncated])"


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_streamed_is_what_a_fresh_page_shows(chat: Page, script: str) -> None:
    play(chat, script)
    expect(chat.locator(ENDED)).to_have_count(1, timeout=PATIENCE)
    expect_same_when_opened_again(chat)


def test_a_reload_in_the_thinking_goes_on_where_it_was(chat: Page) -> None:
    running = ask_for(chat, rate=50, chunks=500, thinking=0.6)
    expect(thinking(running)).to_contain_text("nobody will accept", timeout=PATIENCE)
    chat.reload()
    expect(thinking(reply(chat))).to_contain_text("nobody will accept")
    expect_state(reply(chat), "done")
    expect_same_when_opened_again(chat)


def test_a_reload_in_the_answer_goes_on_where_it_was(chat: Page) -> None:
    running = ask_for(chat, rate=50, chunks=400, thinking=0.2)
    expect(answer(running)).to_contain_text("Do it in", timeout=PATIENCE)
    chat.reload()
    expect(answer(reply(chat))).to_contain_text("Do it in")
    expect_state(reply(chat), "done")
    expect_same_when_opened_again(chat)


def test_two_tabs_show_the_same_text(chat: Page) -> None:
    running = ask_for(chat, rate=50, chunks=400, thinking=0.5)
    expect(thinking(running)).to_contain_text("the constraints", timeout=PATIENCE)
    tab = open_again(chat)
    expect_state(reply(chat), "done")
    expect_state(reply(tab), "done")
    assert text_of(reply(tab)) == text_of(reply(chat))
    expect_same_when_opened_again(chat)


def test_a_turn_sent_in_one_tab_appears_in_the_other(chat: Page) -> None:
    expect_state(ask_for(chat, "first", chunks=20, rate=0), "done")
    tab = open_again(chat)
    send(tab, ask("second", chunks=100, rate=50))
    expect(chat.locator("article")).to_have_count(2)
    expect_state(reply(chat), "done")
    expect_state(reply(tab), "done")
    expect(tab.locator("article")).to_have_count(2)
    assert text_of(reply(tab)) == text_of(reply(chat))


def test_a_dropped_socket_comes_back_and_misses_nothing(chat: Page) -> None:
    running = ask_for(chat, rate=50, chunks=500, thinking=0.5)
    expect(thinking(running)).to_contain_text("the constraints", timeout=PATIENCE)
    chat.evaluate("document.querySelector('chat-page').socket.socket.close()")
    expect_state(running, "done")
    expect_same_when_opened_again(chat)


@pytest.mark.parametrize("script_speed", ["2"], scope="module")
def test_ch_17_six_seconds_of_a_script_without_a_network_leave_no_gap(chat: Page) -> None:
    running = play(chat, "drop-socket")
    expect(thinking(running)).to_contain_text("an order of three keys", timeout=PATIENCE)
    chat.context.set_offline(True)
    chat.evaluate("document.querySelector('chat-page').socket.socket.close()")
    expect(chat.locator("#said")).to_contain_text("Reconnecting", timeout=PATIENCE)
    missed = text_of(running)
    chat.wait_for_timeout(3000)
    assert text_of(running) == missed, "need a page that hears nothing for this test to mean anything"
    chat.context.set_offline(False)
    expect(chat.locator("#said")).to_be_empty(timeout=PATIENCE)
    expect_state(running, "done")
    for kind in ("thinking", "answer"):
        assert stored(running, kind) == scripted("drop-socket").text(kind)
    shown = "".join(running.locator(".trace .tx").all_text_contents())
    assert shown.split() == scripted("drop-socket").text("thinking").split()
    expect_same_when_opened_again(chat)
