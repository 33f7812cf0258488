"""The first minute with Workings."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_up


def test_the_first_visitor_signs_up_and_can_ask_at_once(page: Page) -> None:
    sign_up(page, "alice")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
