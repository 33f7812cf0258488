"""Conversations at the left: what each row can do, and what runs."""

import re

from playwright.sync_api import Locator, Page, expect

from chat.views.sidebar import FEW
from tests.browser.chatting import expect_state, long_answer, play, reply


def row(page: Page, title: str) -> Locator:
    return page.locator("#sidebar li").filter(has_text=title)


def menu(page: Page, title: str, item: str) -> None:
    row(page, title).hover()
    row(page, title).get_by_role("button", name=f"More for {title}").click()
    row(page, title).get_by_role("button", name=item, exact=True).click()


def chat_called(page: Page, title: str) -> None:
    page.goto("/")
    expect_state(play(page, "no-thinking", title), "done")


def test_a_chat_is_renamed_in_its_row_and_everywhere(chat: Page) -> None:
    chat_called(chat, "Old name")
    menu(chat, "Old name", "Rename")
    field = chat.get_by_role("textbox", name="Title")
    expect(field).to_be_focused()
    field.fill("Better name")
    field.press("Enter")
    expect(row(chat, "Better name")).to_have_count(1)
    expect(row(chat, "Old name")).to_have_count(0)
    expect(chat.get_by_role("heading", level=1)).to_have_text("Better name")
    expect(chat).to_have_title("Better name · Workings")


def test_escape_leaves_the_name_as_it_was(chat: Page) -> None:
    chat_called(chat, "Kept name")
    menu(chat, "Kept name", "Rename")
    chat.get_by_role("textbox", name="Title").fill("Never mind")
    chat.keyboard.press("Escape")
    expect(chat.get_by_role("link", name="Kept name")).to_be_focused()


def test_a_chat_is_pinned_and_let_go(chat: Page) -> None:
    chat_called(chat, "To pin")
    menu(chat, "To pin", "Pin")
    pinned = chat.locator("#sidebar h2", has_text="Pinned")
    expect(pinned).to_be_visible()
    expect(chat.locator("#sidebar ul").first).to_contain_text("To pin")
    menu(chat, "To pin", "Unpin")
    expect(pinned).to_have_count(0)


def test_a_deleted_chat_comes_back_with_undo(chat: Page) -> None:
    chat_called(chat, "To delete")
    chat_called(chat, "Another")
    chat.on("dialog", lambda dialog: dialog.accept())
    menu(chat, "To delete", "Delete")
    expect(row(chat, "To delete")).to_have_count(0)
    chat.get_by_role("button", name="Undo").click()
    expect(row(chat, "To delete")).to_have_count(1)
    expect(chat.get_by_role("button", name="Undo")).to_have_count(0)


def test_deleting_asks_first(chat: Page) -> None:
    chat_called(chat, "Spared")
    chat.on("dialog", lambda dialog: dialog.dismiss())
    menu(chat, "Spared", "Delete")
    expect(row(chat, "Spared")).to_have_count(1)


def test_deleting_the_open_chat_leads_to_a_new_one_with_undo(chat: Page) -> None:
    chat_called(chat, "Open here")
    tab = chat.context.new_page()
    tab.goto(chat.url)
    chat.on("dialog", lambda dialog: dialog.accept())
    menu(chat, "Open here", "Delete")
    chat.wait_for_url("/")
    tab.wait_for_url("/")
    chat.get_by_role("button", name="Undo").click()
    expect(row(chat, "Open here")).to_have_count(1)


def test_a_dot_says_what_runs_and_goes_when_it_ends(chat: Page) -> None:
    running = long_answer(chat, "dot")
    dot = chat.locator("#sidebar li", has=chat.locator("[aria-current=page]")).get_by_role(
        "img", name="thinking now"
    )
    expect(dot).to_be_visible()
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
    expect(dot).to_have_count(0)
    expect(chat.locator("#sidebar [aria-current=page]")).to_have_count(1)


def test_a_menu_stays_open_when_something_ends(chat: Page) -> None:
    running = long_answer(chat, "menu", chunks=150, rate=25)
    title = chat.locator("#sidebar [aria-current=page]").get_attribute("title") or ""
    chat.locator("#sidebar li", has=chat.locator("[aria-current=page]")).hover()
    chat.get_by_role("button", name=f"More for {title}").click()
    expect_state(running, "done")
    expect(chat.get_by_role("button", name="Rename")).to_be_visible()


