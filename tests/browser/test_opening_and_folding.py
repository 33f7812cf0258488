"""The thinking region opens and folds by itself, and never fights the reader (T1 to T8)."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    ask_for,
    details,
    expect_state,
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
MEASURE_FOLDING = """(reply) => {
    const [region, answer] = ["reasoning-trace", "section.answer"].map((name) => reply.querySelector(name));
    const details = region.querySelector("details");
    const pane = document.querySelector(".scroll").getBoundingClientRect();
    const above = () => [...document.querySelectorAll(".bubble, .by, .answer, summary")]
        .filter((element) => element !== answer)
        .map((element) => element.getBoundingClientRect())
        .filter(({ bottom }) => bottom > pane.top)
        .map(({ top }) => top);
    const measured = () => ({
        above: above(),
        height: region.offsetHeight,
        line: answer.querySelector("[data-position] > *").getBoundingClientRect().top,
        drawn: answer.querySelector("[data-position]").innerText,
    });
    const look = () => {
        if (!details.open) return;
        window.seen = above();
        requestAnimationFrame(look);
    };
    look();
    region.addEventListener("workings:folding", () => { window.before = measured(); });
    new MutationObserver(() => requestAnimationFrame(() => { window.after ??= measured(); }))
        .observe(details, { attributeFilter: ["open"] });
}"""
"""What is in view above the region, its height, and the answer: last seen, just before, and after folding."""
A_SENTENCE = """(paragraph) => {
    getSelection().collapse(paragraph, 0);
    getSelection().modify("extend", "forward", "sentence");
    return getSelection().toString();
}"""
HIDDEN = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""A browser without a screen takes every tab for one that is looked at."""
OPEN = "open"
WHEEL = "data-wheel"


@pytest.fixture(scope="module")
def script_speed() -> str:
    """So slow that a page sees the thinking while it goes on."""
    return "5"


def thinks_in_an_open_region(page: Page) -> Locator:
    running = play(page, "finished")
    expect(details(running)).to_have_attribute(OPEN, "", timeout=PATIENCE)
    return running


def on_the_clock(reply: Locator) -> int:
    """The seconds that it shows."""
    minutes, seconds = reply.locator("live-clock").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def expect_clock_from(reply: Locator, seconds: int) -> int:
    """Waits until it shows so many, and returns what it shows."""
    shown = 0
    while shown < seconds:
        expect(reply).to_have_attribute("data-state", "thinking")
        shown = on_the_clock(reply)
    return shown


def expect_folded(reply: Locator) -> None:
    expect(details(reply)).not_to_have_attribute(OPEN, "")


