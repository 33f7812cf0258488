"""Copy means the answer, as the model wrote it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from chat.providers.scripted.script import load
from tests.browser.chatting import expect_state, play, reply, thinking

FINISHED = load(Path("chat/providers/scripted/scripts/finished.txt"))


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def finished(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect_state(play(chat, "finished"), "done")


def test_copy_takes_the_markdown_of_the_answer_and_no_thinking(chat: Page) -> None:
    finished(chat)
    reply(chat).get_by_role("button", name="Copy answer").click()
    expect(chat.locator("#announcer")).to_have_text("Copied")
    assert copied(chat) == FINISHED.text("answer")
    expect(thinking(reply(chat))).to_have_count(1)


def test_the_key_copies_too(chat: Page) -> None:
    finished(chat)
    chat.locator(".scroll").focus()
    chat.keyboard.press("c")
    expect(chat.locator("#announcer")).to_have_text("Copied")
    assert copied(chat) == FINISHED.text("answer")


def test_a_block_of_code_copies_its_code(chat: Page) -> None:
    finished(chat)
    reply(chat).locator(".answer .code").get_by_role("button", name="Copy").click()
    expect(chat.locator("#announcer")).to_have_text("Copied")
    code = FINISHED.text("answer").split("```python\n")[1].split("```")[0]
    assert copied(chat).rstrip("\n") == code.rstrip("\n")