def test_a_hidden_sidebar_stays_hidden_after_a_reload(chat: Page) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    chat.get_by_role("button", name="Hide sidebar").click()
    expect(chat.get_by_role("button", name="New chat")).to_be_hidden()
    chat.reload()
    expect(reply(chat)).to_be_visible()
    expect(chat.get_by_role("button", name="New chat")).to_be_hidden()
    chat.keyboard.press("Control+Backslash")
    expect(chat.get_by_role("button", name="New chat")).to_be_visible()


def test_on_a_phone_the_conversations_are_a_drawer(chat: Page) -> None:
    chat.set_viewport_size({"width": 390, "height": 844})
    expect(chat.get_by_role("button", name="New chat")).to_be_hidden()
    chat.get_by_role("button", name="Open conversations").click()
    expect(chat.get_by_role("button", name="New chat")).to_be_visible()
    chat.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="New chat")).to_be_hidden()


def test_older_chats_come_when_asked_for_and_stay(chat: Page) -> None:
    token = next(str(cookie["value"]) for cookie in chat.context.cookies() if cookie["name"] == "csrftoken")
    question: dict[str, str | float | bool] = {"model": "scripted/no-thinking", "csrfmiddlewaretoken": token}
    for number in range(FEW + 5):
        form = question | {"text": f"Old chat {number:02}"}
        assert chat.request.post("/send/", form=form, headers={"Referer": chat.url}).ok
    chat.goto("/")
    expect(row(chat, f"Old chat {FEW + 4}")).to_have_count(1)
    expect(row(chat, "Old chat 00")).to_have_count(0)
    chat.get_by_role("link", name="Show older chats").click()
    expect(row(chat, "Old chat 00")).to_have_count(1)
    menu(chat, f"Old chat {FEW + 4}", "Pin")
    expect(chat.locator("#sidebar h2", has_text="Pinned")).to_be_visible()
    expect(row(chat, "Old chat 00")).to_have_count(1)
    expect(chat.get_by_role("link", name="Show older chats")).to_have_count(0)


def test_new_chat_leads_to_a_clean_address_by_pointer_and_by_space(chat: Page) -> None:
    chat_called(chat, "Left behind")
    chat.get_by_role("button", name="New chat").click()
    chat.wait_for_url(re.compile("/$"))
    chat.goto("/settings/")
    chat.go_back()
    chat.get_by_role("button", name="New chat").focus()
    chat.evaluate("window.here = true")
    chat.keyboard.press("Space")
    chat.wait_for_function("() => !window.here")
    assert chat.url.endswith("/")


def test_a_row_stays_where_it_is_while_it_is_renamed(chat: Page) -> None:
    chat_called(chat, "Below")
    chat_called(chat, "Steady")
    for width in (1280, 390):
        chat.set_viewport_size({"width": width, "height": 844})
        if width == 390:
            chat.get_by_role("button", name="Open conversations").click()
        before = row(chat, "Steady").bounding_box(), row(chat, "Below").bounding_box()
        menu(chat, "Steady", "Rename")
        expect(chat.get_by_role("textbox", name="Title")).to_be_focused()
        renamed = chat.locator("#sidebar li", has=chat.get_by_role("textbox", name="Title"))
        assert (renamed.bounding_box(), row(chat, "Below").bounding_box()) == before
        chat.keyboard.press("Escape")


def test_a_title_and_the_dot_have_the_room_of_a_menu_that_is_not_seen(chat: Page) -> None:
    running = long_answer(chat, "room for words that go on and on and on to the very end of the row")
    current = chat.locator("#sidebar li", has=chat.locator("[aria-current=page]"))
    chat.get_by_role("textbox", name="Message").hover()
    gap = """row => {
        const right = (element) => element.getBoundingClientRect().right;
        return right(row) - right(row.querySelector(".live-dot"));
    }"""
    assert current.evaluate(gap) <= 10
    current.hover()
    assert current.evaluate(gap) > 28
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
