"""The settings page in a browser: ST-01 to ST-05 and ST-07 as far as the page itself goes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.chatting import open_again
from tests.servers import Site, site
from tests.upstreams import RunningUpstream

KEY = "sk-or-geheim-0123456789abcd"
PEOPLE = """
from django.test import Client
from accounts.models import User

def make(number):
    for each in range(number):
        client = Client()
        client.force_login(User.objects.create_user(f"person{each}"))
        print(client.cookies["sessionid"].value)
"""
PLACES = """() => [...document.querySelectorAll(".setting, .setting *")]
    .filter((element) => element.checkVisibility() && !element.closest(".setting-result"))
    .map((element) => Math.round(element.getBoundingClientRect().top + scrollY))"""
"""How far down everything is that people choose."""


@pytest.fixture(scope="module")
def workings(tmp_path_factory: pytest.TempPathFactory, model: RunningUpstream) -> Iterator[Site]:
    """With two providers that take people's own keys: one cannot say what they are worth, one takes none."""
    keyed = {"OPENROUTER_BASE_URL": model.url, "OPENAI_BASE_URL": model.refusing}
    with site(tmp_path_factory.mktemp("site"), **model.environment | keyed) as running:
        yield running


@pytest.fixture(scope="module")
def sessions(workings: Site, request: pytest.FixtureRequest) -> Iterator[str]:
    """One of somebody new for each test, which is cheaper than that many passwords."""
    tests = sum(item.path == request.path for item in request.session.items)
    return iter(workings.manage("shell", "--verbosity", "0", "-c", f"{PEOPLE}\nmake({tests})").split())


@pytest.fixture
def settings_page(page: Page, workings: Site, sessions: Iterator[str]) -> Page:
    page.context.add_cookies([{"name": "sessionid", "value": next(sessions), "url": workings.url}])
    page.goto("/")
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    return page


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto("/settings/")
    expect(tab.get_by_label("System", exact=True)).to_be_visible()
    return tab


def test_the_preview_obeys_the_preset(settings_page: Page) -> None:
    trace = settings_page.locator("trace-preview details")
    settings_page.get_by_label("Always open").check()
    expect(trace).to_have_attribute("open", "")
    settings_page.get_by_label("Always folded").check()
    expect(trace).not_to_have_attribute("open", "")


def test_the_preview_is_the_region_that_a_reply_has(settings_page: Page) -> None:
    region = settings_page.get_by_role("region", name="Thinking")
    expect(region.locator("summary")).to_contain_text("Thought for 6 s")
    expect(region.locator("summary")).to_contain_text("$0.00031")
    settings_page.get_by_label("Show cost in the header").uncheck()
    expect(region.locator(".cost")).to_be_hidden()
    settings_page.get_by_label("Show time in the header").uncheck()
    expect(region.locator(".took")).to_be_hidden()


def test_saved_is_said_beside_the_control_and_moves_nothing(settings_page: Page) -> None:
    for width in (1280, 390):
        settings_page.set_viewport_size({"width": width, "height": 844})
        before = settings_page.evaluate(PLACES)
        for name, label in [("theme", "Dark"), ("show_time", "Show time in the header")]:
            settings_page.get_by_label(label).click()
            said = settings_page.locator(f"#preference-{name} .setting-result")
            expect(said.get_by_role("button", name="Undo")).to_be_visible()
            named = settings_page.locator(f"#preference-{name} :is(legend, .switch)")
            said_at, named_at = said.bounding_box(), named.bounding_box()
            assert said_at is not None
            assert named_at is not None
            assert said_at["x"] >= named_at["x"] + named_at["width"]
            assert said_at["x"] + said_at["width"] <= width
            assert abs(said_at["y"] + said_at["height"] / 2 - named_at["y"] - named_at["height"] / 2) <= 1
            assert settings_page.evaluate(PLACES) == before
            said.get_by_role("button", name="Undo").click()
            expect(said.get_by_role("button")).to_have_count(0)


def test_a_refusal_is_gone_once_something_is_saved(settings_page: Page, complaints: list[str]) -> None:
    field = settings_page.get_by_label("Temperature")
    field.fill("hot")
    field.press("Enter")
    expect(settings_page.locator("#alerts")).to_contain_text("a number from 0 to 2")
    expect(field).to_have_attribute("aria-invalid", "true")
    settings_page.get_by_label("Dark").check()
    expect(settings_page.locator("#preference-theme .setting-saved")).to_be_visible()
    expect(settings_page.locator("#alerts")).to_be_empty()
    field.fill("")
    field.press("Enter")
    expect(settings_page.locator("#preference-temperature .setting-error")).to_have_count(0)
    expect(field).to_have_attribute("aria-invalid", "false")
    complaints[:] = [words for words in complaints if "422" not in words]


def test_the_list_marks_the_section_that_is_read(settings_page: Page) -> None:
    here = settings_page.get_by_role("navigation", name="Sections").locator("[aria-current]")
    expect(here).to_have_text("Appearance")
    settings_page.locator("#defaults").evaluate("section => section.scrollIntoView()")
    expect(here).to_have_text("Defaults")
    settings_page.get_by_role("link", name="Reading aids").click()
    expect(here).to_have_text("Reading aids")
    settings_page.evaluate("scrollTo(0, 0)")
    expect(here).to_have_text("Appearance")


