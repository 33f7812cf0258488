"""The tools of a thinking region: its menu or its sheet, and the keys that go from step to step."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    details,
    expect_state,
    long_thought,
    play,
    reply,
    summary,
    thinking,
)

PHONE = {"width": 390, "height": 844}
COPIED = "end => navigator.clipboard.readText().then((text) => text.endsWith(end))"


@pytest.fixture
def finished(chat: Page) -> Locator:
    """A reply that has ended, whose region is folded."""
    done = play(chat, "finished")
    expect_state(done, "done")
    expect(details(done)).not_to_have_attribute("open", "")
    return done


def choose(reply: Locator, name: str) -> None:
    """From the menu of the region."""
    reply.get_by_role("button", name="More for this thinking").click()
    reply.locator(".trace-menu").get_by_text(name, exact=True).click()


def steps(reply: Locator) -> list[str]:
    found: list[str] = reply.locator(".step").evaluate_all("all => all.map((step) => step.id)")
    return found


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_plain_text_is_what_the_server_kept_and_goes_back_to_steps(chat: Page, finished: Locator) -> None:
    address = finished.locator("[data-tool=plain]").get_attribute("href")
    stored = chat.request.get(str(address)).text()
    choose(finished, "Show as plain text")
    plain = thinking(finished).get_by_role("group", name="Thinking as plain text")
    expect(plain).to_be_visible()
    assert plain.evaluate("pre => pre.textContent") == stored
    expect(finished.locator(".step").first).to_be_hidden()
    choose(finished, "Show as steps")
    expect(plain).to_have_count(0)
    expect(finished.locator(".step").first).to_be_visible()


def test_statistics_sort_by_their_headers(chat: Page, finished: Locator) -> None:
    choose(finished, "Step statistics")
    dialog = chat.get_by_role("dialog", name="Step statistics")
    header = dialog.get_by_role("columnheader", name="Tokens", exact=True)
    tokens = dialog.locator("tbody tr td:nth-child(3)")

    def shown() -> list[int]:
        return [int(text.replace(",", "")) for text in tokens.all_inner_texts()]

    expect(tokens).not_to_have_count(0)
    before = shown()
    assert before != sorted(before)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert shown() == sorted(before, reverse=True)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert shown() == sorted(before)
    with chat.expect_download() as download:
        dialog.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "steps.csv"
    chat.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_region_becomes_as_wide_as_the_pane_and_narrow_again(chat: Page, finished: Locator) -> None:
    def width() -> float:
        return float(thinking(finished).evaluate("region => region.offsetWidth"))

    narrow = width()
    choose(finished, "Expand to full width")
    assert width() > narrow + 50
    assert not chat.evaluate("document.documentElement.scrollWidth > innerWidth")
    choose(finished, "Back to the column’s width")
    assert width() == narrow


def test_the_sheet_of_a_phone_has_all_tools(chat: Page, finished: Locator) -> None:
    chat.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for name in ("Find in thinking", "Replay", "Copy link", "plain text", "Step statistics", "Download"):
        finished.get_by_role("button", name="Steps").click()
        sheet = chat.get_by_role("dialog", name="Steps")
        expect(sheet.locator(".mi", has_text=re.compile(name))).to_be_visible()
        box = sheet.locator(".mi", has_text=re.compile(name)).bounding_box()
        assert box
        assert box["height"] >= 40
        chat.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
    finished.get_by_role("button", name="Steps").click()
    chat.get_by_role("dialog", name="Steps").get_by_text("Step statistics").click()
    expect(chat.get_by_role("dialog", name="Step statistics")).to_be_visible()


def test_keys_go_from_step_to_step_and_to_where_it_turned_back(chat: Page, finished: Locator) -> None:
    done = finished
    all_steps = steps(done)
    turned = done.locator(".step[data-kind=turn]").evaluate_all("all => all.map((step) => step.id)")
    assert len(all_steps) > 3
    assert len(turned) == 2
    summary(done).focus()
    chat.keyboard.press("n")
    expect(details(done)).to_have_attribute("open", "")
    assert focused(chat) == all_steps[0]
    for key, expected in (("n", all_steps[1]), ("n", all_steps[2]), ("p", all_steps[1])):
        chat.keyboard.press(key)
        chat.wait_for_function("id => document.activeElement.id === id", arg=expected)
    for key, expected in (("N", turned[0]), ("N", turned[1]), ("P", turned[0])):
        chat.keyboard.press(key)
        chat.wait_for_function("id => document.activeElement.id === id", arg=expected)
    expect(done.locator(".cue").first).to_have_text("Wait")


def test_l_copies_a_link_to_the_step(chat: Page, finished: Locator) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    summary(finished).focus()
    chat.keyboard.press("l")
    turn = finished.locator("xpath=ancestor::article").get_attribute("id")
    chat.wait_for_function(COPIED, arg=f"#{turn}")
    chat.keyboard.press("n")
    chat.wait_for_function("document.activeElement.matches('.step')")
    chat.keyboard.press("l")
    place = f"#{steps(finished)[0]}"
    chat.wait_for_function(COPIED, arg=place)


def test_f_follows_and_lets_go(chat: Page) -> None:
    running = long_thought(chat)
    view = running.locator(".view")
    running.locator("summary").focus()
    chat.keyboard.press("f")
    expect(view).to_have_attribute("data-follow", "off")
    chat.keyboard.press("f")
    expect(view).to_have_attribute("data-follow", "on")
    expect(running.locator("[data-outline] [aria-current]")).to_have_count(1)
    expect(running.locator("[data-outline] li:last-child [aria-current=step]")).to_have_count(1)
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


def test_the_first_step_is_current_until_one_crosses_the_upper_third(chat: Page, finished: Locator) -> None:
    summary(finished).click()
    chat.locator(".scroll").evaluate("pane => { pane.scrollTop = 0 }")
    first = finished.locator("[data-outline] li").first.locator("a")
    expect(first).to_have_attribute("aria-current", "location")
    finished.locator(".step").nth(5).evaluate("step => step.scrollIntoView()")
    expect(first).not_to_have_attribute("aria-current", "location")
    chat.locator(".scroll").evaluate("pane => { pane.scrollTop = 0 }")
    expect(first).to_have_attribute("aria-current", "location")
    expect(finished.locator("[data-outline] [aria-current]")).to_have_count(1)


def test_ax_03_tab_goes_through_summary_tools_outline_steps_and_answer(chat: Page, finished: Locator) -> None:
    where = """() => {
        const names = { summary: "summary", ".tools": "tools", ".outline": "outline", ".step": "steps",
            ".view": "steps", ".answer": "answer", ".acts-row": "actions" };
        const focus = document.activeElement;
        return Object.entries(names).find(([css]) => focus.closest(css))?.[1] ?? "";
    }"""
    summary(finished).focus()
    chat.keyboard.press("Enter")
    passed = ["summary"]
    for _ in range(60):
        chat.keyboard.press("Tab")
        at = chat.evaluate(where)
        if at and at != passed[-1]:
            passed.append(at)
        if at == "actions":
            break
    assert passed == ["summary", "tools", "outline", "steps", "answer", "actions"]


def test_ax_07_a_folded_region_tells_nothing_of_its_steps(chat: Page, finished: Locator) -> None:
    tree = thinking(finished).aria_snapshot()
    assert "Thought for" in tree
    assert "banker" not in tree
    summary(finished).click()
    assert "banker" in thinking(finished).aria_snapshot()


def test_ch_35_tokens_or_time_change_ribbon_and_outline_together(chat: Page, finished: Locator) -> None:
    summary(finished).click()
    widths = "() => [...document.querySelectorAll('.marks i')].map((mark) => mark.offsetWidth)"
    row = finished.locator("[data-outline] li").first
    tokens = chat.evaluate(widths)
    expect(row.locator(".of-tokens")).to_be_visible()
    rows = finished.locator("[data-outline] li")
    counts = rows.evaluate_all("all => all.map((row) => Number(row.dataset.tokens))")
    header = finished.locator("summary .tokens").inner_text()
    assert f"{sum(counts):,}" in header
    finished.get_by_role("button", name="Time").click()
    expect(row.locator(".of-time")).to_be_visible()
    expect(row.locator(".of-tokens")).to_be_hidden()
    assert chat.evaluate(widths) != tokens
    reply(chat).get_by_role("button", name="Tokens").click()
    assert chat.evaluate(widths) == tokens