def test_ch_02_a_region_closed_while_it_thinks_stays_closed(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    summary(running).click()
    expect_folded(running)
    expect(running.locator("reasoning-trace")).to_have_attribute(WHEEL, "reader")
    expect(running).to_have_attribute("data-state", "thinking")
    tab = open_again(chat)
    for there in (reply(tab), running):
        expect_state(there, "done")
        expect_folded(there)
    chat.reload()
    for there in (reply(tab), reply(chat)):
        expect_folded(there)
        expect(there.locator("reasoning-trace")).to_have_attribute(WHEEL, "reader")


def test_ch_03_it_folds_once_when_the_answer_has_a_line_and_nothing_above_moves(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    expect_state(play(chat, "no-thinking"), "done")
    running = thinks_in_an_open_region(chat)
    running.evaluate(MEASURE_FOLDING)
    expect_state(running, "done")
    expect_folded(running)
    assert chat.evaluate("toggles") == [True, False]
    seen, before, after = chat.evaluate("[seen, before, after]")
    assert before["drawn"].startswith("Use the largest remainder")
    assert "Banker" not in before["drawn"], "the first line has long been drawn"
    assert len(seen) > 2, "need something in view above the region for this test to mean anything"
    assert after["above"] == pytest.approx(seen, abs=1)
    assert before["line"] - after["line"] == pytest.approx(before["height"] - after["height"], abs=1)
    assert before["height"] - after["height"] > 100


def test_ch_04_it_does_not_fold_under_the_pointer(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    running.locator("reasoning-trace").hover()
    expect_state(running, "done")
    expect(details(running)).to_have_attribute(OPEN, "")


def test_ch_05_it_does_not_fold_while_a_sentence_of_it_is_selected(chat: Page) -> None:
    running = thinks_in_an_open_region(chat)
    expect(running.locator(".trace p")).not_to_have_count(0, timeout=PATIENCE)
    selected = running.locator(".trace p").first.evaluate(A_SENTENCE).strip()
    assert selected == "Okay, so they bill in whole cents and split every invoice between three parties."
    expect_state(running, "done")
    expect(details(running)).to_have_attribute(OPEN, "")
    assert chat.evaluate("getSelection().toString()").strip() == selected


def test_ch_06_thinking_between_tools_opens_and_folds_once_too(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    expect_state(play(chat, "no-thinking"), "done")
    expect_state(play(chat, "tools-interleaved"), "done")
    expect(reply(chat).locator("reasoning-trace")).to_have_count(1)
    expect_folded(reply(chat))
    assert chat.evaluate("toggles") == [True, False]


def test_ch_09_the_clock_goes_on_after_a_reload_and_the_label_is_the_servers(chat: Page) -> None:
    shown = expect_clock_from(thinks_in_an_open_region(chat), 2)
    chat.reload()
    assert on_the_clock(reply(chat)) >= shown
    expect_state(reply(chat), "done")
    exported = chat.request.get(f"{chat.url}export/", params={"as": "json", "thinking": "on"}).json()
    thinking_ms = exported["messages"][-1]["thinking_ms"]
    assert thinking_ms // 1000 > shown
    for _ in range(2):
        expect(summary(reply(chat)).locator(".label")).to_have_text(f"Thought for {thinking_ms // 1000} s")
        chat.reload()


def test_ch_10_the_clock_is_right_when_a_hidden_tab_is_looked_at_again(chat: Page) -> None:
    chat.clock.install()
    running = thinks_in_an_open_region(chat)
    shown = expect_clock_from(running, 1)
    chat.evaluate(HIDDEN, True)
    chat.clock.fast_forward(30_000)
    chat.evaluate(HIDDEN, False)
    assert shown + 30 <= on_the_clock(running) <= shown + 33
    expect_state(running, "done")


def test_a_region_opened_by_hand_is_open_after_a_reload(chat: Page) -> None:
    expect_state(play(chat, "literal-think-tag"), "done")
    with chat.expect_response("**/wheel/"):
        summary(reply(chat)).click()
    chat.reload()
    expect(details(reply(chat))).to_have_attribute(OPEN, "")


def test_short_thinking_never_opens(chat: Page) -> None:
    chat.context.add_init_script(TOGGLES)
    running = ask_for(chat, thinking_text="A short one, so no need to look.", answer_text="Nine.", rate=20)
    expect_state(running, "done")
    expect_folded(running)
    assert chat.evaluate("toggles") == []


def test_history_is_drawn_at_rest(chat: Page) -> None:
    expect_state(play(chat, "literal-think-tag"), "done")
    chat.context.add_init_script(TOGGLES)
    chat.reload()
    expect_folded(reply(chat))
    assert chat.evaluate("toggles") == []


@pytest.mark.parametrize("times", [1, 2])
def test_one_key_opens_and_folds_all(chat: Page, times: int) -> None:
    expect_state(play(chat, "literal-think-tag"), "done")
    expect_state(play(chat, "literal-think-tag", "Once more."), "done")
    chat.locator(".scroll").focus()
    for _ in range(times):
        chat.keyboard.press("Shift+T")
    expect(chat.locator("reasoning-trace > details[open]")).to_have_count(2 if times == 1 else 0)
    expect(chat.locator("reasoning-trace[data-wheel=reader]")).to_have_count(2)
