"""Narrow and wide, large text, light and dark, forced colours; and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import expect_state, play, reply, send
from tests.servers import Site
from tests.upstreams import ask

WIDE = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
    + "\n\n```python\nx = "
    + "1 + " * 120
    + "1\n```\n\n| "
    + " | ".join(f"column {n}" for n in range(14))
    + " |\n|"
    + "---|" * 14
    + "\n| "
    + " | ".join(f"value{n}value" for n in range(14))
    + " |\n\n$$"
    + "+".join(f"x_{{{n}}}" for n in range(80))
    + "$$\n\nDone here."
)
WIDTHS = (320, 360, 390, 768, 1280)


def overflow(page: Page) -> int:
    """Pixels by which the page, or the pane of the conversation, is wider than it may be."""
    return int(
        page.evaluate("""() => Math.max(...["html", ".scroll", ".dock", ".bar"].map((place) => {
            const element = document.querySelector(place);
            return element ? element.scrollWidth - element.clientWidth : 0;
        }))""")
    )


def test_mb_01_nothing_scrolls_sideways_at_any_width(chat: Page) -> None:
    send(chat, ask("w" * 300, thinking_text=WIDE, answer_text=WIDE, rate=0))
    expect_state(reply(chat), "done")
    reply(chat).locator("summary").first.click()
    found = {}
    for width in WIDTHS:
        chat.set_viewport_size({"width": width, "height": 800})
        found[width] = overflow(chat)
    chat.goto("/")
    for width in WIDTHS:
        chat.set_viewport_size({"width": width, "height": 800})
        found[-width] = overflow(chat)
    assert [width for width, over in found.items() if over > 0] == [], found


@pytest.mark.parametrize(
    "path", ["/settings/", "/accounts/people/", "/accounts/password/change/", "/accounts/2fa/"]
)
def test_mb_01_other_pages_do_not_scroll_sideways_either(chat: Page, path: str) -> None:
    chat.goto(path)
    for width in WIDTHS:
        chat.set_viewport_size({"width": width, "height": 800})
        assert overflow(chat) <= 0, width


def test_mb_02_the_thinking_mode_is_in_view_on_a_phone(chat: Page) -> None:
    for width in (390, 360, 320):
        chat.set_viewport_size({"width": width, "height": 844})
        for mode in ("Auto", "On", "Off"):
            expect(chat.locator(".thought label", has_text=mode)).to_be_in_viewport(ratio=1)
        expect(chat.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)


def test_what_floats_keeps_away_from_the_edges_of_a_phone(chat: Page) -> None:
    for width in (390, 320):
        chat.set_viewport_size({"width": width, "height": 844})
        for button, menu in ((".chip.model", "#model-menu"), (".chip.opt", "#opt-menu")):
            chat.locator(button).click()
            box = chat.locator(menu).bounding_box()
            assert box is not None
            assert (box["x"], width - box["x"] - box["width"]) == (10, 10)
            chat.keyboard.press("Escape")


def test_code_grows_with_the_text(chat: Page) -> None:
    send(chat, ask("code", thinking=0, answer_text="```python\nx = 1\n```", rate=0))
    expect_state(reply(chat), "done")
    size = "getComputedStyle(document.querySelector('.code pre')).fontSize"
    assert chat.evaluate(size) == "13px"
    chat.evaluate("document.documentElement.dataset.textSize = '130'")
    assert chat.evaluate(size) == "16.9px"


def test_text_grows_and_still_fits(chat: Page) -> None:
    chat.evaluate("document.documentElement.dataset.textSize = '130'")
    assert chat.evaluate("getComputedStyle(document.querySelector('textarea')).fontSize") == "19.5px"
    for width in (1280, 390, 320):
        chat.set_viewport_size({"width": width, "height": 844})
        assert overflow(chat) <= 0, width
        expect(chat.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_theme_holds_against_the_system_and_system_follows_it(chat: Page, system: str) -> None:
    chat.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    shown = {}
    for theme in ("light", "dark", "system"):
        chat.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        shown[theme] = chat.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shown == {
        "light": "rgb(252, 251, 248)",
        "dark": "rgb(21, 20, 18)",
        "system": shown[system],
    }


def test_forced_colours_keep_outlines(chat: Page) -> None:
    send(chat, ask("forced", chunks=30, rate=0))
    expect_state(reply(chat), "done")
    chat.emulate_media(forced_colors="active")
    for place in ("reasoning-trace", ".comp", ".bubble", ".send"):
        border = chat.locator(place).first.evaluate("element => getComputedStyle(element).borderTopStyle")
        assert border == "solid", place


# Without JavaScript


@pytest.fixture
def plain(browser: Browser, workings: Site, chat: Page) -> Page:
    """A page of Alice's in a browser that runs no scripts."""
    context = browser.new_context(base_url=workings.url, java_script_enabled=False)
    context.set_default_timeout(15_000)
    context.add_cookies(chat.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    chat.context.on("close", lambda _: context.close())
    return page


def test_ch_34_without_scripts_a_trace_opens_and_closes_and_its_outline_leads_to_steps(
    chat: Page, plain: Page
) -> None:
    expect_state(play(chat, "finished"), "done")
    plain.goto(chat.url)
    opener = plain.locator("reasoning-trace > details > summary")
    for visible in (True, False, True):
        opener.click()
        expect(plain.locator(".trace")).to_be_visible(visible=visible)
    links = plain.locator("[data-outline] a")
    assert links.count() > 4, "need an outline for this test to mean anything"
    for number in (links.count() - 1, 1):
        links.nth(number).click()
        step = plain.locator(".step").nth(number)
        expect(step).to_be_in_viewport()
        expect(plain.locator(":target")).to_have_id(str(step.get_attribute("id")))


def test_without_scripts_a_chat_is_read_and_continued(chat: Page, plain: Page) -> None:
    send(chat, ask("plain", chunks=40, rate=0))
    expect_state(reply(chat), "done")
    plain.goto(chat.url)
    plain.locator("reasoning-trace > details > summary").click()
    expect(plain.locator(".trace")).to_be_visible()
    expect(plain.get_by_role("region", name="Answer")).to_be_visible()
    plain.get_by_role("textbox", name="Message").fill(ask("and on", chunks=10, rate=0))
    plain.get_by_role("button", name="Send").click()
    expect(plain.locator("article")).to_have_count(2)
    expect(chat.locator("article")).to_have_count(2)
    expect_state(reply(chat), "done")
    plain.reload()
    expect_state(reply(plain), "done")


def test_without_scripts_a_chat_begins(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("textbox", name="Message").fill(ask("begin", chunks=10, rate=0))
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url("**/c/*/")
    expect(plain.locator("article")).to_have_count(1)


def test_without_scripts_settings_are_saved_undone_and_refused(plain: Page) -> None:
    plain.goto("/settings/")
    place = plain.locator("#preference-temperature")
    place.get_by_label("Temperature").fill("0.6")
    place.get_by_role("button", name="Save").click()
    expect(place.locator(".setting-saved")).to_be_visible()
    expect(place.get_by_label("Temperature")).to_have_value("0.6")
    place.get_by_role("button", name="Undo").click()
    expect(place.get_by_label("Temperature")).to_have_value("")
    place.get_by_label("Temperature").fill("hot")
    place.get_by_role("button", name="Save").click()
    expect(place.locator(".setting-error")).to_contain_text("a number from 0 to 2")


def test_a_touch_screen_is_shown_no_keys(browser: Browser, workings: Site, chat: Page) -> None:
    context = browser.new_context(base_url=workings.url, has_touch=True, is_mobile=True)
    context.add_cookies(chat.context.cookies())  # type: ignore[arg-type]
    touched = context.new_page()
    for path in ("/", "/settings/"):
        touched.goto(path)
        assert touched.locator("kbd").count() > 0
        expect(touched.locator("kbd").filter(visible=True)).to_have_count(0)
    expect(touched.get_by_role("table")).to_have_count(0)
    context.close()
