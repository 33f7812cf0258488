"""A backup holds everything, and restores on either database."""

import json
import os
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.conf import settings
from django.contrib import auth
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from chat.backup.archive import BackupError, reading
from chat.models import Conversation, Generation, Message, Part
from chat.serving import lock
from tests import services

pytestmark = pytest.mark.django_db(transaction=True)

THINKING = "Nine survive.\nÀ la “fin”: \\u0000 is six characters here."


@pytest.fixture(autouse=True)
def nothing_is_held() -> Iterator[None]:
    """What a command holds until its process ends would outlast the test."""
    with patch.object(lock, "hold"):
        yield


@pytest.fixture
def chat(alice: User) -> Conversation:
    """A conversation with a reply, as a finished generation leaves it."""
    conversation = Conversation.objects.create(owner=alice, title="Sheep", settings={"model": "local/m"})
    question = Message.objects.create(conversation=conversation, role="user")
    Part.objects.create(message=question, position=0, kind="question", text="How many are left?")
    reply = Message.objects.create(conversation=conversation, role="assistant", parent=question)
    generation = Generation.objects.create(
        message=reply, user=alice, provider="local", model="m", state="done", folded=True, cost="0.00012000"
    )
    Part.objects.create(
        message=reply, generation=generation, position=0, kind="thinking", text=THINKING, pace=[[12, 40]]
    )
    Part.objects.create(message=reply, generation=generation, position=1, kind="answer", text="9")
    Conversation.objects.filter(pk=conversation.pk).update(leaf=reply)
    return conversation


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "workings.zip"


def contents(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of a backup, in an order that no database's collation decides."""
    with reading(file) as archive:
        return {
            name: sorted(map(json.loads, archive.lines(f"rows/{name}")), key=repr)
            for name in archive.names("rows")
        }


def test_a_restored_server_holds_every_row_as_it_was(chat: Conversation, file: Path, tmp_path: Path) -> None:
    call_command("backup", file)
    Part.objects.update(text="changed since")
    User.objects.create_user("latecomer")
    call_command("restore", file, force=True)
    again = tmp_path / "again.zip"
    call_command("backup", again)
    assert contents(again) == contents(file)
    assert Part.objects.get(kind="thinking").text == THINKING
    assert Conversation.objects.get().updated_at == Conversation.objects.get(pk=chat.pk).updated_at


def test_a_restored_server_goes_on_numbering_where_it_was(chat: Conversation, file: Path) -> None:
    call_command("backup", file)
    call_command("restore", file, force=True)
    newcomer = User.objects.create_user("newcomer")
    assert newcomer.pk > chat.owner_id


def test_someone_signed_in_stays_signed_in_over_a_restore(as_alice: Client, alice: User, file: Path) -> None:
    call_command("backup", file)
    call_command("restore", file, force=True)
    assert auth.get_user(as_alice) == alice


def test_a_running_server_is_not_pulled_from_under_its_users(chat: Conversation, file: Path) -> None:
    call_command("backup", file)
    running = CommandError("Another server is already running here.")
    with (
        patch.object(settings, "SCALED", False),
        patch.object(lock, "hold", side_effect=running),
        pytest.raises(CommandError, match="already running"),
    ):
        call_command("restore", file, force=True)


def test_a_server_in_use_is_not_replaced_unasked(chat: Conversation, file: Path) -> None:
    call_command("backup", file)
    with pytest.raises(CommandError, match=r"1 accounts and 1 chats.*--force"):
        call_command("restore", file)
    assert Conversation.objects.count() == 1


def test_a_backup_is_readable_by_its_owner_alone(chat: Conversation, file: Path) -> None:
    call_command("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_backup_brings_its_key_and_keeps_the_one_that_is_there(chat: Conversation, file: Path) -> None:
    key = settings.DATA_DIR / "encryption.key"
    key.write_text("the-old-key\n")
    call_command("backup", file)
    key.write_text("a-newer-key\n")
    call_command("restore", file, force=True)
    assert key.read_text().split() == ["the-old-key", "a-newer-key"]
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    chat: Conversation, file: Path, tmp_path: Path
) -> None:
    call_command("backup", file)
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"Sheep", b"Goats") if name.endswith(".jsonl") else text)
    with pytest.raises(CommandError, match="damaged"):
        call_command("restore", damaged, force=True)
    assert Conversation.objects.get().title == "Sheep"


def test_a_file_that_is_no_backup_is_refused_in_a_sentence(db: None, file: Path) -> None:
    file.write_text("hello")
    with pytest.raises(CommandError, match="not a backup of Workings"):
        call_command("restore", file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", file.with_name("absent.zip"))


def test_a_backup_of_other_tables_is_refused(chat: Conversation, file: Path, tmp_path: Path) -> None:
    call_command("backup", file)
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(
                name, text.replace(b'"0001_initial"', b'"0001_other"') if name == "manifest.json" else text
            )
    with pytest.raises(CommandError, match="tables differ"):
        call_command("restore", newer, force=True)


def test_a_backup_that_fails_leaves_no_half_a_file(chat: Conversation, file: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", file / "below")
    assert list(file.parent.iterdir()) == []


def manage(url: str, folder: Path, *arguments: object) -> None:
    """Runs manage.py as another server would, on another database."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    environment = os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "chat.settings",
        "SECRET_KEY": "only-for-tests",
        "REDIS_URL": "",
    }
    subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True)


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of a new database, dropped afterwards."""
    name = f"workings_restore_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(services.postgres_url(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield services.postgres_url().rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def travels(file: Path, url: str, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What a backup holds after it went into the database at `url` and out again."""
    folder.mkdir()
    manage(url, folder, "migrate", "--verbosity", "0")
    manage(url, folder, "restore", file)
    manage(url, folder, "backup", folder / "out.zip")
    return contents(folder / "out.zip")


@pytest.mark.services
def test_a_chat_moves_from_one_database_to_the_other_and_back(
    chat: Conversation, file: Path, tmp_path: Path, postgres: str
) -> None:
    call_command("backup", file)
    sqlite = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    first, second = (postgres, sqlite) if connection.vendor == "sqlite" else (sqlite, postgres)
    assert travels(file, first, tmp_path / "one") == contents(file)
    assert travels(tmp_path / "one" / "out.zip", second, tmp_path / "two") == contents(file)


def test_an_unreadable_format_is_named(tmp_path: Path) -> None:
    file = tmp_path / "future.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 2, "version": "9.0", "sha256": {}}))
    with pytest.raises(BackupError, match=r"format 2.*version 9\.0"), reading(file):
        pass
