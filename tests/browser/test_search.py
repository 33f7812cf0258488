"""Search in a dialog: opened, typed into, gone through and left by the keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import expect_state, play, reply

FIELD = "Search chats and thinking"


@pytest.fixture
def found(chat: Page) -> Page:
    """A new chat of someone who has a finished one, which is indexed."""
    expect_state(play(chat, "finished", "Insert some keys, please."), "done")
    chat.goto("/")
    return chat


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name=FIELD)


def look_for(page: Page, text: str) -> Locator:
    """Opens the dialog and types. Returns the hits, of which there are some."""
    page.keyboard.press("Control+k")
    field(page).fill(text)
    hits = page.get_by_role("option")
    expect(hits.first).to_be_visible()
    return hits


def chosen(page: Page) -> Locator:
    return page.locator('[role="option"][aria-selected="true"]')


def test_ctrl_k_opens_it_and_escape_gives_the_focus_back(found: Page) -> None:
    message = found.get_by_role("textbox", name="Message")
    expect(message).to_be_focused()
    found.keyboard.press("Control+k")
    expect(field(found)).to_be_focused()
    found.keyboard.press("Escape")
    expect(found.get_by_role("dialog", name="Search")).to_be_hidden()
    expect(message).to_be_focused()
    control = found.get_by_role("button", name=FIELD)
    control.focus()
    found.keyboard.press("Enter")
    expect(field(found)).to_be_focused()
    found.keyboard.press("Escape")
    expect(control).to_be_focused()


def test_arrows_move_through_the_hits_and_enter_lands(found: Page) -> None:
    hits = look_for(found, "insert")
    expect(chosen(found)).to_have_count(1)
    assert hits.first.get_attribute("aria-selected") == "true"
    expect(field(found)).to_have_attribute("aria-activedescendant", re.compile("^hit-chats-1$"))
    found.keyboard.press("ArrowUp")
    expect(field(found)).to_have_attribute("aria-activedescendant", "hit-chats-1")
    found.keyboard.press("ArrowDown")
    expect(chosen(found)).to_have_count(1)
    assert hits.first.get_attribute("aria-selected") == "false"
    expect(field(found)).to_be_focused()
    found.keyboard.press("ArrowUp")
    found.keyboard.press("Enter")
    found.wait_for_url("**/c/*/#turn-*")
    expect(found.get_by_text("Insert some keys, please.").last).to_be_in_viewport()


def test_what_is_typed_fast_is_opened_when_it_is_found(found: Page) -> None:
    found.keyboard.press("Control+k")
    found.keyboard.type("in:chats keys")
    found.keyboard.press("Enter")
    found.wait_for_url("**/c/*/#turn-*")


def test_an_answer_is_landed_at(found: Page) -> None:
    hits = look_for(found, "in:answer the")
    address = hits.first.get_attribute("href")
    assert address is not None
    hits.first.click()
    found.wait_for_url(f"**{address}")
    expect(found.locator(f'[id="{address.partition("#")[2]}"]')).to_be_in_viewport()


def test_a_hit_in_the_chat_that_is_open_closes_the_dialog(found: Page) -> None:
    look_for(found, "in:chats keys").first.click()
    found.wait_for_url("**/c/*/#turn-*")
    look_for(found, "in:answer the").first.click()
    found.wait_for_url("**/c/*/#answer-*")
    expect(found.get_by_role("dialog", name="Search")).to_be_hidden()


def test_thinking_is_found_with_its_place(found: Page) -> None:
    hits = look_for(found, "in:thinking leftover")
    expect(hits.first.locator("mark").first).to_be_visible()
    assert re.search(r"/c/[0-9a-f-]+/#t-[0-9a-f-]+\.\d+$", hits.first.get_attribute("href") or "")
    found.keyboard.press("Enter")
    found.wait_for_url("**/c/*/#t-*")
    step = found.locator("section.step:focus")
    expect(step).to_contain_text("leftover")
    expect(step).to_be_in_viewport()
    expect(found.get_by_role("dialog", name="Search")).to_be_hidden()


def test_nothing_found_is_said(found: Page) -> None:
    found.keyboard.press("Control+k")
    field(found).fill("zebrafish")
    expect(found.get_by_text("Nothing found.")).to_be_visible()
    expect(found.get_by_role("option")).to_have_count(0)
    expect(field(found)).to_have_attribute("aria-expanded", "false")


def test_on_a_phone_it_fills_the_screen_and_comes_from_the_drawer(found: Page) -> None:
    found.set_viewport_size({"width": 390, "height": 844})
    opener = found.get_by_role("button", name="Open conversations")
    opener.click()
    found.get_by_role("button", name=FIELD).click()
    expect(field(found)).to_be_focused()
    field(found).fill("keys")
    hit = found.get_by_role("option").first
    expect(hit).to_be_visible()
    box, close = hit.bounding_box(), found.get_by_role("button", name="Close search").bounding_box()
    assert box
    assert close
    assert min(box["height"], close["width"], close["height"]) >= 40
    assert found.evaluate("document.documentElement.scrollWidth") <= 390
    found.get_by_role("button", name="Close search").click()
    expect(found.get_by_role("dialog", name="Search")).to_be_hidden()
    expect(opener).to_be_focused()


def test_another_version_is_looked_at_and_the_chat_stays_as_it_was(found: Page) -> None:
    look_for(found, "in:chats keys").first.click()
    found.wait_for_url("**/c/*/#turn-*")
    first = reply(found).get_attribute("data-message")
    reply(found).get_by_role("button", name="Regenerate").click()
    expect(reply(found)).not_to_have_attribute("data-message", first or "")
    expect_state(reply(found), "done")
    address = found.url.partition("#")[0]
    found.goto(f"{address}?show={first}#answer-{first}")
    expect(found.get_by_text("You are looking at another version.")).to_be_visible()
    expect(reply(found)).to_have_attribute("data-message", first or "")
    found.wait_for_timeout(1000)
    expect(reply(found)).to_have_attribute("data-message", first or "")
    assert Axe().run(found).response["violations"] == []
    found.get_by_role("button", name="Go on from this one").click()
    found.wait_for_url(address)
    expect(reply(found)).to_have_attribute("data-message", first or "")
    expect(found.get_by_role("textbox", name="Message")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_axe_finds_nothing(found: Page, scheme: str, size: dict[str, int]) -> None:
    found.set_viewport_size(size)  # type: ignore[arg-type]
    found.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found.keyboard.press("Control+k")
    assert Axe().run(found).response["violations"] == []
    field(found).fill("the")
    expect(found.get_by_role("option").first).to_be_visible()
    assert Axe().run(found).response["violations"] == []
    found.goto("/search/?q=the")
    expect(found.locator("mark").first).to_be_visible()
    assert Axe().run(found).response["violations"] == []


def test_without_javascript_there_is_a_page(found: Page, cookies: list[object]) -> None:
    assert found.context.browser
    plain = found.context.browser.new_context(
        java_script_enabled=False, storage_state=found.context.storage_state()
    )
    page = plain.new_page()
    page.goto(found.url)
    page.get_by_role("button", name=FIELD).click()
    page.get_by_role("searchbox", name=FIELD).fill("keys")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Insert some keys")).first.click()
    expect(page.get_by_text("Insert some keys, please.").last).to_be_visible()
    plain.close()
