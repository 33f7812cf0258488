"""Whether this process lives, and whether to send it visitors. Both answer JSON and say no secrets."""

from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.generation import engine

PATIENCE = 2.0
"""Seconds that Redis has to answer in."""


class NotReady(Exception):
    """What is missing, in words for whoever operates the server."""


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all: a supervisor restarts it when it does not."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when a visitor would be served; 503 with the reasons, by name of the check, when not."""
    checks = {"server": _not_draining, "database": _migrated}
    if settings.SCALED:
        checks["redis"] = _redis_answers
    results = {name: _result(check) for name, check in checks.items()}
    well = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ready" if well else "not ready", "checks": results}, status=200 if well else 503
    )


def _result(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    return "ok"


def _not_draining() -> None:
    if (here := engine.current()) is not None and here.draining:
        raise NotReady("shutting down")


def _migrated() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _require_migrations()
    except DatabaseError as error:
        raise NotReady("does not answer") from error


@cache
def _require_migrations() -> None:
    """Cached once it has succeeded: a migration that is applied stays applied."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("migrations are missing: run manage.py migrate")


def _redis_answers() -> None:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
    )
    try:
        client.ping()
    except redis.RedisError as error:
        raise NotReady("does not answer") from error
    finally:
        client.close()
