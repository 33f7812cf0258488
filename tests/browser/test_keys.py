"""The keys: one table, listed by `?`; single keys act only in the conversation, and where they are on."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import details, expect_state, long_answer, play, reply
from tests.servers import Site

TWO_TURNS = """
from accounts.models import User
from tests.long_chats import long_chat
print(long_chat(User.objects.get(username="alice"), 3, title="Keys").id)
"""


@pytest.fixture(scope="module")
def address(workings: Site, cookies: list[Any], browser: Browser) -> str:
    return f"/c/{workings.manage('shell', '-c', TWO_TURNS).split()[-1]}/"


@pytest.fixture
def read(chat: Page, address: str) -> Page:
    """A chat of three turns, with the focus in it."""
    chat.goto(address)
    chat.locator(".scroll").focus()
    return chat


def unlisted(page: Page) -> set[str]:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    names = page.locator("#keys tr[hidden]").evaluate_all("rows => rows.map((row) => row.dataset.act)")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    return set(names)


def test_the_list_has_every_key_that_does_something_here_and_no_other(read: Page) -> None:
    read.locator('input[name="model"][value="scripted/finished"]').dispatch_event("click")
    one_version = {"previous-version", "next-version", "compare"}
    assert unlisted(read) == {"stop", "stop-at-once", "answer-now", "follow", *one_version}
    running = long_answer(read, "keys")
    read.locator(".scroll").focus()
    assert unlisted(read) == {"answer-now", "regenerate", *one_version}
    read.keyboard.press("Control+.")
    expect_state(running, "stopped")


def test_in_a_field_a_key_is_a_letter(read: Page) -> None:
    box = read.get_by_role("textbox", name="Message")
    box.focus()
    read.keyboard.type("?Tcj")
    expect(box).to_have_value("?Tcj")
    expect(read.locator("#keys")).to_be_hidden()
    box.fill("")


def test_outside_the_conversation_single_keys_do_nothing(read: Page) -> None:
    read.locator("#sidebar a").first.focus()
    read.keyboard.press("?")
    read.keyboard.press("t")
    expect(read.locator("#keys")).to_be_hidden()
    expect(details(reply(read))).not_to_have_attribute("open", "")


def test_j_and_k_lead_from_turn_to_turn_and_t_opens_the_focused_one(read: Page) -> None:
    summaries = read.locator("reasoning-trace summary")
    last = summaries.count() - 1
    for key, place in (("k", last - 1), ("k", last - 2), ("j", last - 1)):
        read.keyboard.press(key)
        expect(summaries.nth(place)).to_be_focused()
    read.keyboard.press("t")
    expect(read.locator("reasoning-trace details").nth(last - 1)).to_have_attribute("open", "")
    read.keyboard.press("t")


def test_a_pair_of_keys_leads_to_a_new_chat_and_a_pause_between_them_does_not(read: Page) -> None:
    read.context.grant_permissions(["clipboard-read", "clipboard-write"])
    read.keyboard.press("g")
    read.wait_for_timeout(1500)
    read.keyboard.press("c")
    expect(read.locator("#announcer")).to_have_text("Copied")
    read.keyboard.press("g")
    read.keyboard.press("c")
    read.wait_for_url("**/")
    expect(read.locator("article")).to_have_count(0)


def test_alt_and_a_digit_choose_the_thinking_from_anywhere(chat: Page) -> None:
    chat.get_by_role("textbox", name="Message").focus()
    for digit, mode in (("2", "on"), ("3", "off"), ("1", "auto")):
        chat.keyboard.press(f"Alt+{digit}")
        expect(chat.locator(f".thought [value={mode}]")).to_be_checked()


def test_switched_off_single_keys_neither_act_nor_are_listed(read: Page) -> None:
    read.evaluate("document.body.dataset.singleKeys = 'off'")
    read.keyboard.press("?")
    expect(read.locator("#keys")).to_be_hidden()
    read.keyboard.press("t")
    expect(details(reply(read))).not_to_have_attribute("open", "")
    read.keyboard.press("Control+Shift+O")
    read.wait_for_url("**/")
    expect(read.locator("article")).to_have_count(0)


def test_escape_closes_what_is_open_before_it_stops(chat: Page) -> None:
    running = long_answer(chat, "escape")
    chat.get_by_role("button", name="More for this chat").click()
    chat.keyboard.press("Escape")
    expect(chat.locator("[popover]:popover-open")).to_have_count(0)
    chat.locator(".scroll").focus()
    chat.keyboard.press("?")
    chat.keyboard.press("Escape")
    expect(chat.locator("#keys")).to_be_hidden()
    expect(running).to_have_attribute("data-state", "answering")
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


def test_the_first_exchange_gives_the_chat_its_title_on_the_page_and_in_the_sidebar(chat: Page) -> None:
    expect_state(play(chat, "trunc-answer", "What is to be done?"), "truncated")
    expect(chat.get_by_role("heading", level=1)).to_have_text("Moving a PostgreSQL database")
    expect(chat.locator("#sidebar [aria-current=page]")).to_have_attribute(
        "title", "Moving a PostgreSQL database"
    )
    expect(chat).to_have_title("Moving a PostgreSQL database · Workings")
