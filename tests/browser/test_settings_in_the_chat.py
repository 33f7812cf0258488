"""What is chosen in settings holds in the chat, at once and in every tab; keys are never shown again.

The names begin with the acceptance check that they are: ST-01 to ST-05 and ST-07.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.chatting import ask_for, details, expect_state, long_answer, play, reply
from tests.servers import Site, site
from tests.upstreams import RunningUpstream

KEY = "sk-moonshot-geheim-0123456789wxyz"
SAVED_TIMES = """() => {
    window.said = [];
    const announcer = document.getElementById("announcer");
    const hear = () => window.said.push(announcer.textContent);
    new MutationObserver(hear).observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def workings(tmp_path_factory: pytest.TempPathFactory, model: RunningUpstream) -> Iterator[Site]:
    """With one more provider, for which people bring their own key."""
    more = {"MOONSHOT_BASE_URL": model.offering("kimi-k2.6"), "GENERATIONS_PER_USER": "50"}
    scripted = {"SCRIPTED_PROVIDER": "on", "SCRIPTED_SPEED": "20"}
    folder = tmp_path_factory.mktemp("site")
    with site(folder, **model.environment | more | scripted) as running:
        yield running


@pytest.fixture
def settings_page(chat: Page) -> Page:
    chat.goto("/settings/")
    return chat


def preset(settings_page: Page, name: str) -> None:
    """Another one first where it was chosen already, so that there is something to change."""
    another = "Always folded" if name == "Always open" else "Always open"
    if settings_page.get_by_label(name).is_checked():
        choose(settings_page, another)
    choose(settings_page, name)


def choose(settings_page: Page, label: str) -> None:
    with settings_page.expect_response("**/settings/thinking_opens/"):
        settings_page.get_by_label(label).check()
    expect(settings_page.locator("#preference-thinking_opens .setting-saved")).to_be_visible()


# ST-01


def test_st_01_always_folded_holds_in_the_preview_and_in_the_next_turn(settings_page: Page) -> None:
    preset(settings_page, "Always folded")
    expect(settings_page.locator("trace-preview details")).not_to_have_attribute("open", "")
    settings_page.goto("/")
    running = ask_for(settings_page, "folded", chunks=1500, rate=40, thinking=0.9)
    expect_state(running, "thinking")
    expect(details(running)).not_to_have_attribute("open", "")
    settings_page.get_by_role("button", name="Stop", exact=True).click()
    expect_state(running, "stopped")
    expect(details(running)).not_to_have_attribute("open", "")


def test_st_01_always_open_holds_in_the_preview_and_in_the_next_turn(settings_page: Page) -> None:
    preset(settings_page, "Always open")
    expect(settings_page.locator("trace-preview details")).to_have_attribute("open", "")
    settings_page.goto("/")
    running = play(settings_page, "finished")
    expect_state(running, "done")
    expect(details(running)).to_have_attribute("open", "")
    settings_page.reload()
    expect(details(reply(settings_page))).to_have_attribute("open", "")


def test_st_01_open_then_fold_holds_in_the_preview_and_in_the_next_turn(settings_page: Page) -> None:
    preset(settings_page, "Open while thinking, then fold")
    expect(settings_page.locator("trace-preview details")).not_to_have_attribute("open", "", timeout=5000)
    settings_page.goto("/")
    running = long_answer(settings_page, "fold", chunks=3000, thinking=0.1, rate=120)
    expect(details(running)).not_to_have_attribute("open", "")
    assert running.locator("reasoning-trace").get_attribute("data-opened") == "once"
    settings_page.get_by_role("button", name="Stop", exact=True).click()


# ST-02, ST-03


def test_st_02_a_chat_in_a_second_tab_follows_within_a_second(settings_page: Page) -> None:
    chat = settings_page.context.new_page()
    chat.goto("/")
    chat.wait_for_function("() => document.querySelector('chat-page').socket.socket.readyState === 1")
    settings_page.get_by_label("Dark").check()
    expect(chat.locator("html")).to_have_attribute("data-theme", "dark", timeout=1000)
    settings_page.get_by_label("Light").check()
    expect(chat.locator("html")).to_have_attribute("data-theme", "light", timeout=1000)
    preset(settings_page, "Always open")
    expect(chat.locator("chat-page")).to_have_attribute("data-thinking-opens", "always", timeout=1000)
    settings_page.get_by_label("System", exact=True).check()
    expect(chat.locator("html")).to_have_attribute("data-theme", "system", timeout=1000)


def test_st_02_a_settings_page_in_a_second_tab_follows_within_a_second(settings_page: Page) -> None:
    tab = settings_page.context.new_page()
    tab.goto("/settings/")
    tab.wait_for_function("() => document.querySelector('settings-page').socket.socket.readyState === 1")
    field = settings_page.get_by_label("Temperature")
    value = "0.7" if field.input_value() != "0.7" else "0.8"
    field.fill(value)
    field.press("Enter")
    expect(tab.get_by_label("Temperature")).to_have_value(value, timeout=1000)
    expect(tab.locator("#announcer")).to_be_empty()
    field.fill("")
    field.press("Enter")
    expect(tab.get_by_label("Temperature")).to_have_value("", timeout=1000)


def test_st_03_a_reload_and_another_device_keep_what_was_chosen(settings_page: Page) -> None:
    slider = settings_page.get_by_label("Text size")
    slider.press("Home")
    for _ in range(3):
        slider.press("ArrowRight")
    expect(settings_page.locator("html")).to_have_attribute("data-text-size", "120")
    expect(settings_page.locator("#preference-text_size .setting-saved")).to_be_visible()
    settings_page.wait_for_load_state("networkidle")
    settings_page.reload()
    expect(settings_page.get_by_label("Text size")).to_have_value("120")
    assert settings_page.evaluate("getComputedStyle(document.documentElement).fontSize") == "19.2px"
    settings_page.goto("/")
    expect(settings_page.locator("html")).to_have_attribute("data-text-size", "120")
    settings_page.goto("/settings/")
    settings_page.get_by_label("Text size").press("ArrowLeft")
    settings_page.get_by_label("Text size").press("ArrowLeft")
    expect(settings_page.locator("html")).to_have_attribute("data-text-size", "100")
    settings_page.wait_for_load_state("networkidle")


# ST-04


def test_st_04_a_stored_key_is_never_sent_back(settings_page: Page, model: RunningUpstream) -> None:
    bodies: list[str] = []

    def keep(response: Response) -> None:
        if response.request.resource_type in {"document", "xhr", "fetch"} and response.status == 200:
            bodies.append(response.text())

    settings_page.on("response", keep)
    card = settings_page.locator("#key-moonshot")
    settings_page.get_by_label("Your key for Moonshot AI").fill(KEY)
    card.get_by_role("button", name="Save key").click()
    expect(card.locator("code")).to_have_text("wxyz")
    expect(settings_page.get_by_label("New key for Moonshot AI")).to_have_value("")
    card.get_by_role("button", name="Test Moonshot AI").click()
    expect(card).to_contain_text("The key works at Moonshot AI.")
    settings_page.reload()
    expect(card).to_contain_text("last used")
    settings_page.goto("/")
    assert bodies
    assert [body for body in bodies if "geheim" in body] == []
    assert "geheim" not in settings_page.content()


def test_st_04_a_stored_key_answers_until_it_is_deleted(settings_page: Page, model: RunningUpstream) -> None:
    settings_page.locator("#key-field-moonshot").fill(KEY)
    settings_page.locator("#key-moonshot").get_by_role("button", name="Save key").click()
    expect(settings_page.locator("#control-model option[value='moonshot/kimi-k2.6']")).to_have_count(1)
    settings_page.goto("/")
    settings_page.locator('input[name="model"][value="moonshot/kimi-k2.6"]').dispatch_event("click")
    settings_page.get_by_role("textbox", name="Message").fill('{"upstream": {"chunks": 4, "rate": 0}}')
    settings_page.get_by_role("button", name="Send").click()
    expect_state(reply(settings_page), "done")
    assert model.requests()[-1]["headers"]["authorization"] == f"Bearer {KEY}"
    settings_page.goto("/settings/")
    settings_page.get_by_role("button", name="Delete the key for Moonshot AI").click()
    expect(settings_page.locator("#key-moonshot")).to_contain_text("Deleted")
    expect(settings_page.locator("#control-model option[value='moonshot/kimi-k2.6']")).to_have_count(0)


# ST-05


def test_st_05_with_single_keys_off_c_does_nothing_in_the_chat(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect_state(play(chat, "no-thinking"), "done")
    read = "navigator.clipboard.readText()"
    chat.evaluate("navigator.clipboard.writeText('before')")
    reply(chat).locator("section.answer").focus()
    chat.keyboard.press("c")
    chat.wait_for_function(f"{read}.then((text) => text !== 'before')")
    settings = chat.context.new_page()
    settings.goto("/settings/")
    settings.get_by_label("Single-key shortcuts").uncheck()
    expect(chat.locator("body")).to_have_attribute("data-single-keys", "off")
    chat.bring_to_front()
    chat.evaluate("navigator.clipboard.writeText('before')")
    reply(chat).locator("section.answer").focus()
    chat.keyboard.press("c")
    chat.wait_for_timeout(500)
    assert chat.evaluate(read) == "before"
    settings.get_by_label("Single-key shortcuts").check()
    expect(chat.locator("body")).to_have_attribute("data-single-keys", "on")


# ST-07


def test_st_07_each_kind_of_control_saves_by_keyboard_and_says_so_once(settings_page: Page) -> None:
    settings_page.evaluate(SAVED_TIMES)
    keys = {
        "#preference-theme :checked": ["ArrowRight"],
        "#control-text_size": ["ArrowRight"],
        "#control-show_cost": ["Space"],
        "#control-max_tokens": ["9", "Enter"],
        "#control-system_prompt": ["H", "i", "Tab"],
    }
    for number, (control, pressed) in enumerate(keys.items(), start=1):
        settings_page.locator(control).focus()
        for key in pressed:
            settings_page.keyboard.press(key)
        settings_page.wait_for_function("count => window.said.length >= count", arg=number)
        settings_page.wait_for_load_state("networkidle")
        settings_page.wait_for_timeout(150)
        assert settings_page.evaluate("window.said") == ["Saved"] * number, control
        name = control.removeprefix("#preference-").removeprefix("#control-").partition(" ")[0]
        settings_page.get_by_role("button", name="Undo").last.focus()
        expect(settings_page.locator(f"#preference-{name} .setting-saved")).to_be_visible()
