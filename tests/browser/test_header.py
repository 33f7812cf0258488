"""What the header of a thought says, by the reader's own choice, and what is said aloud of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import PATIENCE, answer, details, expect_state, long_thought, play, reply, summary


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


def test_the_header_stays_in_view_while_its_region_is_on_screen_and_folds_it_there(chat: Page) -> None:
    done = play(chat, "finished")
    expect_state(done, "done")
    expect(details(done)).not_to_have_attribute("open", "")
    summary(done).click()
    chat.locator(".step").nth(4).evaluate("step => step.scrollIntoView()")
    expect(done.locator(".body")).not_to_be_in_viewport(ratio=1)
    expect(summary(done)).to_be_in_viewport(ratio=1)
    expect(done.get_by_role("button", name="Find in thinking")).to_be_in_viewport(ratio=1)
    top, covered = (
        chat.locator(".step")
        .nth(4)
        .evaluate(
            """step => [step.querySelector('h4').getBoundingClientRect().top,
            step.closest('reasoning-trace').querySelector('summary').getBoundingClientRect().bottom]"""
        )
    )
    assert top >= covered, "the step that was gone to is below the header"
    summary(done).click()
    expect(details(done)).not_to_have_attribute("open", "")
    expect(summary(done)).to_be_in_viewport(ratio=1)
    expect(answer(done)).to_be_in_viewport()
