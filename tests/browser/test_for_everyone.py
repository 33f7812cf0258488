"""On a phone, enlarged, by touch, with more space between letters, and without seeing: MB and AX checks."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chatting import expect_state, long_thought, play, reply
from tests.servers import Site

CLIPPED = """() => [...document.querySelectorAll("button, summary, h1, .bubble, .answer p, label")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".vh"))
    .filter(({ clientWidth }) => clientWidth)
    .filter((element) => element.scrollWidth > element.clientWidth + 1
        || element.scrollHeight > element.clientHeight + 2)
    .filter((element) => getComputedStyle(element).textOverflow !== "ellipsis")
    .filter((element) => getComputedStyle(element).overflowX !== "visible" || element.matches(".btn"))
    .map((element) => element.outerHTML.slice(0, 120))"""
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
HIDDEN = """(root) => [...root.querySelectorAll("*")].filter((element) => {
    const { opacity } = getComputedStyle(element);
    return element.checkVisibility() && opacity === "0" && element.matches("button, a");
}).map((element) => element.outerHTML.slice(0, 120))"""


PLACES = ["summary", ".tools", ".skip-answer", ".outline", ".view", ".foot", ".answer", ".acts-row", ".comp"]


@pytest.fixture
def phone(browser: Browser, workings: Site, cookies: list[Any]) -> Iterator[Page]:
    """Alice's phone, which has no mouse."""
    context = browser.new_context(
        base_url=workings.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(15_000)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def small(targets: Locator, least: int) -> list[str]:
    """Those that a finger cannot hit."""
    found: list[str] = targets.evaluate_all(
        """(targets, least) => targets.filter((target) => target.checkVisibility()).filter((target) => {
            const { width, height } = target.getBoundingClientRect();
            return width && (width < least || height < least);
        }).map((target) => target.outerHTML.slice(0, 120))""",
        least,
    )
    return found


def test_mb_04_what_a_pointer_finds_by_hovering_a_finger_finds_too(phone: Page) -> None:
    expect_state(play(phone, "finished"), "done")
    phone.get_by_role("button", name="Open conversations").tap()
    assert phone.locator("side-bar").evaluate(HIDDEN) == []
    assert small(phone.locator("#sidebar li button, #sidebar li > a"), 40) == []
    phone.locator("#sidebar .more").first.tap()
    menu = phone.locator("[popover]:popover-open")
    for item in ("Rename", "Pin", "Move to…", "Archive", "Export…", "Delete"):
        expect(menu.get_by_text(item, exact=True)).to_be_visible()
    phone.keyboard.press("Escape")
    phone.keyboard.press("Escape")
    assert phone.locator("main").evaluate(HIDDEN) == []
    assert small(phone.locator(".acts-row button, .bar button"), 40) == []


def test_mb_05_turned_while_it_thinks_the_window_goes_on_as_the_reader_left_it(phone: Page) -> None:
    running = long_thought(phone, "turn")
    view = running.locator(".view")
    for follow in ("on", "off"):
        if follow == "off":
            running.locator(".follow").tap()
        for size in ({"width": 844, "height": 390}, {"width": 390, "height": 844}):
            phone.set_viewport_size(size)  # type: ignore[arg-type]
            phone.wait_for_timeout(300)
            expect(view).to_have_attribute("data-follow", follow)
    phone.get_by_role("button", name="Stop", exact=True).tap()
    expect_state(running, "stopped")


def test_mb_06_at_four_times_the_size_nothing_is_clipped(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    reply(chat).locator("summary").first.click()
    chat.set_viewport_size({"width": 320, "height": 200})
    assert chat.evaluate("document.documentElement.scrollWidth") <= 320
    assert chat.evaluate(CLIPPED) == []
    expect(chat.get_by_role("textbox", name="Message")).to_be_in_viewport(ratio=1)
    chat.set_viewport_size({"width": 320, "height": 640})
    for button in ("More for this chat", "More to copy"):
        chat.get_by_role("button", name=button).click()
        box = chat.locator("[popover]:popover-open").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        chat.keyboard.press("Escape")


def test_mb_07_the_end_of_the_live_window_does_not_carry_the_pane_along(phone: Page) -> None:
    running = long_thought(phone, "drag")
    contain = running.locator(".view").evaluate("view => getComputedStyle(view).overscrollBehaviorY")
    assert contain == "contain"
    phone.get_by_role("button", name="Stop", exact=True).tap()
    expect_state(running, "stopped")


def test_ax_03_tab_walks_a_finished_turn_in_its_order(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    reply(chat).locator("summary").first.click()
    reply(chat).locator("summary").first.focus()
    order: list[str] = []
    for _ in range(40):
        place = chat.evaluate(
            "places => places.find((place) => document.activeElement.closest(place)) ?? 'elsewhere'", PLACES
        )
        if not order or order[-1] != place:
            order.append(place)
        if place == ".comp":
            break
        chat.keyboard.press("Tab")
    assert order == [place for place in PLACES if place in order], order
    assert {"summary", ".outline", ".view", ".acts-row", ".comp"} <= set(order)


def test_ax_06_more_space_between_letters_and_lines_clips_nothing(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    reply(chat).locator("summary").first.click()
    chat.evaluate(
        """css => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }""",
        SPACING,
    )
    for width in (1280, 390):
        chat.set_viewport_size({"width": width, "height": 800})
        assert chat.evaluate(CLIPPED) == []
        assert chat.evaluate("document.documentElement.scrollWidth") <= width


def test_ax_07_folded_thinking_is_not_read_out(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    region = reply(chat).get_by_role("region", name="Thinking")
    words = " ".join((region.locator(".step p").last.text_content() or "").split())[:30]
    assert words, "need thinking for this test to mean anything"
    if region.locator("details").get_attribute("open") is not None:
        region.locator("summary").click()
    assert words not in region.aria_snapshot()
    region.locator("summary").click()
    expect(region.locator("details")).to_have_attribute("open", "")
    assert words in region.aria_snapshot()


def test_ax_08_forced_colours_outline_sheets_menus_and_what_is_current(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.emulate_media(forced_colors="active")
    chat.get_by_role("button", name="More for this chat").click()
    style = "element => getComputedStyle(element).borderTopStyle"
    assert chat.locator("[popover]:popover-open").evaluate(style) == "solid"
    chat.locator(".bar [popover]").get_by_text("Move to…").click()
    assert chat.locator("#sheet").evaluate(style) == "solid"
    chat.keyboard.press("Escape")
    current = chat.locator("#sidebar li:has([aria-current])").first
    assert current.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
