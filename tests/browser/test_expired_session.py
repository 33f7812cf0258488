"""What a page does that has outlived its session: nothing that was typed is lost, and nobody is misled."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chatting import expect_state, long_answer, open_again, play, reply
from tests.browser.conftest import PASSWORD, sign_up

OUT_OF_TOUCH = "document.querySelector('chat-page').socket.close()"
"""Without it the server tells the page at once, which then goes to sign in."""
ENDED = "Your session has ended. Load this page again to sign in."
EXPECTED = ("401", "403", "500")


@pytest.fixture(autouse=True)
def refusals_are_expected(page: Page, complaints: list[str]) -> Iterator[None]:
    """The browser has words of its own for them."""
    yield
    complaints[:] = [words for words in complaints if not any(status in words for status in EXPECTED)]


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def said(page: Page) -> Locator:
    return page.locator("#said")


def end_session(page: Page, cookie: str = "sessionid") -> Callable[[], None]:
    """Returns what brings it back."""
    kept = page.context.cookies()
    page.evaluate(OUT_OF_TOUCH)
    page.context.clear_cookies(name=cookie)
    return lambda: page.context.add_cookies(kept)  # type: ignore[arg-type]


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken"])
def test_a_question_stays_in_the_box_and_is_there_after_signing_in(chat: Page, cookie: str) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    sign_in_again = end_session(chat, cookie)
    box(chat).press_sequentially("And the cows?")
    box(chat).press("Enter")
    expect(said(chat)).to_contain_text("What you have typed is kept.")
    expect(said(chat)).to_contain_text("session has ended" if cookie == "sessionid" else "last signed in")
    expect(box(chat)).to_have_value("And the cows?")
    expect(chat.locator("article")).to_have_count(1)
    sign_in_again()
    chat.reload()
    expect(box(chat)).to_have_value("And the cows?")
    box(chat).press("Enter")
    expect(chat.locator("article")).to_have_count(2)
    expect_state(reply(chat), "done")
    chat.reload()
    expect(box(chat)).to_have_value("")


def test_the_first_question_of_a_chat_stays_too(chat: Page) -> None:
    sign_in_again = end_session(chat)
    box(chat).fill("And the goats?")
    box(chat).press("Enter")
    expect(said(chat)).to_have_text(f"{ENDED} What you have typed is kept.")
    expect(box(chat)).to_have_value("And the goats?")
    sign_in_again()
    chat.reload()
    expect(box(chat)).to_have_value("And the goats?")
    box(chat).fill("")


def test_signing_out_in_another_tab_loses_no_letter(page: Page) -> None:
    sign_up(page, "dora")
    expect_state(play(page, "no-thinking"), "done")
    address, tab = page.url, open_again(page)
    with page.expect_response("**/draft/"):
        box(page).press_sequentially("And the ")
    tab.goto("/accounts/logout/")
    box(page).press_sequentially("cows?")
    tab.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "dora")
    page.wait_for_url(address)
    expect(box(page)).to_have_value("And the cows?")


def test_a_draft_that_was_changed_elsewhere_since_goes_before_what_is_kept_here(chat: Page) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    sign_in_again = end_session(chat)
    with chat.expect_response("**/draft/"):
        box(chat).press_sequentially("Old")
    sign_in_again()
    other = chat.context.browser.new_context(base_url=chat.url.partition("/c/")[0])  # type: ignore[union-attr]
    other.add_cookies(chat.context.cookies())  # type: ignore[arg-type]
    elsewhere = other.new_page()
    elsewhere.goto(chat.url)
    with elsewhere.expect_response("**/draft/"):
        box(elsewhere).press_sequentially("Newer")
    other.close()
    chat.reload()
    expect(box(chat)).to_have_value("Newer")


def test_nobody_gets_the_draft_of_another_account(chat: Page) -> None:
    box(chat).fill("For Alice alone")
    chat.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('Alice alone'))")
    chat.context.clear_cookies()
    sign_up(chat, "emil")
    expect(box(chat)).to_have_value("")
    assert "Alice alone" not in chat.evaluate("JSON.stringify(localStorage)")


def test_copying_says_so_and_copies_no_page_to_sign_in(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect_state(play(chat, "finished"), "done")
    chat.evaluate("navigator.clipboard.writeText('before')")
    end_session(chat)
    button = reply(chat).get_by_role("button", name="Copy answer")
    button.click()
    expect(said(chat)).to_have_text(ENDED)
    expect(chat.locator("#alerts")).to_have_text(ENDED)
    expect(button).not_to_have_text("Copied")
    assert chat.evaluate("navigator.clipboard.readText()") == "before"


@pytest.mark.parametrize("status", [403, 500])
def test_a_stop_that_was_refused_can_be_pressed_again(chat: Page, status: int) -> None:
    running = long_answer(chat, f"refuse {status}")

    def refuse(route: Route) -> None:
        route.fulfill(status=status, content_type="text/html", body="<h1>No</h1>")

    chat.route("**/stop/", refuse)
    stop = chat.get_by_role("button", name="Stop", exact=False).first
    stop.click()
    expect(said(chat)).to_contain_text("The reply could not be stopped.")
    expect(stop).to_be_enabled()
    expect(running.locator("summary .label")).not_to_have_text("Stopping…")
    chat.unroute("**/stop/")
    stop.click()
    expect_state(running, "stopped")


def test_a_setting_says_so_where_it_was_not_saved(chat: Page) -> None:
    chat.goto("/settings/")
    chat.evaluate("document.querySelector('settings-page').socket.close()")
    chat.context.clear_cookies(name="sessionid")
    chat.get_by_label("Dark").check()
    expect(chat.locator("#preference-theme .setting-error")).to_have_text(ENDED)
    expect(chat.locator("#alerts")).to_have_text(ENDED)
