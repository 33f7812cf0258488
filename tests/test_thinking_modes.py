"""Only the modes of thinking that a model has are offered, and asked of it."""

import re

import pytest
from django.test import Client

from accounts.models import User
from chat.asking import asked_for
from chat.preferences import change
from chat.providers.base import ModelInfo
from chat.providers.registry import Registry

pytestmark = pytest.mark.django_db
ALWAYS = ModelInfo("k2", "K2", "moonshot", "Moonshot AI", thinking="always")
NEVER = ModelInfo("plain", "Plain", "moonshot", "Moonshot AI", thinking="never")
EITHER = ModelInfo("k2.6", "K2.6", "moonshot", "Moonshot AI", thinking="optional")


def offered(monkeypatch: pytest.MonkeyPatch, model: ModelInfo) -> None:
    async def models(registry: Registry, user_keys: dict[str, str]) -> list[ModelInfo]:
        return [model]

    monkeypatch.setattr(Registry, "models", models)


def modes(page: str) -> dict[str, str]:
    """Of the first group of modes on the page: each value with the rest of its tag."""
    found = re.findall(r'<input type="radio" name="thinking" value="(\w+)"([^>]*)>', page)
    return {value: rest.strip() for value, rest in found}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (ALWAYS, {"auto": "checked", "on": "", "off": 'disabled title="K2 always thinks"'}),
        (NEVER, {"auto": "checked", "on": 'disabled title="Plain does not think"', "off": ""}),
        (EITHER, {"auto": "checked", "on": "", "off": ""}),
    ],
)
def test_the_composer_offers_what_the_model_allows(
    as_alice: Client, monkeypatch: pytest.MonkeyPatch, model: ModelInfo, expected: dict[str, str]
) -> None:
    offered(monkeypatch, model)
    assert modes(as_alice.get("/").content.decode()) == expected


@pytest.mark.parametrize(("model", "refused"), [(ALWAYS, "off"), (NEVER, "on")])
def test_settings_offer_what_the_model_allows(
    as_alice: Client, monkeypatch: pytest.MonkeyPatch, model: ModelInfo, refused: str
) -> None:
    offered(monkeypatch, model)
    page = as_alice.get("/settings/").content.decode()
    [tag] = re.findall(rf'<input[^>]*id="thinking-{refused}"[^>]*>', page)
    assert "disabled" in tag


@pytest.mark.parametrize(("model", "chosen"), [(ALWAYS, "off"), (NEVER, "on")])
def test_a_mode_that_the_model_does_not_have_is_left_to_it(
    as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch, model: ModelInfo, chosen: str
) -> None:
    offered(monkeypatch, model)
    change(alice, thinking=chosen)
    assert modes(as_alice.get("/").content.decode())["auto"] == "checked"
    assert asked_for(alice, None).settings["thinking"] == "auto"
