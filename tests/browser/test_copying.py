"""Copy means the answer, as the model wrote it; thinking goes along where it was named."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import (
    ask_for,
    expect_state,
    long_answer,
    long_thought,
    notice,
    play,
    reply,
    scripted,
)

FINISHED = scripted("finished")
ANSWER, THINKING = FINISHED.text("answer"), FINISHED.text("thinking")


@pytest.fixture
def chat(chat: Page) -> Page:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return chat


def copied(page: Page, said: str = "Copied") -> str:
    """What is on the clipboard once it was said, which is then forgotten."""
    expect(page.locator("#announcer")).to_have_text(said)
    expect(page.locator(".copy").last.locator("span")).to_have_text(said)
    text: str = page.evaluate("navigator.clipboard.readText()")
    page.evaluate("document.getElementById('announcer').textContent = ''")
    return text


def without_space(text: str) -> str:
    return "".join(text.split())


def without_titles(markdown: str) -> str:
    """The thinking alone, without the headings of its steps."""
    return without_space("\n".join(line for line in markdown.split("\n") if not line.startswith("### ")))


def choose(page: Page, item: str) -> None:
    reply(page).get_by_role("button", name="More to copy").click()
    reply(page).locator("[popover]").get_by_role("button", name=item, exact=True).click()
    expect(reply(page).locator("[popover]:popover-open")).to_have_count(0)


def test_ch_20_copy_takes_the_answer_and_thinking_only_where_it_is_named(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    reply(chat).get_by_role("button", name="Copy answer").click()
    assert copied(chat) == ANSWER
    choose(chat, "Copy answer")
    assert copied(chat) == ANSWER
    choose(chat, "Copy thinking")
    thinking = copied(chat)
    assert without_titles(thinking) == without_space(THINKING)
    assert thinking.startswith("### ")
    choose(chat, "Copy thinking and answer")
    assert copied(chat) == f"## Thinking\n\n{thinking}\n\n## Answer\n\n{ANSWER}"
    choose(chat, "Copy as plain text")
    plain = copied(chat)
    assert "```" in ANSWER, "need Markdown for this test to mean anything"
    assert "```" not in plain
    assert "**" not in plain
    assert THINKING.split("\n")[0] not in plain


def test_keys_copy_the_answer_and_the_thinking(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    chat.locator(".scroll").focus()
    chat.keyboard.press("c")
    assert copied(chat) == ANSWER
    chat.keyboard.press("Shift+C")
    assert without_titles(copied(chat)) == without_space(THINKING)


def test_what_there_is_of_an_answer_can_be_copied_while_it_is_written(chat: Page) -> None:
    long_answer(chat, "in the middle")
    reply(chat).get_by_role("button", name="Copy answer").click()
    first = copied(chat, "Copied what there is so far")
    assert "Do it in" in first
    choose(chat, "Copy thinking")
    assert "Do it in" not in copied(chat, "Copied what there is so far")
    chat.keyboard.press("Escape")
    expect_state(reply(chat), "stopped")


def test_before_an_answer_begins_copying_says_that_there_is_none(chat: Page, complaints: list[str]) -> None:
    long_thought(chat, "no answer yet")
    reply(chat).get_by_role("button", name="Copy answer").click()
    expect(chat.locator("#said")).to_have_text("There is no answer to copy.")
    chat.keyboard.press("Escape")
    expect_state(reply(chat), "stopped")
    complaints.clear()


def test_a_reply_that_is_only_thinking_has_its_thinking_to_copy(chat: Page) -> None:
    expect_state(ask_for(chat, thinking_text="Only a thought.", answer_text="", rate=0), "done")
    main = reply(chat).get_by_role("button", name="Copy answer")
    expect(main).to_be_disabled()
    expect(main).to_have_attribute("title", "There is no answer to copy.")
    choose(chat, "Copy thinking")
    assert without_titles(copied(chat)) == without_space("Only a thought.")
    expect(notice(reply(chat)).or_(main).first).to_be_visible()


def test_a_menu_stays_open_when_the_reply_ends(chat: Page) -> None:
    running = ask_for(chat, "menu", chunks=30, rate=8, thinking=0)
    reply(chat).get_by_role("button", name="More to copy").click()
    expect_state(running, "done")
    item = reply(chat).get_by_role("button", name="Copy as plain text")
    expect(item).to_be_visible()
    item.click()
    assert "Do it in" in copied(chat)


def test_a_block_of_code_copies_its_code(chat: Page) -> None:
    expect_state(play(chat, "finished"), "done")
    reply(chat).locator(".answer .code").get_by_role("button", name="Copy").click()
    expect(chat.locator("#announcer")).to_have_text("Copied")
    code = ANSWER.split("```python\n")[1].split("```")[0]
    assert chat.evaluate("navigator.clipboard.readText()").rstrip("\n") == code.rstrip("\n")


def test_plain_copy_holds_no_character_of_thinking_that_was_cut_short(chat: Page) -> None:
    expect_state(play(chat, "trunc-thinking"), "truncated")
    expect(reply(chat).get_by_role("button", name="Copy answer")).to_be_disabled()
    choose(chat, "Copy thinking and answer")
    text = copied(chat)
    assert text.startswith("## Thinking\n\n")
    assert "## Answer" not in text, json.dumps(text)
