"""Everything by keyboard alone, with a focus that can be seen and is not covered."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import details, expect_state, reply
from tests.browser.conftest import PASSWORD
from tests.upstreams import ask

FOCUS = """() => {
    const element = document.activeElement;
    if (element === document.body) return { ring: true, free: true };
    const shown = element.matches(".vh, [type=radio]") ? element.closest("label") ?? element : element;
    const box = shown.getBoundingClientRect();
    const style = getComputedStyle(shown);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const around = element.closest(".comp")?.matches(":has(textarea:focus)");
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
    return {
        what: element.outerHTML.slice(0, 120),
        ring: ring || Boolean(around) || style.boxShadow !== "none",
        free: box.width > 0 && at !== null && (shown.contains(at) || at.contains(shown)),
    };
}"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus_is_seen(page: Page) -> None:
    """Or is with the browser's own controls, between the page's last and its first."""
    found = page.evaluate(FOCUS)
    assert found["ring"], f"no ring: {found['what']}"
    assert found["free"], f"covered: {found['what']}"


def tab_to(page: Page, target: Locator, key: str = "Tab", most: int = 60) -> None:
    """Tabs until it has the focus; every stop on the way can be seen."""
    for _ in range(most):
        page.keyboard.press(key)
        focus_is_seen(page)
        if target.evaluate("target => target === document.activeElement"):
            return
    raise AssertionError("Tab does not lead there.")


def test_sign_in_and_sign_out_without_a_pointer(page: Page, cookies: list[object]) -> None:
    page.goto("/accounts/login/")
    tab_to(page, page.get_by_label("Username"), "Shift+Tab")
    page.keyboard.type("alice")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("/")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Sign out"), "Shift+Tab")
    press(page, "Enter")
    page.wait_for_url("**/accounts/login/**")


def test_ask_stop_read_and_copy_without_a_pointer(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.keyboard.insert_text(ask("by key", chunks=2000, rate=60, thinking=0.05))
    press(chat, "Enter")
    chat.wait_for_url("**/c/*/")
    running = reply(chat)
    expect(running).to_have_attribute("data-state", "answering", timeout=60_000)
    tab_to(chat, chat.get_by_role("button", name="Stop", exact=True))
    press(chat, "Enter")
    expect_state(running, "stopped")
    chat.get_by_role("textbox", name="Message").focus()
    tab_to(chat, running.locator("summary").first, "Shift+Tab")
    before = details(running).evaluate("details => details.open")
    press(chat, "Enter")
    assert details(running).evaluate("details => details.open") != before
    press(chat, "Enter")
    assert details(running).evaluate("details => details.open") == before
    tab_to(chat, running.get_by_role("button", name="Copy answer"))
    chat.evaluate("navigator.clipboard.writeText('')")
    press(chat, "Enter")
    expect(running.get_by_role("button", name="Copy answer")).to_contain_text("Copied")
    assert chat.evaluate("navigator.clipboard.readText()")


def test_a_model_and_an_option_are_chosen_without_a_pointer(chat: Page) -> None:
    chip = chat.locator(".chip.model")
    tab_to(chat, chip)
    press(chat, "Enter")
    expect(chat.locator("#model-menu")).to_be_visible()
    expect(chat.get_by_label("Filter models")).to_be_focused()
    focus_is_seen(chat)
    chat.keyboard.type("trunc-th")
    press(chat, "Tab", "Space")
    expect(chip).to_contain_text("trunc-thinking")
    press(chat, "Escape")
    expect(chat.locator("#model-menu")).to_be_hidden()
    expect(chip).to_be_focused()
    options = chat.get_by_role("button", name="Options")
    tab_to(chat, options)
    press(chat, "Enter")
    tab_to(chat, chat.locator("#o-temperature"))
    chat.keyboard.type("0.5")
    press(chat, "Escape")
    expect(options).to_be_focused()
    expect(options).to_contain_text("T 0.5")


def test_ctrl_semicolon_opens_the_models(chat: Page) -> None:
    press(chat, "Control+;")
    expect(chat.locator("#model-menu")).to_be_visible()


def test_ax_05_every_stop_of_a_finished_turn_is_seen_and_none_is_a_trap(chat: Page) -> None:
    for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844}):
        chat.set_viewport_size(size)  # type: ignore[arg-type]
        if reply(chat).count() == 0:
            chat.locator('input[name="model"][value="scripted/finished"]').dispatch_event("click")
            chat.keyboard.insert_text("Please explain.")
            press(chat, "Enter")
            chat.wait_for_url("**/c/*/")
            expect_state(reply(chat), "done")
            reply(chat).locator("summary").first.click()
        chat.evaluate("document.getElementById('main').focus()")
        tab_to(chat, chat.get_by_role("textbox", name="Message"))


def test_mb_03_the_drawer_holds_the_focus_and_gives_it_back(chat: Page) -> None:
    chat.set_viewport_size({"width": 390, "height": 844})
    opener = chat.get_by_role("button", name="Open conversations")
    opener.focus()
    press(chat, "Enter")
    drawer = chat.get_by_role("dialog", name="Conversations")
    expect(drawer).to_be_visible()
    inside = (
        "() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
    )
    for _ in range(15):
        press(chat, "Tab")
        assert chat.evaluate(inside)
    press(chat, "Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
    press(chat, "Enter")
    chat.mouse.click(380, 400)
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
