"""Which servers tests may use: those of the environment, else those on their default local ports.

`python -m tests.services` says what is missing, one line each, and exits 1 if anything is.
"""

import contextlib
import functools
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import redis
from psycopg import sql

LOCAL_POSTGRES = (
    "postgres://postgres@127.0.0.1:5432/postgres",
    "postgres://postgres:postgres@127.0.0.1:5432/postgres",
    "postgres:///postgres",
)
LOCAL_REDIS = "redis://127.0.0.1:6379/15"
FIND_CHROMIUM = Path(__file__).resolve().parent.parent / "bin" / "chromium"


class ServiceMissing(Exception):
    """Says in one sentence what was looked for, and which variable names another place."""


@functools.cache
def postgres_url() -> str:
    """The address of a PostgreSQL on which databases may be made. Raises ServiceMissing."""
    chosen = os.environ.get("TEST_DATABASE_URL")
    for url in [chosen] if chosen else LOCAL_POSTGRES:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return url
    raise ServiceMissing(
        f"No PostgreSQL answers at {'TEST_DATABASE_URL' if chosen else '127.0.0.1:5432'}: "
        "start one, or set TEST_DATABASE_URL=postgres://user:password@host/database."
    )


@functools.cache
def redis_url() -> str:
    """The address of a Redis. Raises ServiceMissing."""
    chosen = os.environ.get("TEST_REDIS_URL")
    client = redis.Redis.from_url(chosen or LOCAL_REDIS, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError as error:
        raise ServiceMissing(
            f"No Redis answers at {'TEST_REDIS_URL' if chosen else '127.0.0.1:6379'}: "
            "start one, or set TEST_REDIS_URL=redis://host:6379/15."
        ) from error
    finally:
        client.close()
    return chosen or LOCAL_REDIS


@functools.cache
def chromium() -> str:
    """The path of a Chromium that runs. Raises ServiceMissing."""
    found = subprocess.run([FIND_CHROMIUM], capture_output=True, text=True, check=False)
    if found.returncode:
        raise ServiceMissing(found.stderr.strip())
    return found.stdout.strip()


def no_chromium() -> list[str]:
    """Why browser tests cannot run here; nothing if they can."""
    try:
        chromium()
    except ServiceMissing as absence:
        return [str(absence)]
    return []


def missing() -> list[str]:
    """What tests marked `services` lack here, a sentence each; nothing if they can run."""
    sentences = []
    for find in (postgres_url, redis_url):
        try:
            find()
        except ServiceMissing as absence:
            sentences.append(str(absence))
    return sentences


def disconnect_all(database: str) -> None:
    with psycopg.connect(postgres_url(), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )


def drop_abandoned() -> None:
    """Removes the test databases of runs that were killed: named for a process that is gone, and unused."""
    with psycopg.connect(postgres_url(), autocommit=True) as server:
        names = server.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'workings\_test\_%'")
        for (name,) in names.fetchall():
            pid = name.split("_")[2]
            if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
                with contextlib.suppress(psycopg.Error):
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


if __name__ == "__main__":
    sys.exit("\n".join(missing()) or 0)
