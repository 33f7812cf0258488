"""Settings take effect in the bytes that reach a provider, and what is not sent is said on the page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import expect_state, reply, send
from tests.servers import Site, site
from tests.upstreams import RunningUpstream, ask

K2 = "openrouter/moonshotai/kimi-k2-thinking"
K2_ON_VLLM = "vllm/moonshotai/Kimi-K2-Thinking"
CLAUDE = "openrouter/anthropic/claude-sonnet-4"
QWEN = "vllm/Qwen/Qwen3-8B"
K26 = "moonshot/kimi-k2.6"
K3 = "moonshot/kimi-k3"
O3 = "openai/o3"
FLASH = "deepseek/deepseek-flash"
MODELS = (K2, K2_ON_VLLM, CLAUDE, QWEN, K26, K3, O3, FLASH)
FIELDS = {
    "thinking": "Thinking",
    "effort": "Effort",
    "max_tokens": "Longest reply (max_tokens)",
    "temperature": "Temperature",
    "system_prompt": "System prompt",
}


@pytest.fixture(scope="module")
def workings(tmp_path_factory: pytest.TempPathFactory, model: RunningUpstream) -> Iterator[Site]:
    """Five providers at once, each of which is the upstream under an address of its own."""
    environment = {"GENERATIONS_PER_USER": "50"}
    for provider in {key.partition("/")[0] for key in MODELS}:
        ids = [key.partition("/")[2] for key in MODELS if key.startswith(provider)]
        environment[f"{provider.upper()}_BASE_URL"] = model.offering(*ids)
        environment[f"{provider.upper()}_API_KEY"] = f"key-of-{provider}"
    with site(tmp_path_factory.mktemp("site"), **environment) as running:
        yield running


def answered(chat: Page, model: RunningUpstream, words: str, key: str) -> dict[str, Any]:
    """The body that the question led to, read from the bytes."""
    model.forget()
    turns = chat.locator("article").count()
    send(chat, ask(words, chunks=4, rate=0), key)
    expect(chat.locator("article")).to_have_count(turns + 1)
    expect_state(reply(chat), "done")
    [request] = model.requests()
    assert request["path"].startswith("/offering/")
    assert request["headers"]["authorization"] == f"Bearer key-of-{key.partition('/')[0]}"
    body: dict[str, Any] = json.loads(request["raw"])
    assert body["model"] == key.partition("/")[2]
    return body


@pytest.fixture
def settings_page(chat: Page) -> Page:
    """Nothing is chosen on it."""
    chat.goto("/settings/")
    token = chat.locator("[name=csrfmiddlewaretoken]").first.input_value()
    for name in ("model", *FIELDS):
        form: dict[str, str | float | bool] = {
            "csrfmiddlewaretoken": token,
            name: "auto" if name == "thinking" else "",
        }
        assert chat.request.post(f"/settings/{name}/", form=form).ok
    chat.reload()
    return chat


def choose(settings_page: Page, **values: str) -> None:
    """As people do: each control saves at once, and says so."""
    for name, value in values.items():
        place = settings_page.locator(f"#preference-{name}")
        if name in {"model", "effort"}:
            place.locator("select").select_option(value)
        elif name == "thinking":
            place.locator(f"input[value={value}]").check()
        else:
            place.get_by_label(FIELDS[name]).fill(value)
            place.get_by_label(FIELDS[name]).blur()
        expect(place.locator(".setting-saved")).to_be_visible()


def note(settings_page: Page, name: str) -> Locator:
    return settings_page.locator(f"#note-{name}")


def new_chat(page: Page) -> Page:
    page.goto("/")
    return page


# From the settings page


def test_nothing_chosen_is_nothing_sent(settings_page: Page, model: RunningUpstream) -> None:
    body = answered(new_chat(settings_page), model, "plain", K2)
    assert set(body) == {"model", "messages", "stream"}
    assert [message["role"] for message in body["messages"]] == ["user"]


def test_the_settings_page_decides_what_is_sent(settings_page: Page, model: RunningUpstream) -> None:
    choose(
        settings_page,
        model=CLAUDE,
        thinking="on",
        effort="high",
        max_tokens="12,000",
        system_prompt="Answer in one line.\nThen stop.",
    )
    chat = new_chat(settings_page)
    model.forget()
    chat.get_by_role("textbox", name="Message").fill(ask("all of it", chunks=4, rate=0))
    chat.get_by_role("button", name="Send").click()
    expect_state(reply(chat), "done")
    [body] = model.bodies()
    assert body["model"] == CLAUDE.removeprefix("openrouter/")
    assert body["reasoning"] == {"enabled": True, "effort": "high"}
    assert body["max_tokens"] == 12000
    assert body["messages"][0] == {"role": "system", "content": "Answer in one line.\nThen stop."}
    assert "temperature" not in body


@pytest.mark.parametrize(
    ("key", "thought", "sent"),
    [
        (CLAUDE, "on", {"reasoning": {"enabled": True}}),
        (CLAUDE, "off", {"reasoning": {"enabled": False}}),
        (CLAUDE, "auto", {}),
        (QWEN, "on", {"chat_template_kwargs": {"enable_thinking": True}}),
        (QWEN, "off", {"chat_template_kwargs": {"enable_thinking": False}}),
        (K26, "on", {"thinking": {"type": "enabled"}}),
        (K26, "off", {"thinking": {"type": "disabled"}}),
    ],
)
def test_thinking_is_switched_as_each_provider_wants_it(
    settings_page: Page, model: RunningUpstream, key: str, thought: str, sent: dict[str, Any]
) -> None:
    choose(settings_page, model=key)
    if thought != "auto":
        choose(settings_page, thinking=thought)
    expect(note(settings_page, "thinking")).to_be_empty()
    body = answered(new_chat(settings_page), model, thought, key)
    switches = ("reasoning", "thinking", "chat_template_kwargs", "reasoning_effort")
    assert {name: body[name] for name in switches if name in body} == sent


@pytest.mark.parametrize("key", [K2, K2_ON_VLLM, QWEN])
def test_a_temperature_goes_where_it_is_accepted(
    settings_page: Page, model: RunningUpstream, key: str
) -> None:
    choose(settings_page, model=key, temperature="0.6")
    expect(note(settings_page, "temperature")).to_be_empty()
    assert answered(new_chat(settings_page), model, "warm", key)["temperature"] == 0.6


@pytest.mark.parametrize("key", [K26, K3, O3])
def test_a_temperature_goes_nowhere_else_and_both_pages_say_so(
    settings_page: Page, model: RunningUpstream, key: str
) -> None:
    choose(settings_page, model=key, temperature="0.6")
    expect(note(settings_page, "temperature")).to_contain_text("Not sent: ")
    chat = new_chat(settings_page)
    chat.get_by_role("button", name="Options").click()
    expect(chat.locator("#opt-menu [data-why=temperature]")).to_contain_text("Not sent: ")
    assert "temperature" not in answered(chat, model, "cold", key)


def test_a_model_that_thinks_takes_a_temperature_only_when_it_does_not(
    settings_page: Page, model: RunningUpstream
) -> None:
    choose(settings_page, model=FLASH, temperature="0.3")
    expect(note(settings_page, "temperature")).to_contain_text("Sent only where thinking is off: ")
    assert "temperature" not in answered(new_chat(settings_page), model, "thinks", FLASH)
    settings_page.goto("/settings/")
    choose(settings_page, thinking="off")
    assert answered(new_chat(settings_page), model, "answers", FLASH)["temperature"] == 0.3


@pytest.mark.parametrize("key", [K26, O3])
def test_the_longest_reply_has_the_name_that_the_provider_knows(
    settings_page: Page, model: RunningUpstream, key: str
) -> None:
    choose(settings_page, model=key, max_tokens="9000")
    body = answered(new_chat(settings_page), model, "long", key)
    assert body["max_completion_tokens"] == 9000
    assert "max_tokens" not in body


def test_a_limit_under_what_thinking_needs_is_warned_of(settings_page: Page) -> None:
    choose(settings_page, model=K3, max_tokens="4096")
    expect(note(settings_page, "max_tokens")).to_contain_text("Below 16,384 tokens")
    chat = new_chat(settings_page)
    chat.get_by_role("button", name="Options").click()
    expect(chat.locator("#o-max-help.warn")).to_contain_text("Below 16,384 the answer may be cut off.")


def test_a_model_that_always_thinks_cannot_be_told_not_to(
    settings_page: Page, model: RunningUpstream
) -> None:
    choose(settings_page, model=CLAUDE, thinking="off")
    choose(settings_page, model=K2)
    expect(settings_page.locator("#preference-thinking input[value=off]")).to_be_disabled()
    expect(note(settings_page, "thinking")).to_contain_text("always thinks")
    chat = new_chat(settings_page)
    off = chat.get_by_role("radio", name="Off")
    expect(off).to_be_disabled()
    expect(off).to_have_accessible_description("Kimi K2 Thinking always thinks")
    assert "reasoning" not in answered(chat, model, "always", K2)


# From the composer


def test_the_composer_decides_for_its_chat_alone(settings_page: Page, model: RunningUpstream) -> None:
    choose(settings_page, model=K2, temperature="0.9", system_prompt="From the settings.")
    chat = new_chat(settings_page)
    pick(chat, "Claude Sonnet 4")
    chat.locator(".thought").get_by_text("On", exact=True).click()
    options = open_options(chat)
    options.get_by_label("Effort").select_option("low")
    options.get_by_label("Longest reply", exact=True).fill("7000")
    options.get_by_label("System prompt").fill("From the chat.")
    chat.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="Options")).to_contain_text("Low effort")
    body = answered(chat, model, "here", CLAUDE)
    assert body["reasoning"] == {"enabled": True, "effort": "low"}
    assert body["max_tokens"] == 7000
    assert body["messages"][0] == {"role": "system", "content": "From the chat."}
    elsewhere = answered(new_chat(chat), model, "elsewhere", K2)
    assert elsewhere["temperature"] == 0.9
    assert elsewhere["messages"][0]["content"] == "From the settings."
    assert "max_tokens" not in elsewhere


def test_a_chat_keeps_what_was_chosen_for_it(settings_page: Page, model: RunningUpstream) -> None:
    choose(settings_page, model=K2)
    chat = new_chat(settings_page)
    open_options(chat).get_by_label("Temperature").fill("0.4")
    chat.keyboard.press("Escape")
    answered(chat, model, "first", K2)
    chat.reload()
    expect(chat.get_by_role("button", name="Options")).to_contain_text("T 0.4")
    assert answered(chat, model, "second", K2)["temperature"] == 0.4


def test_the_options_follow_the_model_that_is_chosen(settings_page: Page, model: RunningUpstream) -> None:
    choose(settings_page, model=K2)
    chat = new_chat(settings_page)
    efforts = chat.locator("#o-effort option")
    expect(efforts).to_have_text(["Default"])
    expect(chat.locator("[data-why=effort]")).to_contain_text("Not sent: ")
    pick(chat, "OpenAI o3")
    expect(efforts).to_have_text(["Default", "Low", "Medium", "High"])
    expect(chat.locator("[data-why=effort]")).to_be_empty()
    expect(chat.locator("[data-why=temperature]")).to_contain_text("Not sent: OpenAI o3")
    open_options(chat).get_by_label("Effort").select_option("medium")
    assert answered(chat, model, "effort", O3)["reasoning_effort"] == "medium"


def test_a_value_that_cannot_be_used_is_refused_in_a_sentence(
    settings_page: Page, model: RunningUpstream, complaints: list[str]
) -> None:
    chat = new_chat(settings_page)
    open_options(chat).get_by_label("Temperature").fill("hot")
    chat.keyboard.press("Escape")
    model.forget()
    chat.get_by_role("textbox", name="Message").fill("Will this go out?")
    chat.get_by_role("button", name="Send").click()
    expect(chat.locator("#said")).to_have_text("The temperature is a number from 0 to 2.")
    expect(chat.get_by_role("textbox", name="Message")).to_have_value("Will this go out?")
    assert model.requests() == []
    complaints.clear()


def pick(chat: Page, name: str) -> None:
    chat.locator(".chip.model").click()
    chat.locator("#model-menu .mi", has_text=name).first.click()
    chat.keyboard.press("Escape")
    expect(chat.locator("#model-menu")).to_be_hidden()


def open_options(chat: Page) -> Locator:
    chat.get_by_role("button", name="Options").click()
    return chat.locator("#opt-menu")
