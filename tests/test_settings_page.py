"""Each control saves at once, says so, and can be undone; and belongs to one person alone."""

import json
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat.preferences import Preferences, change, preferences_of
from chat.providers.base import ModelInfo
from chat.providers.registry import Registry
from chat.views import preferences as views
from chat.views.controls import CONTROLS, PARAMETERS

pytestmark = pytest.mark.django_db
PAGE = "/settings/"
HTMX = {"HX-Request": "true"}
K2 = ModelInfo(
    "kimi-k2-thinking",
    "Kimi K2 Thinking",
    "openrouter",
    "OpenRouter",
    thinking="always",
    recommended_max_tokens=16_000,
)
O3 = ModelInfo(
    "o3",
    "o3",
    "openai",
    "OpenAI",
    efforts=("low", "medium", "high"),
    not_sent={"temperature": "o3 takes no temperature."},
)

type Offer = Callable[..., None]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Offer:
    def offering(*models: ModelInfo) -> None:
        async def listed(registry: Registry, user_keys: dict[str, str]) -> list[ModelInfo]:
            return list(models)

        monkeypatch.setattr(Registry, "models", listed)

    offering()
    return offering


@pytest.fixture(autouse=True)
def nothing_offered(offer: Offer) -> None:
    """No test asks a real provider."""


def save(client: Client, name: str, text: str, **more: str) -> HttpResponse:
    return client.post(f"{PAGE}{name}/", {name: text, **more}, headers=HTMX)  # type: ignore[return-value]


def test_the_promised_fields_have_their_names(as_alice: Client) -> None:
    page = as_alice.get(PAGE).content.decode()
    for name, label in [
        ("model", "Model"),
        ("max_tokens", "Longest reply (max_tokens)"),
        ("temperature", "Temperature"),
    ]:
        assert f'<label for="control-{name}">{label}</label>' in page


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("theme", "dark", "dark"),
        ("text_size", "120", 120),
        ("thinking_opens", "always", "always"),
        ("show_cost", "", False),
        ("send_with", "mod-enter", "mod-enter"),
        ("single_keys", "", False),
        ("announce", "30s", "30s"),
        ("model", "openrouter/kimi-k2-thinking", "openrouter/kimi-k2-thinking"),
        ("thinking", "on", "on"),
        ("effort", "high", "high"),
        ("max_tokens", "16,384", 16_384),
        ("max_tokens", "0" * 20 + "16384", 16_384),
        ("temperature", "0,6", 0.6),
        ("system_prompt", "Answer in German.\r\nBe brief.", "Answer in German.\nBe brief."),
    ],
)
def test_each_control_saves_at_once_and_is_undone(
    as_alice: Client, alice: User, name: str, text: str, value: object
) -> None:
    before = getattr(Preferences(), name)
    response = save(as_alice, name, text)
    assert "Saved" in response.content.decode()
    assert getattr(preferences_of(User.objects.get(pk=alice.pk)), name) == value
    undo = "" if before is None else {True: "on", False: "off"}.get(before, str(before))
    assert f'name="undo" value="{undo}"' in response.content.decode()
    undone = save(as_alice, name, text, undo=undo)
    assert undone["HX-Retarget"] == f"#preference-{name}"
    assert preferences_of(User.objects.get(pk=alice.pk)) == Preferences()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("theme", "pink"),
        ("text_size", "500"),
        ("text_size", "large"),
        ("max_tokens", "0"),
        ("max_tokens", "many"),
        ("text_size", "9" * 5000),
        ("max_tokens", "9" * 5000),
        ("max_tokens", "000001000000999999"),
        ("max_tokens", "²"),
        ("temperature", "3"),
        ("temperature", "nan"),
        ("temperature", "hot"),
        ("single_keys", "maybe"),
        ("model", "nonsense"),
        ("effort", "x" * 100),
        ("system_prompt", "x" * 100_001),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    as_alice: Client, alice: User, name: str, text: str
) -> None:
    response = save(as_alice, name, text)
    assert response.status_code == 422
    assert response.content.decode().count("setting-error") == 1
    assert preferences_of(User.objects.get(pk=alice.pk)) == Preferences()


def test_without_javascript_a_form_saves_and_offers_undo(as_alice: Client, alice: User) -> None:
    page = as_alice.post(PAGE + "theme/", {"theme": "dark"}, follow=True)
    assert page.redirect_chain == [("/settings/#preference-theme", 302)]
    assert 'name="undo" value="system"' in page.content.decode()
    assert 'name="undo"' not in as_alice.get(PAGE).content.decode()
    as_alice.post(PAGE + "theme/", {"theme": "dark", "undo": "system"})
    assert preferences_of(User.objects.get(pk=alice.pk)).theme == "system"


def test_without_javascript_a_refused_text_stays_in_its_field(as_alice: Client) -> None:
    response = as_alice.post(PAGE + "temperature/", {"temperature": "warm <b>"})
    assert response.status_code == 422
    assert 'value="warm &lt;b&gt;"' in response.content.decode()
    assert "a number from 0 to 2" in response.content.decode()


