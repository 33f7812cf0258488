"""axe finds nothing on any screen, light and dark, wide and narrow; and nothing moves or shouts."""

import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import (
    ask_for,
    expect_state,
    long_answer,
    long_thought,
    play,
    reply,
)
from tests.browser.conftest import PASSWORD
from tests.servers import Site

SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})
SCHEMES = ("light", "dark")
ONCE = 270
"""Chunks after which the answer's text would come again, and two of its tables have the same name."""

type Way = Callable[[Page], Any]


@pytest.fixture(scope="module")
def interrupted(browser: Browser, workings: Site, cookies: list[Any]) -> Iterator[str]:
    """The address of a chat whose reply was cut by a crash of the server."""
    context = browser.new_context(base_url=workings.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/")
    long_thought(page, "crash", rate=100)
    for command in list(workings.processes):
        workings.end(command, signal.SIGKILL)
    workings.start()
    page.reload()
    expect_state(reply(page), "interrupted")
    yield page.url
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds in each combination, by rule, with the elements."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for fault in Axe().run(page).response["violations"]:
                nodes = [f"{node['target']} {node['failureSummary']}" for node in fault["nodes"][:3]]
                found.append(f"{size['width']} {scheme} {fault['id']}: {nodes}")
    return found


def at(path: str) -> Way:
    def go(page: Page) -> None:
        page.goto(path)

    return go


def pressed(role: Any, name: str, opened: str) -> Way:
    """On a new chat, with something open."""

    def go(page: Page) -> None:
        page.goto("/")
        page.get_by_role(role, name=name).first.click()
        expect(page.locator(opened)).to_be_visible()

    return go


def ended(script: str, state: str) -> Way:
    def go(page: Page) -> None:
        expect_state(play(page, script), state)

    return go


def finished_and_open(page: Page) -> None:
    expect_state(play(page, "finished"), "done")
    page.locator("reasoning-trace summary").click()
    expect(page.locator("reasoning-trace details")).to_have_attribute("open", "")


def with_a_tool(name: str, opened: str) -> Way:
    """A reply that has ended, with one of the region's tools at work."""

    def go(page: Page) -> None:
        finished_and_open(page)
        page.locator(f".items [data-tool={name}]").dispatch_event("click")
        expect(page.locator(opened)).to_be_visible()

    return go


def stopped(page: Page) -> None:
    long_thought(page, "stop")
    page.keyboard.press("Escape")
    expect_state(reply(page), "stopped")


def sending_again(page: Page) -> None:
    """A wait for a rate limit that lasts as long as the test."""
    expect_state(ask_for(page, "rate", status=429, retry_after=170), "waiting")


def refused(page: Page) -> None:
    """The plain form's answer, as without JavaScript."""
    page.evaluate("""() => {
        const form = document.getElementById("composer");
        form.elements.temperature.value = "hot";
        form.elements.text.value = "What I wrote.";
        HTMLFormElement.prototype.submit.call(form);
    }""")
    expect(page.get_by_label("What you wrote")).to_be_visible()


def menu_of_a_chat(page: Page) -> None:
    expect_state(play(page, "no-thinking"), "done")
    page.locator("#sidebar li").first.hover()
    page.locator("#sidebar .more").first.click()
    expect(page.locator("#sidebar [popover]:popover-open")).to_be_visible()


def deleted(page: Page) -> None:
    menu_of_a_chat(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[popover]:popover-open .danger").click()
    expect(page.locator(".undo")).to_be_visible()


def drawer(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Open conversations").click()
    expect(page.locator("dialog[open]")).to_be_visible()


def sheet(item: str) -> Way:
    """A small form over the page."""

    def go(page: Page) -> None:
        expect_state(play(page, "no-thinking"), "done")
        page.get_by_role("button", name="More for this chat").click()
        page.locator(".bar [popover]").get_by_text(item).click()
        expect(page.locator("#sheet")).to_be_visible()

    return go


def keys(page: Page) -> None:
    page.locator(".scroll").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def copy_menu(page: Page) -> None:
    expect_state(play(page, "finished"), "done")
    page.get_by_role("button", name="More to copy").click()


def in_a_folder(page: Page) -> None:
    sheet("Move to…")(page)
    page.locator("#sheet").get_by_role("textbox").fill("Farm")
    page.locator("#sheet").get_by_role("button", name="Move").click()
    expect(page.locator("#sidebar .inside a").first).to_be_visible()


def to_print(page: Page) -> None:
    expect_state(play(page, "finished"), "done")
    page.goto(page.url + "export/?as=print&thinking=on")


SCREENS: dict[str, Way] = {
    "new chat": at("/"),
    "finished": ended("finished", "done"),
    "finished and open": finished_and_open,
    "find": with_a_tool("find", ".find-bar"),
    "replay": with_a_tool("replay", ".replay"),
    "statistics": with_a_tool("statistics", ".statistics"),
    "plain": with_a_tool("plain", ".plain"),
    "thinking": lambda page: long_thought(page, "axe"),
    "answering": lambda page: long_answer(page, "axe", stall_after=ONCE),
    "stopped": stopped,
    "truncated thinking": ended("trunc-thinking", "truncated"),
    "truncated answer": ended("trunc-answer", "truncated"),
    "failed": ended("error-mid", "failed"),
    "waiting": sending_again,
    "hidden thinking": ended("hidden-thinking", "done"),
    "without an answer": lambda page: expect_state(ask_for(page, thinking_text="Hm.", rate=0), "done"),
    "hostile": ended("hostile-html", "done"),
    "right to left": ended("rtl", "done"),
    "model menu": pressed("button", "Model:", "#model-menu"),
    "options": pressed("button", "Options", "#opt-menu"),
    "menu of a chat": menu_of_a_chat,
    "deleted": deleted,
    "move": sheet("Move to…"),
    "export": sheet("Export…"),
    "rename": sheet("Rename…"),
    "keys": keys,
    "copy menu": copy_menu,
    "folder": in_a_folder,
    "print": to_print,
    "archived": at("/archived/"),
    "refused": refused,
    "settings": at("/settings/"),
    "people": at("/accounts/people/"),
    "password": at("/accounts/password/change/"),
    "second factor": at("/accounts/2fa/"),
    "confirm": at("/accounts/reauthenticate/"),
    "e-mail": at("/accounts/email/"),
    "sign out": at("/accounts/logout/"),
    "not found": at("/c/01a20000-0000-7000-8000-000000000000/"),
}
STRANGERS = ("login", "signup", "password/reset", "inactive")


@pytest.mark.parametrize("screen", SCREENS)
def test_ax_01_axe_finds_nothing(chat: Page, complaints: list[str], screen: str) -> None:
    SCREENS[screen](chat)
    assert faults(chat) == []
    if screen in {"refused", "not found"}:
        complaints.clear()


@pytest.mark.parametrize("path", STRANGERS)
def test_axe_finds_nothing_before_signing_in(page: Page, path: str) -> None:
    page.goto(f"/accounts/{path}/")
    assert faults(page) == []


def test_axe_finds_nothing_where_signing_in_failed(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".account-message, .error, .errorlist").first).to_be_visible()
    assert faults(page) == []


def test_axe_finds_nothing_in_the_drawer(chat: Page) -> None:
    drawer(chat)
    for scheme in SCHEMES:
        chat.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert Axe().run(chat).response["violations"] == []


def test_axe_finds_nothing_after_a_crash(chat: Page, interrupted: str) -> None:
    chat.goto(interrupted)
    expect(chat.locator("[data-notice=interrupted]")).to_be_visible()
    assert faults(chat) == []


def test_ax_04_nothing_moves_where_less_motion_is_asked_for(chat: Page) -> None:
    long_thought(chat)
    assert chat.evaluate("document.getAnimations().length") == 0
    chat.keyboard.press("Escape")
    expect_state(reply(chat), "stopped")
    assert chat.evaluate("document.getAnimations().length") == 0


def test_ax_02_a_reply_is_announced_in_at_most_four_sentences(chat: Page) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    chat.evaluate("""() => {
        window.said = [];
        for (const id of ["announcer", "alerts"]) {
            const region = document.getElementById(id);
            new MutationObserver(() => window.said.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }
    }""")
    play(chat, "finished", "And again.")
    expect(chat.locator("article")).to_have_count(2)
    expect_state(reply(chat), "done")
    said = chat.evaluate("window.said")
    assert len(said) <= 4, said
    assert said[-1].startswith("Answer ready, ")
    assert re.fullmatch("Answer ready, [0-9]+ words", said[-1])
    assert [each for each in said if len(each) > 60] == []
