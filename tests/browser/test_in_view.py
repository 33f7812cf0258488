"""What moves is on the screen: the live thinking, the end of a reply, and wide code inside its box."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import PATIENCE, ask_for, expect_state, play, reply, send
from tests.upstreams import ask

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LONG = "\n".join(f"Line {number} of a question that goes on and on." for number in range(60))


def below_the_pane(element: Locator) -> float:
    """Pixels by which it reaches below what the conversation's pane shows."""
    return float(
        element.evaluate("""element => element.getBoundingClientRect().bottom
            - document.querySelector(".scroll").getBoundingClientRect().bottom""")
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
def test_a_long_question_leaves_room_for_the_thinking(chat: Page, size: dict[str, int], first: bool) -> None:
    chat.set_viewport_size(size)  # type: ignore[arg-type]
    if not first:
        expect_state(play(chat, "no-thinking"), "done")
    running = ask_for(chat, LONG, chunks=900, rate=60, thinking=0.9)
    expect(running.locator("details")).to_have_attribute("open", "", timeout=PATIENCE)
    expect(running.locator(".trace > *")).not_to_have_count(0, timeout=PATIENCE)
    chat.wait_for_timeout(3000)
    assert below_the_pane(running.locator(".follow")) <= 0
    assert below_the_pane(running.locator(".view")) <= 0
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_who_follows_an_answer_sees_its_end(chat: Page, size: dict[str, int]) -> None:
    chat.set_viewport_size(size)  # type: ignore[arg-type]
    running = ask_for(chat, chunks=400, rate=100, thinking=0.05)
    expect_state(running, "done")
    assert below_the_pane(running.locator(".acts-row")) <= 0


def test_code_scrolls_in_its_box_and_keeps_its_lines(chat: Page) -> None:
    code = "```python\nvalue = " + "1 + " * 120 + "1\n```\n"
    send(chat, ask("code", thinking_text="Short.", answer_text=code, rate=0))
    expect_state(reply(chat), "done")
    box = reply(chat).locator(".code pre")
    assert box.evaluate("pre => pre.scrollWidth > pre.clientWidth")
