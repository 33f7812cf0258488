"""Keys are written as the keyboard of whoever looks has them."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15"
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def page(client: Client, path: str, agent: str) -> str:
    return client.get(path, headers={"User-Agent": agent}).content.decode()


def test_a_mac_is_shown_its_signs(as_alice: Client) -> None:
    assert '<kbd aria-hidden="true">⇧⌘O</kbd>' in page(as_alice, "/", MAC)
    settings = page(as_alice, "/settings/", MAC)
    for pressed in ("⇧⌘O", "⌘;", "⌘\\", "⇧T", "J"):
        assert f"<kbd>{pressed}</kbd>" in settings


def test_every_other_keyboard_is_shown_words(as_alice: Client) -> None:
    assert '<kbd aria-hidden="true">Ctrl+Shift+O</kbd>' in page(as_alice, "/", LINUX)
    settings = page(as_alice, "/settings/", LINUX)
    for pressed in ("Ctrl+Shift+O", "Ctrl+;", "Ctrl+\\", "Shift+T", "J"):
        assert f"<kbd>{pressed}</kbd>" in settings
    assert "⌘" not in page(as_alice, "/", "")
