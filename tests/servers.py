"""Workings as people run it: its own processes on a database and a port of their own.

A test that kills servers or drives a browser starts one with `site(folder)`. Under `TEST_ON=scaled`
it is a `serve` and a `worker` on PostgreSQL and Redis, else a `serve` on SQLite.
"""

import fcntl
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests import services

ROOT = Path(__file__).resolve().parent.parent
SCALED = os.environ.get("TEST_ON") == "scaled"
STARTS_WITHIN = 60.0
ENDS_WITHIN = 30.0


@dataclass
class Site:
    """`url` has no slash at its end. `environment` may be changed between a stop and a start."""

    folder: Path
    environment: dict[str, str]
    url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Starts what is not running, and returns when visitors would be served."""
        for command in ("serve", "worker") if SCALED else ("serve",):
            if command not in self.processes:
                self.start_one(command)
        self.wait_until_ready()

    def start_one(self, command: str) -> None:
        with (self.folder / f"{command}.log").open("ab") as log:
            self.processes[command] = subprocess.Popen(
                [sys.executable, "manage.py", command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, command: str = "serve", by: signal.Signals = signal.SIGTERM) -> int:
        """Sends the signal, waits, and returns the exit status: SIGKILL is a crash, SIGTERM a drain."""
        process = self.processes.pop(command)
        process.send_signal(by)
        return process.wait(ENDS_WITHIN)

    def end_all(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def wait_until_ready(self) -> None:
        give_up = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < give_up and self.processes["serve"].poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/health/ready", timeout=5).close()
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"The server does not start:\n{self.log()}")

    def log(self, command: str = "serve") -> str:
        return (self.folder / f"{command}.log").read_text()

    def manage(self, *arguments: str) -> str:
        """What `manage.py` prints."""
        return manage(self.environment, *arguments)


@contextmanager
def site(folder: Path, **environment: str) -> Iterator[Site]:
    """A running site whose people and chats are its own; `environment` adds to what it starts with."""
    collect_static()
    port = free_port()
    with database(folder) as urls:
        own = {
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "DEBUG",
            "LOCAL_MODEL": "off",
        }
        running = Site(folder, basic_environment() | urls | own | environment, f"http://127.0.0.1:{port}")
        try:
            running.start()
            yield running
        finally:
            running.end_all()


@contextmanager
def database(folder: Path) -> Iterator[dict[str, str]]:
    """The variables that name an empty, migrated database."""
    if not SCALED:
        shutil.copy(migrated_sqlite(), folder / "workings.sqlite3")
        yield {}
        return
    name, template = f"workings_site_{uuid.uuid4().hex[:12]}", migrated_postgres()
    with psycopg.connect(services.postgres_url(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield {"DATABASE_URL": on_server(name), "REDIS_URL": services.redis_url()}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@functools.cache
def migrated_sqlite() -> Path:
    """Migrated once per test process, and copied."""
    folder = Path(os.environ["DATA_DIR"]) / "template"
    folder.mkdir()
    manage(basic_environment() | {"DATA_DIR": str(folder)}, "migrate", "--verbosity", "0")
    return folder / "workings.sqlite3"


@functools.cache
def migrated_postgres() -> str:
    """Named for what it was migrated to, so that later runs find it."""
    sources = [*sorted(ROOT.glob("*/migrations/0*.py")), ROOT / "requirements.txt"]
    migrations = "".join(path.read_text() for path in sources)
    name = f"workings_template_{uuid.uuid5(uuid.NAMESPACE_URL, migrations).hex[:12]}"
    with psycopg.connect(services.postgres_url(), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            unfinished = f"{name}_unfinished"
            server.execute(f"DROP DATABASE IF EXISTS {unfinished}")
            server.execute(f"CREATE DATABASE {unfinished}")
            urls = {"DATABASE_URL": on_server(unfinished), "REDIS_URL": services.redis_url()}
            manage(basic_environment() | urls, "migrate", "--verbosity", "0")
            server.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def on_server(name: str) -> str:
    return services.postgres_url().rpartition("/")[0] + f"/{name}"


@functools.cache
def collect_static() -> None:
    """As the scripts do, where something is newer than the collection. Others wait until it is whole."""
    with (ROOT / "manage.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            ["sh", "-euc", ". bin/environment; collect_static"],
            cwd=ROOT,
            env=basic_environment(),
            check=True,
        )


def basic_environment() -> dict[str, str]:
    without = {"DATABASE_URL", "REDIS_URL", "PYTHONDEVMODE"}
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    return inherited | {"DJANGO_SETTINGS_MODULE": "chat.settings", "SECRET_KEY": "only-for-tests"}


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
