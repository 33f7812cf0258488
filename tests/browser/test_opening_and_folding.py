"""The thinking region opens and folds by itself, and never fights the reader (T1 to T8)."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    ask_for,
    details,
    expect_state,
    long_thought,
    open_again,
    play,
    reply,
    summary,
)

TOGGLES = """
    const toggles = window.toggles = [];
    new MutationObserver((records) => {
        const targets = records.map(({ target }) => target);
        const traces = targets.filter((target) => target.matches("reasoning-trace > *"));
        toggles.push(...traces.map((trace) => trace.open));
    }).observe(document, { subtree: true, attributeFilter: ["open"] });
"""
MEASURE_FOLDING = """(summary) => {
    const top = () => summary.getBoundingClientRect().top;
    const look = () => {
        if (!summary.parentElement.open) return;
        window.before = top();
        requestAnimationFrame(look);
    };
    look();
    new MutationObserver(() => requestAnimationFrame(() => { window.after ??= top(); }))
        .observe(summary.parentElement, { attributeFilter: ["open"] });
}"""
"""Where the summary stands in the last frame before the region folds, and in the first after it."""
PLAN: dict[str, Any] = {"chunks": 400, "rate": 50, "thinking": 0.7}
"""Thinks for so long that a busy machine comes to touch the region in time."""
OPEN = "open"


@pytest.fixture(scope="module")
def script_speed() -> str:
    """So slow that a page sees the thinking while it goes on."""
    return "5"


def thinks_in_an_open_region(page: Page) -> Locator:
    running = ask_for(page, **PLAN)
    expect(details(running)).to_have_attribute(OPEN, "", timeout=PATIENCE)
    return running


def expect_folded(reply: Locator) -> None:
    expect(details(reply)).not_to_have_attribute(OPEN, "")


def test_it_opens_while_thinking_and_folds_once(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    expect_state(play(chat, "no-thinking"), "done")
    expect_state(ask_for(chat, **PLAN), "done")
    expect_folded(reply(chat))
    assert chat.evaluate("toggles") == [True, False]


def test_thinking_between_tools_opens_and_folds_once_too(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    expect_state(play(chat, "no-thinking"), "done")
    expect_state(play(chat, "tools-interleaved"), "done")
    expect_folded(reply(chat))
    assert len(chat.evaluate("toggles")) == 2


def test_a_region_closed_while_thinking_stays_closed(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    summary(running).click()
    expect_folded(running)
    expect(running.locator("reasoning-trace")).to_have_attribute("data-wheel", "reader")
    tab = open_again(chat)
    expect_folded(reply(tab))
    expect_state(running, "done")
    expect_state(reply(tab), "done")
    expect_folded(running)
    expect_folded(reply(tab))
    chat.reload()
    expect_folded(reply(chat))
    expect(reply(chat).locator("reasoning-trace")).to_have_attribute("data-wheel", "reader")


def test_a_region_opened_by_hand_is_open_after_a_reload(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    with chat.expect_response("**/wheel/"):
        summary(reply(chat)).click()
    chat.reload()
    expect(details(reply(chat))).to_have_attribute(OPEN, "")


def test_it_does_not_fold_under_the_pointer(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    running.locator("reasoning-trace").hover()
    expect_state(running, "done")
    expect(details(running)).to_have_attribute(OPEN, "")


def test_it_does_not_fold_while_text_in_it_is_selected(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    expect(running.locator(".trace p")).not_to_have_count(0, timeout=PATIENCE)
    running.locator(".trace p").first.evaluate("p => getSelection().selectAllChildren(p)")
    selected = chat.evaluate("getSelection().toString()")
    assert selected
    expect_state(running, "done")
    expect(details(running)).to_have_attribute(OPEN, "")
    assert chat.evaluate("getSelection().toString()") == selected


def test_short_thinking_never_opens(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    running = ask_for(chat, thinking_text="A short one, so no need to look.", answer_text="Nine.", rate=20)
    expect_state(running, "done")
    expect_folded(running)
    assert chat.evaluate("toggles") == []


def test_history_is_drawn_at_rest(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.context.add_init_script(TOGGLES)
    chat.reload()
    expect_folded(reply(chat))
    assert chat.evaluate("toggles") == []


@pytest.mark.parametrize("times", [1, 2])
def test_one_key_opens_and_folds_all(chat: Page, times: int) -> None:
    expect_state(play(chat, "finished"), "done")
    expect_state(play(chat, "finished", "Once more."), "done")
    chat.locator(".scroll").focus()
    for _ in range(times):
        chat.keyboard.press("Shift+T")
    expect(chat.locator("reasoning-trace > details[open]")).to_have_count(2 if times == 1 else 0)
    expect(chat.locator("reasoning-trace[data-wheel=reader]")).to_have_count(2)


def test_folding_moves_nothing_above_it(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    running = ask_for(chat, **PLAN)
    expect(details(running)).to_have_attribute(OPEN, "", timeout=PATIENCE)
    summary(running).evaluate(MEASURE_FOLDING)
    expect_state(running, "done")
    expect_folded(running)
    before, after = chat.evaluate("[window.before, window.after]")
    assert abs(after - before) <= 1


def test_the_clock_does_not_start_again_with_the_page(chat: Page) -> None:
    running = long_thought(chat)
    seconds = (
        "clock => Number(clock.textContent.split(':')[1]) + 60 * Number(clock.textContent.split(':')[0])"
    )
    shown = running.locator("live-clock").evaluate(seconds)
    assert shown > 0
    chat.reload()
    assert reply(chat).locator("live-clock").evaluate(seconds) >= shown
    chat.keyboard.press("Escape")
    expect_state(reply(chat), "stopped")