def test_a_second_tab_follows_within_a_second(settings_page: Page) -> None:
    tab = another_tab(settings_page)
    settings_page.get_by_label("Dark").check()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark", timeout=1000)
    expect(tab.get_by_label("Dark")).to_be_checked(timeout=1000)


def test_what_is_being_typed_outlives_a_choice_in_another_tab(settings_page: Page) -> None:
    typed = settings_page.get_by_label("Temperature")
    typed.evaluate("field => { field.value = '0.3' }")
    other = open_again(settings_page)
    other.get_by_label("Dark").check()
    expect(settings_page.get_by_label("Dark")).to_be_checked()
    expect(typed).to_have_value("0.3")


def test_a_reload_keeps_every_choice(settings_page: Page) -> None:
    settings_page.get_by_label("Temperature").fill("0.6")
    settings_page.get_by_label("Temperature").press("Enter")
    expect(settings_page.locator("#preference-temperature .setting-saved")).to_be_visible()
    settings_page.reload()
    expect(settings_page.get_by_label("Temperature")).to_have_value("0.6")


def test_undo_brings_back_what_was_there_and_keeps_the_focus(settings_page: Page) -> None:
    field = settings_page.get_by_label("Longest reply (max_tokens)")
    field.fill("16384")
    field.press("Enter")
    settings_page.get_by_role("button", name="Undo Longest reply").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_a_stored_key_is_never_in_the_page(settings_page: Page) -> None:
    settings_page.get_by_label("Your key for OpenRouter").fill(KEY)
    settings_page.locator("#key-openrouter").get_by_role("button", name="Save key").click()
    expect(settings_page.locator("#key-openrouter code")).to_have_text("abcd")
    assert "geheim" not in settings_page.content()
    settings_page.reload()
    assert "geheim" not in settings_page.content()


def test_a_refused_key_stays_in_its_field_and_nothing_else_changes(
    settings_page: Page, complaints: list[str]
) -> None:
    field, card = settings_page.get_by_label("Your key for OpenAI"), settings_page.locator("#key-openai")
    first = settings_page.locator("#control-model option").first.text_content()
    field.fill(KEY)
    card.get_by_role("button", name="Save key").click()
    expect(card).to_contain_text("Not saved: OpenAI does not accept the key.")
    expect(settings_page.locator("#alerts")).to_contain_text("Not saved: OpenAI does not accept the key.")
    expect(field).to_have_value(KEY)
    settings_page.reload()
    expect(card.get_by_role("button", name="Delete")).to_have_count(0)
    assert settings_page.locator("#control-model option").first.text_content() == first
    complaints[:] = [words for words in complaints if "422" not in words]


def test_a_key_that_could_not_be_tested_is_kept_and_said_so(settings_page: Page) -> None:
    settings_page.get_by_label("Your key for OpenRouter").fill(KEY)
    card = settings_page.locator("#key-openrouter")
    card.get_by_role("button", name="Save key").click()
    expect(card).to_contain_text("Saved, but it could not be tested: ")
    expect(card.get_by_role("button", name="Test")).to_be_enabled()


def test_single_keys_are_off_on_every_open_page_at_once(settings_page: Page) -> None:
    chat = settings_page.context.new_page()
    chat.goto("/")
    expect(chat.locator("body")).to_have_attribute("data-single-keys", "on")
    settings_page.get_by_label("Single-key shortcuts").uncheck()
    expect(chat.locator("body")).to_have_attribute("data-single-keys", "off")


def test_every_control_is_reached_and_used_by_keyboard_and_saved_is_said_once(settings_page: Page) -> None:
    settings_page.evaluate("""() => {
        window.said = []
        const announcer = document.getElementById("announcer")
        const hear = () => window.said.push(announcer.textContent)
        new MutationObserver(hear).observe(announcer, { childList: true })
    }""")
    settings_page.locator("#main").focus()
    settings_page.keyboard.press("Tab")
    settings_page.keyboard.press("ArrowRight")
    expect(settings_page.locator("#announcer")).to_have_text("Saved")
    settings_page.wait_for_timeout(300)
    assert settings_page.evaluate("window.said") == ["Saved"]
    reached = set()
    for _ in range(50):
        settings_page.keyboard.press("Tab")
        reached.add(settings_page.evaluate("document.activeElement.name ?? ''"))
    controls = settings_page.locator("[id^=preference-]").evaluate_all("all => all.map((each) => each.id)")
    assert {control.removeprefix("preference-") for control in controls} - {"theme"} <= reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_overflows(settings_page: Page, scheme: str, width: int) -> None:
    settings_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    settings_page.set_viewport_size({"width": width, "height": 844})
    assert Axe().run(settings_page).response["violations"] == []
    assert settings_page.evaluate("document.documentElement.scrollWidth") == width
