"""A long chat on the page: it opens at its end, and all of it is reached by scrolling and by links."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import expect_state, reply, send
from tests.servers import Site
from tests.upstreams import ask

FILL = """
from accounts.models import User
from tests.long_chats import long_chat
made = long_chat(User.objects.get(username="alice"), {turns}, words=" words and more words" * 40)
first = made.messages.filter(role="assistant").earliest("id")
print(made.id, first.id)
"""
STEADY = """() => {
    const pane = document.querySelector(".scroll");
    const inView = ({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > pane.scrollTop;
    window.seen = [...document.querySelectorAll(".user")].find(inView);
    window.before = window.seen.getBoundingClientRect().top;
}"""
LAST_IS_NOT = """last => [...document.querySelectorAll(".bubble")].at(-1).textContent !== last"""


@pytest.fixture(scope="module")
def long_one(workings: Site, cookies: list[Any]) -> tuple[str, str]:
    """The address of a chat of 120 turns, and the id of its first reply."""
    chat, first = workings.manage("shell", "-c", FILL.format(turns=120)).split()[-2:]
    return f"/c/{chat}/", first


def questions(page: Page) -> list[int]:
    return [int(text.removeprefix("Question ")) for text in page.locator(".bubble").all_inner_texts()]


def at_end(page: Page) -> bool:
    return bool(
        page.evaluate("""() => {
            const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".scroll");
            return scrollHeight - scrollTop - clientHeight < 2;
        }""")
    )


def test_it_opens_at_its_end(chat: Page, long_one: tuple[str, str]) -> None:
    chat.goto(long_one[0])
    expect(reply(chat)).to_be_in_viewport()
    assert questions(chat)[-1] == 120
    assert at_end(chat)
    assert len(questions(chat)) < 40
    expect(chat.get_by_role("link", name="Jump to latest")).to_be_hidden()


def test_scrolling_up_brings_in_what_is_above_and_nothing_moves(
    chat: Page, long_one: tuple[str, str]
) -> None:
    chat.goto(long_one[0])
    expect(chat.locator("streaming-reply").last).to_be_visible()
    for _ in range(4):
        count = len(questions(chat))
        chat.evaluate("document.querySelector('.scroll').scrollTop = 950")
        chat.evaluate(STEADY)
        chat.evaluate("document.querySelector('.scroll').scrollTop = 700")
        moved = 250
        chat.wait_for_function("count => document.querySelectorAll('.bubble').length > count", arg=count)
        after = chat.evaluate("window.seen.getBoundingClientRect().top - window.before")
        assert abs(after - moved) <= 1, after
    found = questions(chat)
    assert found == list(range(found[0], 121))


def test_from_the_very_top_too_nothing_moves(chat: Page, long_one: tuple[str, str]) -> None:
    chat.goto(long_one[0])
    count = len(questions(chat))
    chat.evaluate("document.querySelector('.scroll').scrollTop = 0")
    chat.evaluate("""() => {
        window.seen = document.querySelector(".user");
        window.before = window.seen.getBoundingClientRect().top;
    }""")
    chat.wait_for_function("count => document.querySelectorAll('.bubble').length > count", arg=count)
    after = chat.evaluate("window.seen.getBoundingClientRect().top - window.before")
    assert abs(after) <= 1, after


@pytest.mark.parametrize("hash", ["#m-{}", "#t-{}.0", "#answer-{}"])
def test_a_link_to_what_is_not_on_the_page_reaches_it(
    chat: Page, long_one: tuple[str, str], hash: str
) -> None:
    address, first = long_one
    chat.goto(address + hash.format(first))
    expect(chat.locator(f"#m-{first}")).to_be_in_viewport()
    assert 120 not in questions(chat)


def test_a_link_within_the_page_reaches_it_too(chat: Page, long_one: tuple[str, str]) -> None:
    address, first = long_one
    chat.goto(address)
    chat.evaluate("hash => { location.hash = hash }", f"#t-{first}.3")
    expect(chat.locator(f"#m-{first}")).to_be_in_viewport()


def test_from_an_older_place_the_reader_scrolls_down_to_the_end_and_hears_of_what_is_new(
    chat: Page, long_one: tuple[str, str]
) -> None:
    address, first = long_one
    chat.goto(f"{address}?show={first}")
    expect(chat.locator(f"#m-{first}")).to_be_in_viewport()
    expect(chat.get_by_role("link", name="Jump to latest")).to_be_visible()
    while chat.locator(".edge.later").count():
        last = questions(chat)[-1]
        chat.evaluate("document.querySelector('.edge.later').scrollIntoView()")
        chat.wait_for_function(
            LAST_IS_NOT,
            arg=f"Question {last}",
        )
    assert questions(chat) == list(range(1, 121))


def test_jump_to_latest_leads_to_the_end_from_both_kinds_of_place(
    chat: Page, long_one: tuple[str, str]
) -> None:
    address, first = long_one
    jump = chat.get_by_role("link", name="Jump to latest")
    chat.goto(f"{address}?show={first}")
    jump.click()
    chat.wait_for_url(re.compile(address + "$"))
    expect(reply(chat)).to_be_in_viewport()
    assert questions(chat)[-1] == 120
    chat.evaluate("window.here = true")
    chat.evaluate("document.querySelector('.scroll').scrollTop = 0")
    expect(jump).to_be_visible()
    jump.click()
    expect(jump).to_be_hidden()
    assert at_end(chat)
    assert chat.evaluate("window.here && document.activeElement.matches('.scroll')")


def test_a_question_asked_from_an_older_place_is_shown_at_the_end(
    chat: Page, workings: Site, cookies: list[Any]
) -> None:
    made, first = workings.manage("shell", "-c", FILL.format(turns=30)).split()[-2:]
    chat.goto(f"/c/{made}/?show={first}")
    chat.locator('input[name="model"][value="compatible/upstream"]').dispatch_event("click")
    chat.get_by_role("textbox", name="Message").fill(ask("from above", chunks=20, rate=0))
    chat.get_by_role("textbox", name="Message").press("Enter")
    chat.wait_for_url(re.compile(f"/c/{made}/$"))
    expect(reply(chat)).to_be_in_viewport()
    expect_state(reply(chat), "done")


def test_another_tab_at_an_older_place_is_not_given_turns_without_those_between(
    chat: Page, workings: Site, cookies: list[Any]
) -> None:
    made, first = workings.manage("shell", "-c", FILL.format(turns=30)).split()[-2:]
    tab = chat.context.new_page()
    tab.goto(f"/c/{made}/?show={first}")
    chat.goto(f"/c/{made}/")
    send(chat, ask("elsewhere", chunks=20, rate=0))
    expect_state(reply(chat), "done")
    assert questions(tab) == list(range(1, len(questions(tab)) + 1))
    expect(tab.get_by_role("link", name="Jump to latest")).to_be_visible()


def test_without_scripts_links_lead_through_all_of_it(
    browser: Browser, workings: Site, chat: Page, long_one: tuple[str, str]
) -> None:
    context = browser.new_context(base_url=workings.url, java_script_enabled=False)
    context.add_cookies(chat.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(long_one[0])
    plain.get_by_role("link", name="Show earlier messages").click()
    expect(plain.locator(".bubble").last).to_have_text("Question 110")
    plain.get_by_role("link", name="Jump to latest").click()
    expect(plain.locator(".bubble").last).to_have_text("Question 120")
    context.close()
