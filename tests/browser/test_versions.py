"""Versions of questions and replies: made, gone through, linked to, taken into a chat of their own."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    details,
    expect_state,
    long_answer,
    open_again,
    play,
    reply,
    summary,
)
from tests.upstreams import ask


def edit_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Edit your question")


def turn(page: Page, n: int) -> Locator:
    return page.locator("article").nth(n)


def open_edit(page: Page, n: int) -> None:
    turn(page, n).locator(".bubble").hover()
    turn(page, n).get_by_role("button", name="Edit question").click()


def edit(page: Page, n: int, text: str) -> None:
    open_edit(page, n)
    edit_box(page).fill(text)
    edit_box(page).press("Control+Enter")


def choose(page: Page, script: str) -> None:
    page.locator(f'input[name="model"][value="scripted/{script}"]').dispatch_event("click")


def asked(page: Page) -> list[str]:
    return page.locator(".bubble").all_text_contents()


def focus_conversation(page: Page) -> None:
    summary(reply(page)).focus()


def test_ch_29_a_first_question_is_edited_and_version_1_comes_back_with_its_thinking(chat: Page) -> None:
    expect_state(play(chat, "finished", "Which rule is fair?"), "done")
    first = reply(chat).get_attribute("data-message") or ""
    expect_state(play(chat, "no-thinking", "And then?"), "done")
    with chat.expect_response("**/wheel/"):
        summary(turn(chat, 0)).click()
    choose(chat, "finished")
    edit(chat, 0, "Which rule is cheap?")
    expect(chat.locator(".bubble")).to_have_text(["Which rule is cheap?"])
    expect(turn(chat, 0).locator("[data-pager=question]")).to_have_text(re.compile("2 of 2"))
    expect_state(reply(chat), "done")
    chat.get_by_role("button", name="Previous version of the question").click()
    expect(chat.locator(".bubble")).to_have_text(["Which rule is fair?", "And then?"])
    expect(turn(chat, 0).locator("streaming-reply")).to_have_attribute("data-message", first)
    expect(details(turn(chat, 0))).to_have_attribute("open", "")
    chat.reload()
    expect(chat.locator(".bubble")).to_have_text(["Which rule is fair?", "And then?"])
    expect(details(turn(chat, 0))).to_have_attribute("open", "")


def test_escape_leaves_an_edit_and_asks_first_where_something_was_changed(chat: Page) -> None:
    expect_state(play(chat, "finished", "How many sheep?"), "done")
    focus_conversation(chat)
    chat.keyboard.press("e")
    expect(edit_box(chat)).to_be_focused()
    expect(edit_box(chat)).to_have_value("How many sheep?")
    chat.keyboard.press("Escape")
    expect(edit_box(chat)).to_have_count(0)
    expect(chat.get_by_role("button", name="Edit question")).to_be_focused()
    open_edit(chat, 0)
    edit_box(chat).fill("How many goats?")
    said: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    chat.once("dialog", dismiss)
    edit_box(chat).press("Escape")
    assert said == ["Discard your changes to this question?"]
    expect(edit_box(chat)).to_have_value("How many goats?")
    chat.once("dialog", lambda dialog: dialog.accept())
    edit_box(chat).press("Escape")
    expect(chat.locator(".bubble")).to_be_visible()


def test_an_edit_that_is_refused_stays_in_its_field_and_outlives_a_reload(
    chat: Page, complaints: list[str]
) -> None:
    expect_state(play(chat, "no-thinking", "How many sheep?"), "done")
    running = long_answer(chat)
    edit(chat, 0, "How many goats?")
    expect(chat.locator("#said")).to_contain_text("A reply is still being written here.")
    expect(edit_box(chat)).to_have_value("How many goats?")
    chat.reload()
    open_edit(chat, 0)
    expect(edit_box(chat)).to_have_value("How many goats?")
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    edit_box(chat).press("Control+Enter")
    expect(chat.locator(".bubble")).to_have_text(["How many goats?"])
    complaints[:] = [words for words in complaints if "409" not in words]


def test_keys_regenerate_and_go_through_versions(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    first = reply(chat).get_attribute("data-message") or ""
    focus_conversation(chat)
    chat.keyboard.press("r")
    expect(chat.locator("[data-pager=reply]")).to_have_text(re.compile("2 of 2"), timeout=60_000)
    focus_conversation(chat)
    chat.keyboard.press("[")
    expect(reply(chat)).to_have_attribute("data-message", first)
    focus_conversation(chat)
    chat.keyboard.press("]")
    expect(reply(chat)).not_to_have_attribute("data-message", first)


def test_the_focus_stays_on_the_pager(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.get_by_role("button", name="Regenerate", exact=True).click()
    expect(chat.locator("[data-pager=reply]")).to_be_visible(timeout=60_000)
    chat.get_by_role("button", name="Previous version").focus()
    chat.keyboard.press("Enter")
    expect(chat.locator("[data-pager=reply]")).to_have_text(re.compile("1 of 2"))
    expect(chat.get_by_role("button", name="Next version")).to_be_focused()
    chat.keyboard.press("Enter")
    expect(chat.get_by_role("button", name="Previous version")).to_be_focused()


def test_regenerating_with_another_model_offers_what_that_allows(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.get_by_role("button", name="Ask again with other settings").click()
    sheet = chat.get_by_role("dialog", name="Regenerate with")
    on = sheet.get_by_label("Thinking").locator("option[value=on]")
    expect(on).to_be_enabled()
    sheet.get_by_label("Model").select_option("scripted/no-thinking")
    expect(on).to_be_disabled()
    expect(sheet.get_by_label("Model")).to_be_focused()
    sheet.get_by_role("button", name="Regenerate").click()
    expect(sheet).to_be_hidden()
    expect(reply(chat).locator(".by")).to_contain_text("no-thinking")
    expect_state(reply(chat), "done")
    expect(chat.locator("[data-model-name]")).to_have_text("finished")


def test_the_dialog_closes_by_escape_and_gives_the_focus_back(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    opener = chat.get_by_role("button", name="Ask again with other settings")
    opener.press("Enter")
    expect(chat.get_by_role("dialog", name="Regenerate with")).to_be_visible()
    chat.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_second_tab_follows_an_edit_and_the_way_back(chat: Page) -> None:
    expect_state(play(chat, "finished", "How many sheep?"), "done")
    expect_state(play(chat, "no-thinking", "And cows?"), "done")
    tab = open_again(chat)
    edit(chat, 0, "How many goats?")
    expect(tab.locator(".bubble")).to_have_text(["How many goats?"])
    expect_state(reply(tab), "done")
    chat.get_by_role("button", name="Previous version of the question").click()
    expect(tab.locator(".bubble")).to_have_text(["How many sheep?", "And cows?"])
    chat.get_by_role("button", name="Next version of the question").click()
    expect(tab.locator(".bubble")).to_have_text(["How many goats?"])


def test_a_version_that_is_being_written_goes_on_when_it_is_shown_again(chat: Page) -> None:
    chat.locator('input[name="model"][value="compatible/upstream"]').dispatch_event("click")
    expect_state(ask_for(chat), "done")
    first = reply(chat).get_attribute("data-message") or ""
    open_edit(chat, 0)
    edit_box(chat).fill(ask("Longer", chunks=1500, rate=40, thinking=0.03))
    edit_box(chat).press("Control+Enter")
    expect(answer(reply(chat))).to_contain_text("Do it in", timeout=PATIENCE)
    chat.get_by_role("button", name="Previous version of the question").click()
    expect(reply(chat)).to_have_attribute("data-message", first)
    chat.get_by_role("button", name="Next version of the question").click()
    expect(answer(reply(chat))).to_contain_text("Do it in")
    before = len(answer(reply(chat)).inner_text())
    chat.wait_for_function(
        "(n) => document.querySelector('section.answer').innerText.length > n + 200", arg=before
    )
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(reply(chat), "stopped")


def test_a_branch_is_a_chat_of_its_own_that_says_where_it_came_from(chat: Page) -> None:
    expect_state(play(chat, "finished", "How many sheep?"), "done")
    origin = chat.url
    expect_state(play(chat, "no-thinking", "And cows?"), "done")
    turn(chat, 0).get_by_role("button", name="Branch from here").click()
    chat.wait_for_url(lambda url: url != origin and "/c/" in url)
    assert asked(chat) == ["How many sheep?"]
    expect(chat.get_by_role("heading", level=1)).to_have_text("How many sheep? (branch)")
    expect_state(play(chat, "no-thinking", "And goats?"), "done")
    chat.get_by_role("link", name="How many sheep?", exact=True).last.click()
    chat.wait_for_url(re.compile(re.escape(origin)))
    assert asked(chat) == ["How many sheep?", "And cows?"]


def test_a_copied_link_leads_to_its_answer_though_another_version_is_shown(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect_state(play(chat, "finished"), "done")
    first = reply(chat).get_attribute("data-message") or ""
    chat.get_by_role("button", name="Copy link to this answer").click()
    expect(chat.locator("#announcer")).to_have_text("Link copied")
    link = chat.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"#answer-{first}")
    chat.get_by_role("button", name="Regenerate", exact=True).click()
    expect(chat.locator("[data-pager=reply]")).to_be_visible(timeout=60_000)
    tab = chat.context.new_page()
    tab.goto(link)
    expect(reply(tab)).to_have_attribute("data-message", first)
    expect(answer(reply(tab))).to_be_in_viewport()
    expect(tab.get_by_text("You are looking at another version.")).to_be_visible()
    expect(reply(chat)).not_to_have_attribute("data-message", first)
    tab.get_by_role("button", name="Go on from this one").click()
    expect(reply(chat)).to_have_attribute("data-message", first)


def test_a_link_to_nothing_says_so(chat: Page, complaints: list[str]) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    tab = chat.context.new_page()
    tab.goto(f"{chat.url}#answer-01a215da-af01-7000-9d78-5c7e39acb1a5")
    expect(tab.locator("#said")).to_contain_text("is not in this conversation")
    complaints[:] = [words for words in complaints if "404" not in words]


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_every_action_has_a_way(chat: Page, width: int) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.set_viewport_size({"width": width, "height": 844})
    expect(chat.get_by_role("button", name="Edit question")).to_be_visible()
    chat.get_by_role("button", name="More for this answer").click()
    for name in ("Branch from here", "Copy link to this answer"):
        expect(chat.get_by_role("button", name=name)).to_be_visible()
    assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth")
