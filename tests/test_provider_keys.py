"""A key is written, used, tested and deleted, and never comes back out."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import encryption
from accounts.models import User
from chat.personal import ProviderKey
from chat.preferences import key_for, keys_of
from chat.preferences.keys import rotate_all
from chat.providers.base import Provider, ProviderError
from chat.providers.configuration import ProviderConfig
from chat.providers.registry import Registry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
KEY = "sk-or-geheim-0123456789abcd"
OPEN = ProviderConfig("openrouter", "OpenRouter", "https://example.invalid", takes_key=True)
MANAGED = ProviderConfig("openai", "OpenAI", "https://example.invalid", "sk-of-the-admin", takes_key=True)
LOCAL = ProviderConfig("local", "This server", keyless=True, dialect="local")
DOORS = ["/settings/keys/openrouter/", "/settings/keys/openrouter/test/", "/settings/keys/openrouter/delete/"]


@pytest.fixture(autouse=True)
def providers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PROVIDERS = (OPEN, MANAGED, LOCAL)

    async def none(registry: Registry, user_keys: dict[str, str]) -> list[object]:
        return []

    monkeypatch.setattr(Registry, "models", none)


@pytest.fixture(autouse=True)
def works(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Unless a test says otherwise, every key does."""
    return answering(monkeypatch, "The key works.")


def answering(monkeypatch: pytest.MonkeyPatch, answer: str | Exception) -> list[str | None]:
    """The registry's provider says `answer`. Returns the keys with which it was asked for."""
    asked: list[str | None] = []

    class Stub:
        async def check(self) -> str:
            if isinstance(answer, Exception):
                raise answer
            return answer

    def get(registry: Registry, provider: str, key: str | None = None) -> Stub:
        asked.append(key)
        return Stub()

    monkeypatch.setattr(Registry, "get", get)
    return asked


def store(client: Client, key: str = KEY, provider: str = "openrouter") -> bytes:
    return client.post(f"/settings/keys/{provider}/", {"key": key}, headers=HTMX).content


def test_a_stored_key_is_never_in_any_page(as_alice: Client, alice: User) -> None:
    answer = store(as_alice)
    page = as_alice.get("/settings/").content
    for html in (answer, page):
        assert b"geheim" not in html
        assert b"<code>abcd</code>" in html
    assert keys_of(alice) == {"openrouter": KEY}


def test_in_the_database_it_is_encrypted(as_alice: Client) -> None:
    store(as_alice)
    row = ProviderKey.objects.get()
    assert "geheim" not in row.ciphertext
    assert encryption.decrypt(row.ciphertext) == KEY


@pytest.mark.parametrize(
    "text", ["", "short", "two words of a key", "schlüssel-mit-umlaut", "x" * 501, "a\nbcdefghij"]
)
def test_what_cannot_be_a_key_is_refused_and_not_repeated(as_alice: Client, text: str) -> None:
    response = as_alice.post("/settings/keys/openrouter/", {"key": text}, headers=HTMX)
    assert response.status_code == 422
    assert "A key is one line" in response.content.decode()
    assert not ProviderKey.objects.exists()
    if text:
        assert text not in response.content.decode()


def test_a_new_key_replaces_the_old_one(as_alice: Client, alice: User) -> None:
    store(as_alice)
    store(as_alice, "sk-or-another-6789")
    assert keys_of(alice) == {"openrouter": "sk-or-another-6789"}


def test_deleting_removes_it(as_alice: Client) -> None:
    store(as_alice)
    as_alice.post("/settings/keys/openrouter/delete/", headers=HTMX)
    assert not ProviderKey.objects.exists()


def test_without_javascript_the_same_forms_work(as_alice: Client, alice: User) -> None:
    page = as_alice.post("/settings/keys/openrouter/", {"key": KEY}, follow=True)
    assert page.redirect_chain == [("/settings/#key-openrouter", 302)]
    assert b"Saved" in page.content
    page = as_alice.post("/settings/keys/openrouter/", {"key": "no"}, follow=True)
    assert b"A key is one line" in page.content
    assert keys_of(alice) == {"openrouter": KEY}


def test_the_administrators_key_is_shown_as_managed(as_alice: Client) -> None:
    page = as_alice.get("/settings/").content.decode()
    assert "The administrator manages the key." in page
    assert "sk-of-the-admin" not in page
    assert 'id="key-field-openai"' not in page
    assert as_alice.post("/settings/keys/openai/", {"key": KEY}).status_code == 404


