"""Where people write: what sends, what does not, and what is kept."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chatting import answer, expect_state, long_answer, open_again, play, reply

COMPOSE = """(box, [type, data]) => {
    box.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }));
}"""
ENTER_OF_AN_IME = """(box, options) => {
    const enter = { key: "Enter", bubbles: true, cancelable: true, ...options };
    box.dispatchEvent(new KeyboardEvent("keydown", enter));
}"""
ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
"""For the devtools: raw, it is a key whose character the input method keeps to itself."""


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def test_enter_sends(chat: Page) -> None:
    box(chat).fill("Who is it?")
    box(chat).press("Enter")
    chat.wait_for_url("**/c/*/")
    expect(chat.locator(".bubble")).to_have_text("Who is it?")


def test_shift_enter_breaks_the_line(chat: Page) -> None:
    box(chat).fill("one")
    box(chat).press("Shift+Enter")
    box(chat).press_sequentially("two")
    expect(box(chat)).to_have_value("one\ntwo")
    expect(chat.locator("article")).to_have_count(0)


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_of_an_input_method_sends_nothing(chat: Page, how: dict[str, object]) -> None:
    asked: list[str] = []
    chat.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    box(chat).fill("にほん")
    box(chat).evaluate(COMPOSE, ["compositionstart", ""])
    box(chat).evaluate(ENTER_OF_AN_IME, how)
    box(chat).evaluate(COMPOSE, ["compositionend", "日本"])
    expect(box(chat)).to_have_value("にほん")
    chat.wait_for_timeout(300)
    assert not [url for url in asked if url.endswith("/send/")]


def test_ch_27_enter_in_a_composition_commits_it_and_sends_nothing(chat: Page) -> None:
    chat.locator('input[name="model"][value="scripted/cjk"]').dispatch_event("click")
    box(chat).focus()
    devtools = chat.context.new_cdp_session(chat)
    devtools.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown"} | ENTER)
    devtools.send("Input.insertText", {"text": "日本"})
    devtools.send("Input.dispatchKeyEvent", {"type": "keyUp"} | ENTER)
    chat.wait_for_timeout(300)
    assert "/c/" not in chat.url
    expect(box(chat)).to_have_value("日本")
    chat.keyboard.press("Enter")
    chat.wait_for_url("**/c/*/")
    expect(chat.locator(".bubble")).to_have_text("日本")
    expect_state(reply(chat), "done")
    expect(answer(reply(chat))).to_contain_text("用最大余数法，并轮换多出来的一分。")


def test_the_draft_of_a_new_chat_survives_a_reload(chat: Page) -> None:
    box(chat).press_sequentially("half a tho")
    chat.reload()
    expect(box(chat)).to_have_value("half a tho")
    box(chat).fill("")
    chat.reload()
    expect(box(chat)).to_have_value("")


def test_the_draft_of_a_chat_survives_a_reload_and_is_gone_once_sent(chat: Page) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    with chat.expect_response("**/draft/"):
        box(chat).press_sequentially("and what about")
    chat.reload()
    expect(box(chat)).to_have_value("and what about")
    box(chat).press("Enter")
    expect(chat.locator("article")).to_have_count(2)
    expect_state(reply(chat), "done")
    chat.reload()
    expect(box(chat)).to_have_value("")


def test_a_question_that_was_taken_while_the_page_was_left_is_no_draft(chat: Page) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    answered: list[int] = []

    def keep_the_answer(route: Route) -> None:
        answered.append(route.fetch().status)

    chat.route("**/send/", keep_the_answer)
    box(chat).fill("And the cows?")
    box(chat).press("Enter")
    expect(chat.locator("article")).to_have_count(2)
    for _ in range(200):
        if answered:
            break
        chat.wait_for_timeout(50)
    assert answered == [200]
    chat.reload()
    expect(chat.locator(".bubble").last).to_have_text("And the cows?")
    expect(box(chat)).to_have_value("")


def test_a_message_that_is_refused_stays_in_the_box(chat: Page, complaints: list[str]) -> None:
    box(chat).fill("x" * 400_001)
    box(chat).press("Enter")
    expect(chat.locator("#said")).to_contain_text("send at most 400,000 at once")
    assert len(box(chat).input_value()) == 400_001
    box(chat).fill("")
    complaints[:] = [words for words in complaints if "422" not in words]


def test_a_tab_that_lost_touch_is_refused_with_the_reason(chat: Page, complaints: list[str]) -> None:
    expect_state(play(chat, "no-thinking"), "done")
    tab = open_again(chat)
    tab.evaluate("document.querySelector('chat-page').socket.close()")
    running = long_answer(chat)
    box(tab).fill("And another thing")
    box(tab).press("Enter")
    expect(tab.locator("#said")).to_contain_text("A reply is still being written here.")
    expect(box(tab)).to_have_value("And another thing")
    chat.keyboard.press("Escape")
    expect_state(running, "stopped")
    complaints[:] = [words for words in complaints if "409" not in words]


def test_an_example_fills_the_box(chat: Page) -> None:
    chat.get_by_role("button", name="Solve: if 3x + 7 = 22, what is x?").click()
    expect(box(chat)).to_have_value("Solve: if 3x + 7 = 22, what is x?")
    expect(box(chat)).to_be_focused()
    box(chat).fill("")


def test_the_first_message_of_a_new_chat_is_taken_without_complaint(chat: Page) -> None:
    expect_state(play(chat, "no-thinking", "The very first"), "done")
    expect(chat.locator("#said")).to_be_empty()
    chat.goto("/")
    expect(box(chat)).to_have_value("")


def test_a_double_click_on_send_asks_once(chat: Page) -> None:
    asked: list[str] = []
    chat.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    box(chat).fill("Only once, please")
    chat.get_by_role("button", name="Send").dblclick(delay=20)
    chat.wait_for_url("**/c/*/")
    expect(chat.locator(".bubble")).to_have_text("Only once, please")
    assert len([url for url in asked if url.endswith("/send/")]) == 1
    expect(chat.locator("#sidebar li").filter(has_text="Only once, please")).to_have_count(1)


def test_typing_filters_the_models_and_enter_takes_the_first(chat: Page) -> None:
    chat.keyboard.press("Control+;")
    chat.keyboard.type("no-think")
    expect(chat.get_by_role("searchbox", name="Filter models")).to_have_value("no-think")
    expect(box(chat)).to_have_value("")
    chat.keyboard.press("Enter")
    expect(chat.locator("[data-model-name]")).to_have_text("no-thinking")
    chat.keyboard.press("Escape")
    expect(box(chat)).to_have_value("")


def test_the_arrow_leads_from_the_filter_to_the_models(chat: Page) -> None:
    chat.keyboard.press("Control+;")
    chat.keyboard.press("ArrowDown")
    expect(chat.locator("#model-menu input[type=radio]:focus")).to_have_count(1)


def choose(page: Page, model: str) -> None:
    page.locator(f'input[name="model"][value="scripted/{model}"]').dispatch_event("click")


def test_a_model_that_never_thinks_cannot_be_told_to(chat: Page) -> None:
    on, auto = chat.get_by_role("radio", name="On"), chat.get_by_role("radio", name="Auto")
    choose(chat, "finished")
    on.check(force=True)
    choose(chat, "no-thinking")
    expect(on).to_be_disabled()
    expect(on).to_have_accessible_description("no-thinking does not think")
    expect(auto).to_be_checked()
    expect(chat.get_by_role("radio", name="Off")).to_be_enabled()
    choose(chat, "finished")
    expect(on).to_be_enabled()
    expect(on).to_have_accessible_description("")


def test_the_scale_stands_nowhere_while_no_longest_reply_is_set(chat: Page) -> None:
    chat.get_by_role("button", name="Options").click()
    scale, field = chat.get_by_role("slider", name="Longest reply"), chat.locator("#o-max")
    expect(scale).to_have_attribute("data-unset", "")
    expect(scale).to_have_attribute("aria-valuetext", "Not set")
    scale.press("ArrowRight")
    expect(scale).not_to_have_attribute("data-unset", "")
    assert int(field.input_value()) > 4000
    field.fill("16384")
    expect(scale).to_have_attribute("aria-valuetext", "16,384 tokens")
    field.fill("")
    expect(scale).to_have_attribute("data-unset", "")


def test_the_chip_names_no_temperature_that_is_not_sent(chat: Page) -> None:
    options = chat.get_by_role("button", name="Options")
    options.click()
    chat.locator("#o-temperature").fill("0.3")
    chat.locator("#o-temperature").press("Tab")
    expect(options).to_contain_text("T 0.3")
    for why, mode, shown in [
        ("Not sent: it has a fixed one.", "off", "Options"),
        ("Sent only where thinking is off: so it is.", "auto", "Options"),
        ("Sent only where thinking is off: so it is.", "off", "T 0.3"),
    ]:
        chat.locator(".mi", has=chat.locator(":checked")).evaluate(
            "(row, why) => { row.dataset.whyTemperature = why }", why
        )
        chat.locator(f'[name=thinking][value="{mode}"]').dispatch_event("click")
        chat.locator("#o-temperature").dispatch_event("change")
        expect(options).to_contain_text(shown)


def test_a_note_that_says_nothing_takes_no_room(chat: Page) -> None:
    choose(chat, "finished")
    chat.get_by_role("button", name="Options").click()
    expect(chat.locator("#opt-menu [data-why=effort]")).to_be_hidden()
    expect(chat.locator("#opt-menu").get_by_text("Thinking", exact=True)).to_be_hidden()
