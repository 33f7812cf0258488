"""Find in thinking: right counts, over text that is left alone, also while it grows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import PATIENCE, ask_for, details, expect_state, long_thought, play, summary

WATCH = """region => {
    window.records = 0;
    new MutationObserver((records) => { window.records += records.length; })
        .observe(region.querySelector(".trace"), { childList: true, characterData: true, subtree: true });
}"""
PAINTED = "() => [CSS.highlights.get('find')?.size ?? 0, CSS.highlights.get('find-now')?.size ?? 0]"
CASES = "**Stra**ße, STRASSE and İstanbul.\n\n我们先看 a *b* c 题目，我们再看。\n\n“Quoted” text\nover lines."


@pytest.fixture(scope="module")
def script_speed() -> str:
    """A trace of 60,000 tokens in a second."""
    return "400"


def find(page: Page, reply: Locator, words: str) -> Locator:
    """Opens the bar by its key and types. Returns the bar."""
    summary(reply).focus()
    page.keyboard.press("/")
    bar = reply.get_by_role("search", name="Find in thinking")
    expect(bar.get_by_role("searchbox")).to_be_focused()
    bar.get_by_role("searchbox").fill(words)
    return bar


def test_ch_23_a_long_trace_is_searched_whole_and_its_text_left_alone(chat: Page) -> None:
    chat.set_default_timeout(PATIENCE)
    long = play(chat, "long-60k")
    expect(long).to_have_attribute("data-state", "done", timeout=4 * PATIENCE)
    chat.reload()
    expect(long.locator(".step")).to_have_count(40)
    address = str(long.locator("[data-tool=plain]").get_attribute("href"))
    count = chat.request.get(address).text().lower().count("round trips")
    bar = find(chat, long, "Round trips")
    assert count > 1, "this test is about a word that stands there more than once"
    expect(bar.locator(".count")).to_have_text(f"1 of {count:,}", timeout=PATIENCE)
    assert long.locator(".step").count() > 40
    long.locator("reasoning-trace").evaluate(WATCH)
    for key, at in (("Enter", 2), ("Shift+Enter", 1), ("Shift+Enter", count), ("Enter", 1)):
        chat.keyboard.press(key)
        expect(bar.locator(".count")).to_have_text(f"{at:,} of {count:,}")
    assert chat.evaluate(PAINTED) == [count, 1]
    assert chat.evaluate("window.records") == 0


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("strasse", 2),
        ("istanbul", 1),
        ("我们", 2),
        ("a b c 题目", 1),
        ('"quoted"', 1),
        ("text over", 1),
        ("nowhere", 0),
    ],
)
def test_markup_case_and_scripts_do_not_hide_what_is_there(chat: Page, words: str, count: int) -> None:
    done = ask_for(chat, thinking_text=CASES, rate=0)
    expect_state(done, "done")
    bar = find(chat, done, words)
    expect(bar.locator(".count")).to_have_text(f"1 of {count}" if count else "No matches")


def test_escape_closes_the_bar_gives_back_the_focus_and_stops_nothing(chat: Page) -> None:
    running = long_thought(chat)
    bar = find(chat, running, "nobody will accept")
    expect(bar.locator(".count")).to_contain_text("1 of ")
    first = bar.locator(".count").inner_text()
    changed = "first => document.querySelector('.find-bar .count').textContent !== first"
    chat.wait_for_function(changed, arg=first)
    chat.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(summary(running)).to_be_focused()
    assert chat.evaluate(PAINTED) == [0, 0]
    assert running.get_attribute("data-state") == "thinking"
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


def test_it_opens_a_folded_region_for_good_and_tells_case_and_chat_apart(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    two = play(chat, "finished", "And again.")
    expect(chat.locator("article")).to_have_count(2)
    expect_state(two, "done")
    bar = find(chat, two, "BANKER")
    expect(details(two)).to_have_attribute("open", "")
    expect(two.locator("reasoning-trace")).to_have_attribute("data-wheel", "reader")
    expect(bar.locator(".count")).to_have_text(re.compile("^1 of "))
    count = int(bar.locator(".count").inner_text().split()[-1])
    bar.get_by_role("button", name="Match case").click()
    expect(bar.locator(".count")).to_have_text("No matches")
    bar.get_by_role("button", name="Match case").click()
    bar.get_by_role("button", name="Whole chat").click()
    bar = chat.get_by_role("search", name="Find in thinking")
    expect(bar.locator(".count")).to_have_text(f"{count + 1} of {2 * count}")
    bar.get_by_role("button", name="Previous match").click()
    expect(bar.locator(".count")).to_have_text(f"{count} of {2 * count}")
    first = chat.locator("streaming-reply").first
    expect(first.get_by_role("search")).to_be_visible()
    expect(details(first)).to_have_attribute("open", "")


def test_where_nothing_can_be_painted_the_steps_are_listed(chat: Page) -> None:
    chat.add_init_script("Object.defineProperty(CSS, 'highlights', { value: undefined })")
    done = play(chat, "finished")
    expect_state(done, "done")
    chat.reload()
    bar = find(chat, done, "banker")
    links = bar.get_by_role("list", name="Steps with a match").get_by_role("link")
    expect(links).not_to_have_count(0)
    target = str(links.first.get_attribute("href"))
    links.first.click()
    chat.wait_for_function("hash => `#${document.activeElement.id}` === hash", arg=target)
