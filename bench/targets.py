"""What is measured: the upstream itself, the floor, and Workings in its two ways to run."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import psycopg

from bench.pages import DirectWatcher, FloorWatcher, PageWatcher, Watcher
from bench.processes import REPOSITORY, Cores, Family, free_port, wait_for
from tests.services import postgres_url, redis_url
from tests.upstreams import RunningUpstream

WORKER_READY = "The worker is ready."
WORKER_SECONDS = 60.0


class Target(ABC):
    """Started by `with`. `open` gives watchers that are ready to ask."""

    name: str

    def __init__(self, upstream: RunningUpstream, cores: Cores, server: str) -> None:
        self.upstream = upstream
        self.server = server
        self.family = Family(cores.product)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.family.end()

    @abstractmethod
    async def open(self, session: aiohttp.ClientSession, count: int) -> list[Watcher]: ...


class Direct(Target):
    """No relay at all: what the upstream and the driver cost between them."""

    name = "direct"

    async def open(self, session: aiohttp.ClientSession, count: int) -> list[Watcher]:
        watchers = [DirectWatcher() for _ in range(count)]
        for watcher in watchers:
            await watcher.open(session, self.upstream.url)
        return list(watchers)


class Floor(Target):
    """The least that relays it."""

    name = "floor"

    def __enter__(self) -> Self:
        arguments = ["-m", "bench.floor", "--port", str(self.port), "--server", self.server]
        log = Path(tempfile.gettempdir()) / f"bench-floor-{self.port}.log"
        self.family.start([*arguments, "--upstream", self.upstream.url], {}, log)
        wait_for(self.url, self.family)
        log.unlink()
        return self

    async def open(self, session: aiohttp.ClientSession, count: int) -> list[Watcher]:
        watchers = [FloorWatcher() for _ in range(count)]
        for watcher in watchers:
            await watcher.open(session, self.url)
        return list(watchers)


class Workings(Target):
    """Real processes, started as `make run` and the containers start them, on data of their own."""

    def __init__(self, upstream: RunningUpstream, cores: Cores, server: str) -> None:
        super().__init__(upstream, cores, server)
        self.folder = tempfile.TemporaryDirectory(prefix="workings-bench-")
        self.log = Path(self.folder.name) / "log"
        self.environment = {
            "SECRET_KEY": "only-for-the-bench",
            "DATA_DIR": f"{self.folder.name}/data",
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "chat.settings",
            **upstream.environment,
        }

    def __enter__(self) -> Self:
        self._manage("migrate")
        with (Path(tempfile.gettempdir()) / "workings-static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._manage("collectstatic", "--no-input")
        self._clerk = subprocess.Popen(
            [sys.executable, "-m", "bench.people"],
            cwd=REPOSITORY,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._clerk.kill()
        self._clerk.communicate()
        if kind is not None and self.log.exists():
            sys.stderr.write(self.log.read_text()[-4000:])
        self.folder.cleanup()

    @abstractmethod
    def start(self) -> None:
        """Starts the processes, and returns when they accept work."""

    def serve(self) -> None:
        arguments = ["manage.py", "serve", "--port", str(self.port), "--server", self.server]
        self.family.start(arguments, self.environment, self.log)

    def ready(self) -> None:
        wait_for(f"{self.url}/health/ready", self.family)

    def people(self, count: int) -> list[dict[str, str]]:
        """So many new users, each signed in and with an empty chat."""
        return self._asked(f"make {count}")

    def saved(self) -> list[dict[str, str]]:
        """Every reply in its database."""
        return self._asked("saved")

    def reply(self, message_id: str) -> dict[str, str]:
        """One reply in its database."""
        [reply] = self._asked(f"reply {message_id}")
        return reply

    async def open(self, session: aiohttp.ClientSession, count: int) -> list[Watcher]:
        people = await asyncio.to_thread(self.people, count)
        watchers = [PageWatcher() for _ in people]
        for watcher, person in zip(watchers, people, strict=True):
            await watcher.open(session, self.url, person)
        return list(watchers)

    def _asked(self, line: str) -> list[dict[str, str]]:
        assert self._clerk.stdin is not None
        assert self._clerk.stdout is not None
        self._clerk.stdin.write(line + "\n")
        self._clerk.stdin.flush()
        return json.loads(self._clerk.stdout.readline())  # type: ignore[no-any-return]

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments, "--verbosity", "0"]
        subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **self.environment}, check=True)


class Embedded(Workings):
    """One process does everything, on SQLite."""

    name = "embedded"

    def start(self) -> None:
        self.serve()
        self.ready()


class Scaled(Workings):
    """A web process and a worker, on PostgreSQL and Redis."""

    name = "scaled"

    def __init__(self, upstream: RunningUpstream, cores: Cores, server: str) -> None:
        super().__init__(upstream, cores, server)
        self.database = f"workings_bench_{self.port}"
        self._postgres = postgres_url()
        self.environment |= {
            "DATABASE_URL": f"{self._postgres.rpartition('/')[0]}/{self.database}",
            "REDIS_URL": redis_url(),
        }

    def __enter__(self) -> Self:
        self._administer(f'CREATE DATABASE "{self.database}"')
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._administer(f'DROP DATABASE "{self.database}" WITH (FORCE)')

    def start(self) -> None:
        self.serve()
        self.work()
        self.ready()

    def work(self) -> None:
        """Starts a worker."""
        said = self.log.read_text().count(WORKER_READY) if self.log.exists() else 0
        self.family.start(["manage.py", "worker"], self.environment, self.log)
        deadline = time.monotonic() + WORKER_SECONDS
        while self.log.read_text().count(WORKER_READY) == said:
            if time.monotonic() > deadline or self.family.members[-1].poll() is not None:
                raise RuntimeError("the worker did not start")
            time.sleep(0.05)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as connection:
            connection.execute(statement)


TARGETS: dict[str, type[Target]] = {target.name: target for target in (Direct, Floor, Embedded, Scaled)}
