"""The two answers that supervisors and load balancers ask for."""

from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from chat.generation import engine
from chat.views import health


class Draining:
    draining = True


def test_a_process_that_answers_is_live(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_a_server_with_its_database_is_ready(client: Client) -> None:
    response = client.get("/health/ready")
    expected = {"server": "ok", "database": "ok"} | ({"redis": "ok"} if settings.SCALED else {})
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": expected})


@pytest.mark.django_db
def test_a_server_that_is_shutting_down_takes_no_more_visitors(client: Client) -> None:
    with patch.object(engine, "_current", Draining()):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["server"] == "shutting down"


def test_a_silent_database_is_named_without_its_address(client: Client) -> None:
    error = OperationalError("connection to postgres://someone:secret@db failed")
    with patch("chat.views.health.connection.cursor", side_effect=error):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "does not answer"
    assert "secret" not in response.text


@pytest.mark.django_db
def test_missing_migrations_are_said_with_the_command_that_applies_them(client: Client) -> None:
    health._require_migrations.cache_clear()
    with patch("chat.views.health.MigrationExecutor.migration_plan", return_value=["one"]):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert "manage.py migrate" in response.json()["checks"]["database"]


@pytest.mark.django_db
def test_redis_is_asked_where_several_processes_are_one_server(client: Client) -> None:
    with patch.object(settings, "SCALED", True), patch.object(settings, "REDIS_URL", "redis://127.0.0.1:1"):
        response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["redis"] == "does not answer"


def test_health_is_only_read(client: Client) -> None:
    assert client.post("/health/live").status_code == 405
    assert client.post("/health/ready").status_code == 405