@pytest.mark.parametrize("provider", ["local", "unknown"])
def test_where_no_key_belongs_none_is_taken(as_alice: Client, provider: str) -> None:
    assert as_alice.post(f"/settings/keys/{provider}/", {"key": KEY}).status_code == 404


class TestTesting:
    def test_the_providers_sentence_is_shown(self, as_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        store(as_alice)
        asked = answering(monkeypatch, "The key works.")
        response = as_alice.post("/settings/keys/openrouter/test/", headers=HTMX)
        assert "The key works." in response.content.decode()
        assert asked == [KEY]
        assert ProviderKey.objects.get().last_used_at is not None

    @pytest.mark.parametrize("error", [ProviderError("The key was refused."), TimeoutError()])
    def test_what_goes_wrong_is_a_sentence_too(
        self, as_alice: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        answering(monkeypatch, error)
        response = as_alice.post("/settings/keys/openrouter/test/", headers=HTMX)
        assert response.status_code == 200
        assert "setting-error" in response.content.decode()


class TestSaving:
    """A key is tested when it is saved: a wrong one would make its models the first that are offered."""

    def test_a_key_that_works_is_said_to(self, as_alice: Client, works: list[str | None]) -> None:
        assert "Saved. The key works." in store(as_alice).decode()
        assert works == [KEY]

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_the_provider_refuses_is_not_kept(
        self, as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch, status: int
    ) -> None:
        store(as_alice)
        answering(monkeypatch, ProviderError("OpenRouter does not accept the key.", status=status))
        response = as_alice.post("/settings/keys/openrouter/", {"key": "sk-or-wrong-6789"}, headers=HTMX)
        assert response.status_code == 422
        assert response["HX-Retarget"] == "#said-openrouter"
        assert "Not saved: OpenRouter does not accept the key." in response.content.decode()
        assert keys_of(alice) == {"openrouter": KEY}

    @pytest.mark.parametrize(
        "error",
        [ProviderError("It could not be reached."), ProviderError("Try later.", status=500), TimeoutError()],
    )
    def test_a_key_that_cannot_be_tested_is_kept_and_said_so(
        self, as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        answering(monkeypatch, error)
        assert "Saved, but it could not be tested: " in store(as_alice).decode()
        assert keys_of(alice) == {"openrouter": KEY}

    def test_what_cannot_be_a_key_is_sent_to_nobody(self, as_alice: Client, works: list[str | None]) -> None:
        store(as_alice, "two words of a key")
        assert works == []


@pytest.mark.parametrize("door", DOORS)
def test_another_persons_key_is_out_of_reach(
    as_alice: Client, as_bob: Client, bob: User, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(as_alice)
    monkeypatch.setattr(Registry, "get", _without_a_key)
    as_bob.post(door, headers=HTMX)
    assert "abcd" not in as_bob.get("/settings/").content.decode()
    assert keys_of(bob) == {}
    assert ProviderKey.objects.get().last_four == "abcd"


@pytest.mark.parametrize("door", DOORS)
def test_nobody_is_sent_to_sign_in(client: Client, door: str) -> None:
    assert client.post(door, {"key": KEY}).headers["Location"].startswith("/accounts/login/")
    assert not ProviderKey.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_keys_are_changed_by_posts_alone(as_alice: Client, door: str) -> None:
    assert as_alice.get(door).status_code == 405


def test_a_key_that_cannot_be_decrypted_asks_to_be_entered_again(as_alice: Client, alice: User) -> None:
    store(as_alice)
    ProviderKey.objects.update(ciphertext="gAAAAA-lost")
    assert keys_of(alice) == {}
    assert key_for(alice.pk, "openrouter") is None
    assert "Enter it again" in as_alice.get("/settings/").content.decode()


def test_rotating_counts_what_is_lost(as_alice: Client, as_bob: Client, alice: User) -> None:
    store(as_alice)
    store(as_bob)
    ProviderKey.objects.filter(user=alice).update(ciphertext="gAAAAA-lost")
    assert rotate_all() == (1, 1)


def _without_a_key(registry: Registry, provider: str, key: str | None = None) -> Provider:
    assert key is None
    raise ProviderError("There is no key yet.")
