"""The live window follows the text until the reader looks back, and again at the end (F1 to F8)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import PATIENCE, expect_state, play

FOLLOW = "data-follow"
FARTHEST = """async (view, characters) => {
    const enough = view.textContent.length + characters;
    let farthest = 0;
    while (view.textContent.length < enough) {
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
        farthest = Math.max(farthest, view.scrollHeight - view.scrollTop - view.clientHeight);
    }
    return farthest;
}"""
"""How far from its end the window was in any frame while so much came."""
SCROLLS = "() => document.querySelector('.view')?.scrollTop > 400"
FIVE_SECONDS = 4_500
"""About as many characters as come in that time at 200 tokens a second."""
LINE = 60
"""About as many characters as a line has, where some lines are a title or the last of their paragraph."""
WATCH = """async (view, characters) => {
    const box = (element) => element.getBoundingClientRect();
    const end = box(view).bottom;
    const { left, top } = box([...view.querySelectorAll("p")].findLast((p) => box(p).bottom < end));
    const look = () => {
        const paragraph = document.elementFromPoint(left + 20, top + 10)?.closest("p");
        return paragraph ? [paragraph.textContent.slice(0, 30), box(paragraph).top] : ["", Infinity];
    };
    const [words, place] = look();
    const enough = view.textContent.length + characters;
    const seen = { words: new Set([words]), moved: 0 };
    while (view.textContent.length < enough) {
        await new Promise(requestAnimationFrame);
        const [nowWords, nowPlace] = look();
        seen.words.add(nowWords);
        seen.moved = Math.max(seen.moved, Math.abs(nowPlace - place));
    }
    return [[...seen.words], seen.moved];
}"""
"""The paragraphs that stood in one place in any frame while so much came, and how far one moved."""


@pytest.fixture(scope="module")
def script_speed() -> str:
    """Five seconds of the script in one."""
    return "5"


@pytest.fixture
def window(chat: Page) -> Iterator[Locator]:
    """Scrolls already, and goes on growing."""
    running = play(chat, "long-60k")
    chat.wait_for_function(SCROLLS, timeout=PATIENCE)
    yield running.locator(".view")
    chat.get_by_role("button", name="Stop").click()
    expect_state(running, "stopped")


def jump(window: Locator) -> Locator:
    return window.page.get_by_role("button", name=re.compile(r"^Jump to now · \d+ new lines?$"))


def new_lines(window: Locator) -> int:
    return int(re.sub(r"\D", "", jump(window).inner_text()))


def look_back(window: Locator) -> None:
    window.hover()
    window.page.mouse.wheel(0, -200)
    expect(window).to_have_attribute(FOLLOW, "off")


def test_it_follows_while_nobody_looks_back(window: Locator) -> None:
    assert window.evaluate(FARTHEST, 3 * FIVE_SECONDS) < 2
    expect(window).to_have_attribute(FOLLOW, "on")


def test_ch_07_the_wheel_stops_it_and_what_is_read_stays_put(window: Locator) -> None:
    look_back(window)
    window.page.wait_for_timeout(200)
    words, moved = window.evaluate(WATCH, FIVE_SECONDS)
    assert len(words) == 1, words
    assert moved <= 1
    before = new_lines(window)
    assert window.evaluate(WATCH, 2 * FIVE_SECONDS)[1] <= 1
    assert new_lines(window) - before == pytest.approx(2 * FIVE_SECONDS / LINE, rel=0.3)
    expect(window).to_have_attribute(FOLLOW, "off")


def test_the_pill_jumps_to_now(window: Locator) -> None:
    look_back(window)
    jump(window).click()
    expect(window).to_have_attribute(FOLLOW, "on")
    expect(jump(window)).to_be_hidden()


def test_a_step_that_was_still_on_its_way_does_not_follow_again(window: Locator) -> None:
    looks_back_at_once = """async (view) => {
        view.scrollTop = 0;
        view.scrollTop = view.scrollHeight;
        view.dispatchEvent(new WheelEvent("wheel", { deltaY: -120 }));
        await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
        return view.dataset.follow;
    }"""
    assert window.evaluate(looks_back_at_once) == "off"


def test_ch_08_the_end_key_follows_again_and_the_pill_goes(window: Locator) -> None:
    look_back(window)
    expect(jump(window)).to_be_visible()
    window.focus()
    window.press("End")
    expect(window).to_have_attribute(FOLLOW, "on")
    expect(window.page.locator(".jump")).to_be_hidden()
    assert window.evaluate(FARTHEST, FIVE_SECONDS) < 2


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
