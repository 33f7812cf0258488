import stat
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from accounts import encryption


def test_what_is_encrypted_comes_back() -> None:
    ciphertext = encryption.encrypt("sk-geheim-秘密")
    assert "geheim" not in ciphertext
    assert encryption.decrypt(ciphertext) == "sk-geheim-秘密"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(data_folder: Path) -> None:
    encryption.encrypt("x")
    [file] = data_folder.iterdir()
    assert file.name == "encryption.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key() -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(encryption.encrypt("x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [encryption.decrypt(text) for text in texts] == ["x"] * 8


def test_it_does_not_depend_on_the_secret_key(settings: Settings) -> None:
    ciphertext = encryption.encrypt("x")
    settings.SECRET_KEY = "another"
    assert encryption.decrypt(ciphertext) == "x"


@pytest.mark.parametrize("text", ["", "plain", "gAAAAA", "é", "\x00" * 200])
def test_what_was_never_encrypted_is_unreadable_and_nothing_worse(text: str) -> None:
    with pytest.raises(encryption.Unreadable):
        encryption.decrypt(text)


def test_keys_from_the_environment_rotate(settings: Settings, data_folder: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    ciphertext = encryption.encrypt("x")
    settings.ENCRYPTION_KEYS = [new, old]
    rotated = encryption.rotate(ciphertext)
    settings.ENCRYPTION_KEYS = [new]
    assert encryption.decrypt(rotated) == "x"
    with pytest.raises(encryption.Unreadable):
        encryption.decrypt(ciphertext)
    assert not list(data_folder.iterdir())
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS"):
        encryption.add_key()


def test_a_new_key_in_the_file_keeps_the_old_ones_readable() -> None:
    ciphertext = encryption.encrypt("x")
    encryption.add_key()
    assert encryption.decrypt(ciphertext) == "x"
    assert len(encryption.key_file().read_text().split()) == 2
    assert stat.S_IMODE(encryption.key_file().stat().st_mode) == 0o600


def test_a_bad_key_is_one_sentence_that_names_the_variable(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["short"]
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS holds something"):
        encryption.encrypt("x")
