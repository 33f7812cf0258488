"""The live window follows the text until the reader looks back, and again at the end (F1 to F8)."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import long_thought

FOLLOW = "data-follow"
IS_AT_END = "view => view.scrollHeight - view.scrollTop - view.clientHeight < 2"


@pytest.fixture
def window(chat: Page) -> Locator:
    """Scrolls already, and goes on growing."""
    running = long_thought(chat, chunks=800, rate=30)
    return running.locator(".view")


def look_back(window: Locator) -> None:
    window.hover()
    window.page.mouse.wheel(0, -120)
    expect(window).to_have_attribute(FOLLOW, "off")


def grow(window: Locator) -> None:
    length = window.evaluate("view => view.textContent.length")
    window.page.wait_for_function(
        "length => document.querySelector('.view').textContent.length > length + 300", arg=length
    )


def test_it_follows_while_nobody_looks_back(window: Locator) -> None:
    grow(window)
    expect(window).to_have_attribute(FOLLOW, "on")
    assert window.evaluate(IS_AT_END)


def test_the_wheel_stops_it_and_what_is_read_stays_put(window: Locator) -> None:
    look_back(window)
    window.page.wait_for_timeout(200)
    top = window.evaluate("view => view.scrollTop")
    grow(window)
    assert window.evaluate("view => view.scrollTop") == top
    jump = window.page.get_by_role("button", name=re.compile(r"Jump to now · \d+ new lines?"))
    expect(jump).to_be_visible()
    jump.click()
    expect(window).to_have_attribute(FOLLOW, "on")
    expect(jump).to_be_hidden()


def test_a_step_that_was_still_on_its_way_does_not_follow_again(window: Locator) -> None:
    looks_back_at_once = """async (view) => {
        view.scrollTop = 0;
        view.scrollTop = view.scrollHeight;
        view.dispatchEvent(new WheelEvent("wheel", { deltaY: -120 }));
        await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
        return view.dataset.follow;
    }"""
    assert window.evaluate(looks_back_at_once) == "off"


def test_the_end_key_follows_again(window: Locator) -> None:
    look_back(window)
    window.focus()
    window.press("End")
    expect(window).to_have_attribute(FOLLOW, "on")
    grow(window)
    assert window.evaluate(IS_AT_END)


@pytest.mark.parametrize("key", ["PageUp", "Home", "ArrowUp"])
def test_keys_that_look_back_stop_it(window: Locator, key: str) -> None:
    window.focus()
    window.press(key)
    expect(window).to_have_attribute(FOLLOW, "off")


def test_the_button_says_and_decides_whether_it_follows(window: Locator) -> None:
    button = window.page.get_by_role("button", name="Following")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(window).to_have_attribute(FOLLOW, "off")
    expect(window.page.get_by_role("button", name="Follow", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
