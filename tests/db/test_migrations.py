"""Every migration runs on a database in which people have already chatted."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from chat.models import Generation

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = [("chat", "0001_initial")]


def migrate(to: list[tuple[str, str]]) -> MigrationExecutor:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection)


@pytest.fixture
def newest() -> Iterator[list[tuple[str, str]]]:
    nodes = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "chat"]
    yield nodes
    migrate(nodes)


def test_what_was_said_before_an_upgrade_is_there_after_it(newest: list[tuple[str, str]]) -> None:
    alice = User.objects.create_user("alice")
    old = migrate(FIRST).loader.project_state(FIRST).apps
    conversation = old.get_model("chat", "Conversation").objects.create(owner_id=alice.pk, title="Sheep")
    message = conversation.messages.create(role="assistant")
    old.get_model("chat", "Generation").objects.create(message=message, user_id=alice.pk, state="done")
    migrate(newest)
    assert Generation.objects.get().message.conversation.title == "Sheep"
