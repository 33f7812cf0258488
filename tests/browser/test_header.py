"""What the header of a thought says, by the reader's own choice, and what is said aloud of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import PATIENCE, expect_state, long_thought, play, reply, summary


def prefer(chat: Page, name: str, text: str) -> None:
    """As the settings page does, from another tab."""
    token = chat.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, name: text}
    assert chat.request.post(f"/settings/{name}/", form=form).ok


@pytest.mark.parametrize(
    ("name", "words"),
    [("show_time", r"for (\d|under)"), ("show_tokens", "tokens"), ("show_cost", r"\$\d")],
)
def test_the_header_shows_what_its_reader_wants(chat: Page, name: str, words: str) -> None:
    expect_state(play(chat, "finished"), "done")
    header = summary(reply(chat))
    expect(header).to_have_text(re.compile(words), use_inner_text=True)
    prefer(chat, name, "")
    expect(header).not_to_have_text(re.compile(words), use_inner_text=True)
    expect(header).to_have_text(re.compile("^Thought"), use_inner_text=True)
    chat.reload()
    expect(header).not_to_have_text(re.compile(words), use_inner_text=True)
    prefer(chat, name, "on")
    expect(header).to_have_text(re.compile(words), use_inner_text=True)


def test_tokens_are_counted_while_it_thinks_and_marked_as_an_estimate(chat: Page) -> None:
    running = long_thought(chat)
    expect(summary(running)).to_contain_text(re.compile(r"≈ [\d,]+ tokens"), timeout=PATIENCE)
    chat.get_by_role("button", name="Stop", exact=True).click()


def test_who_asks_for_it_hears_how_long_it_thinks(chat: Page) -> None:
    prefer(chat, "announce", "30s")
    chat.clock.install()
    chat.reload()
    running = long_thought(chat)
    chat.clock.fast_forward("00:31")
    expect(chat.locator("#announcer")).to_have_text("Still thinking, 30 seconds.")
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    prefer(chat, "announce", "start-end")
