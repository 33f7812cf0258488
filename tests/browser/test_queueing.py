"""A follow-up that waits for the reply before it, as it is written, seen, taken back and sent."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import (
    PATIENCE,
    answer,
    ask_for,
    expect_state,
    long_answer,
    open_again,
    play,
    reply,
)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def waiting(page: Page) -> Locator:
    return page.get_by_role("region", name="Queued message")


def ending_answer(page: Page) -> Locator:
    """A reply that ends by itself in a quarter of a minute."""
    running = ask_for(page, chunks=400, rate=25, thinking=0.03)
    expect(answer(running)).to_contain_text("Do it in", timeout=PATIENCE)
    return running


def test_queue_stands_beside_stop_once_something_is_typed(chat: Page) -> None:
    running = long_answer(chat)
    expect(box(chat)).to_have_attribute("placeholder", "Queue a follow-up")
    expect(chat.get_by_role("button", name="Queue", exact=True)).to_be_hidden()
    box(chat).fill("And another thing")
    expect(chat.get_by_role("button", name="Queue", exact=True)).to_be_visible()
    expect(chat.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    box(chat).fill("")
    expect(chat.get_by_role("button", name="Queue", exact=True)).to_be_hidden()
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
    expect(box(chat)).to_have_attribute("placeholder", "Ask anything")


def test_a_queued_message_survives_a_reload_and_is_sent_by_the_server(chat: Page) -> None:
    first = ending_answer(chat).get_attribute("data-message")
    tab = open_again(chat)
    box(chat).fill("And another thing")
    box(chat).press("Enter")
    expect(waiting(chat)).to_contain_text("And another thing")
    expect(box(chat)).to_have_value("")
    expect(chat.locator("#announcer")).to_contain_text("Queued.")
    expect(waiting(tab)).to_contain_text("And another thing")
    chat.reload()
    expect(waiting(chat)).to_contain_text("And another thing")
    for page in (chat, tab):
        expect(page.locator(".bubble").last).to_have_text("And another thing", timeout=PATIENCE)
        expect(waiting(page)).to_have_count(0)
        expect(reply(page)).not_to_have_attribute("data-message", first or "")
    expect_state(reply(chat), "done")
    expect(chat.locator("article")).to_have_count(2)
    chat.wait_for_timeout(1500)
    chat.reload()
    expect(chat.locator("article")).to_have_count(2)


def test_after_a_stop_it_is_held_and_sent_by_hand(chat: Page) -> None:
    running = long_answer(chat)
    box(chat).fill("And another thing")
    chat.get_by_role("button", name="Queue", exact=True).click()
    expect(waiting(chat)).to_be_visible()
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    expect(waiting(chat)).to_contain_text("Not sent, because you stopped the reply before it.")
    expect(chat.locator("article")).to_have_count(1)
    chat.get_by_role("button", name="Ask now what was queued").click()
    expect(chat.locator(".bubble").last).to_have_text("And another thing")
    expect(waiting(chat)).to_have_count(0)


def test_a_queued_message_is_taken_back_into_the_box_or_removed(chat: Page) -> None:
    running = long_answer(chat)
    box(chat).fill("And another thing")
    box(chat).press("Enter")
    expect(waiting(chat)).to_be_visible()
    box(chat).fill("meanwhile")
    chat.get_by_role("button", name="Edit the queued message").click()
    expect(box(chat)).to_have_value("And another thing\n\nmeanwhile")
    expect(box(chat)).to_be_focused()
    expect(waiting(chat)).to_have_count(0)
    box(chat).press("Enter")
    expect(waiting(chat)).to_contain_text("meanwhile")
    chat.get_by_role("button", name="Remove the queued message").click()
    expect(waiting(chat)).to_have_count(0)
    expect(box(chat)).to_be_focused()
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    expect(chat.locator("article")).to_have_count(1)


def test_a_second_message_is_refused_and_stays_in_the_box(chat: Page, complaints: list[str]) -> None:
    running = long_answer(chat)
    box(chat).fill("One")
    box(chat).press("Enter")
    expect(waiting(chat)).to_contain_text("One")
    box(chat).fill("Two")
    box(chat).press("Enter")
    expect(chat.locator("#said")).to_contain_text("One message waits here already.")
    expect(box(chat)).to_have_value("Two")
    expect(waiting(chat)).to_contain_text("One")
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
    complaints[:] = [words for words in complaints if "409" not in words]


def test_what_is_held_does_not_stand_in_the_way_of_another_question(chat: Page) -> None:
    running = long_answer(chat)
    box(chat).fill("And another thing")
    box(chat).press("Enter")
    chat.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    expect(waiting(chat)).to_contain_text("Not sent")
    expect_state(play(chat, "no-thinking", "First this"), "done")
    expect(waiting(chat)).to_contain_text("Not sent")
    expect(chat.locator("article")).to_have_count(2)