def test_saving_the_same_again_says_nothing(as_alice: Client) -> None:
    assert save(as_alice, "theme", "system").status_code == 204


def test_a_choice_is_kept_over_a_reload(as_alice: Client) -> None:
    save(as_alice, "thinking_opens", "never")
    page = as_alice.get(PAGE).content.decode()
    assert 'data-opens="never"' in page
    assert 'id="thinking_opens-never"\n' in page.replace("  ", "")


def test_every_open_page_is_told(as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[User, str]] = []
    monkeypatch.setattr(views, "announce", lambda user, after: told.append((user, after.theme)))
    response = save(as_alice, "theme", "dark")
    assert told == [(alice, "dark")]
    assert json.loads(response["HX-Trigger"])["workings:preferences"]["theme"] == "dark"


def test_one_persons_choices_are_nobody_elses(as_alice: Client, as_bob: Client, bob: User) -> None:
    save(as_alice, "system_prompt", "Alice's secret prompt")
    assert preferences_of(bob) == Preferences()
    assert "secret prompt" not in as_bob.get(PAGE).content.decode()


@pytest.mark.parametrize("door", ["", "theme/", "recommended/", "keys/openrouter/", "keys/openrouter/test/"])
def test_nobody_is_sent_to_sign_in(client: Client, door: str) -> None:
    for response in (client.get(PAGE + door), client.post(PAGE + door, {"theme": "dark"})):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/?next=")


def test_an_unknown_preference_is_not_found(as_alice: Client) -> None:
    assert as_alice.post(PAGE + "is_staff/", {"is_staff": "on"}).status_code == 404


def test_a_stored_value_that_means_nothing_any_more_becomes_the_default(alice: User) -> None:
    change(alice, theme="sepia", text_size=100, gone=True, max_tokens=[1])
    assert preferences_of(User.objects.get(pk=alice.pk)) == Preferences()


def test_every_preference_has_a_control_and_every_control_a_preference() -> None:
    assert set(CONTROLS) == set(Preferences().as_values())


class TestWhatTheModelDecides:
    def test_the_page_says_when_a_parameter_is_not_sent(self, as_alice: Client, offer: Offer) -> None:
        offer(O3)
        page = as_alice.get(PAGE).content.decode()
        assert "Not sent: o3 takes no temperature." in page
        assert '<option value="medium">Medium</option>' in page

    def test_choosing_another_model_redraws_what_it_decides(self, as_alice: Client, offer: Offer) -> None:
        offer(K2, O3)
        page = as_alice.get(PAGE).content.decode()
        assert "o3 takes no" not in page
        assert "Kimi K2 Thinking always thinks." in page
        fragment = save(as_alice, "model", "openai/o3").content.decode()
        assert "Not sent: o3 takes no temperature." in fragment
        assert 'id="preference-temperature"' in fragment
        redrawn = re.findall(r'id="([^"]+)"[^>]*hx-swap-oob="true"', fragment)
        assert redrawn == ["note-model", *(f"preference-{name}" for name in PARAMETERS)]

    def test_a_model_that_always_thinks_has_no_off(self, as_alice: Client, offer: Offer) -> None:
        offer(K2)
        page = as_alice.get(PAGE).content.decode()
        off = page[page.index('id="thinking-off"') :]
        assert "disabled" in off[: off.index(">")]

    def test_a_short_longest_reply_is_warned_about(self, as_alice: Client, offer: Offer) -> None:
        offer(K2)
        save(as_alice, "max_tokens", "2000")
        assert "Below 16,000 tokens Kimi K2 Thinking" in as_alice.get(PAGE).content.decode()

    def test_a_model_that_is_gone_is_said_and_kept(self, as_alice: Client, offer: Offer) -> None:
        save(as_alice, "model", "openai/o3")
        offer(K2)
        assert "openai/o3 is not offered here now" in as_alice.get(PAGE).content.decode()

    def test_a_reset_goes_back_to_what_the_maker_recommends(
        self, as_alice: Client, alice: User, offer: Offer
    ) -> None:
        offer(K2)
        for name, text in [("temperature", "1.5"), ("max_tokens", "10"), ("system_prompt", "Be brief.")]:
            save(as_alice, name, text)
        as_alice.post(PAGE + "recommended/")
        after = preferences_of(User.objects.get(pk=alice.pk))
        assert (after.temperature, after.max_tokens, after.system_prompt) == (None, 16_000, "Be brief.")


def test_the_page_obeys_the_content_security_policy(as_alice: Client, settings: Settings) -> None:
    page = as_alice.get(PAGE).content.decode()
    scripts = [tag.split(">", 1)[0] for tag in page.split("<script")[1:]]
    assert all(" src=" in tag for tag in scripts)
    assert " style=" not in page
