"""Starts the upstream for a test, and asks it what it was asked and what it sent."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.upstream.plan import ask

__all__ = ["RunningUpstream", "ask", "upstream"]
REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class RunningUpstream:
    """`url` ends in `/v1`: what COMPATIBLE_BASE_URL wants."""

    root: str
    log: Path | None = None

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def offering(self, *models: str) -> str:
        """As `url`, of a provider that lists these models and no others."""
        return f"{self.root}/offering/{quote(','.join(models), safe='')}/v1"

    @property
    def refusing(self) -> str:
        """As `url`, of a provider that takes no key."""
        return f"{self.root}/refusing/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What makes it Workings' only provider, with one model called `upstream`."""
        return {
            "COMPATIBLE_BASE_URL": self.url,
            "COMPATIBLE_API_KEY": "test-key",
            "COMPATIBLE_MODELS": "upstream",
            "LOCAL_MODEL": "off",
        }

    def requests(self) -> list[dict[str, Any]]:
        """Of each request in order: its `path`, its `headers`, its `body`, and `raw`, the body as it came."""
        return self._get("/requests")  # type: ignore[no-any-return]

    def bodies(self) -> list[dict[str, Any]]:
        return [request["body"] for request in self.requests()]

    def sent(self, number: int = -1) -> dict[str, Any]:
        """`question`, `thinking`, `answer`, `first_at`, `done` of a reply; without a number, the newest."""
        return self.all_sent()[number]

    def logged(self) -> list[dict[str, Any]]:
        """Each chunk that has left: `n` (the reply), `at` (epoch seconds), `side`, `text`."""
        assert self.log is not None
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def all_sent(self) -> list[dict[str, Any]]:
        return self._get("/sent")  # type: ignore[no-any-return]

    def count(self) -> int:
        """Chunks that all replies have sent so far."""
        return int(self._get("/count"))

    def forget(self) -> None:
        request = urllib.request.Request(f"{self.root}/requests", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.root + path, timeout=30) as response:
            return json.load(response)


@contextmanager
def upstream(log: Path | None = None, cores: set[int] | None = None) -> Iterator[RunningUpstream]:
    """Runs it, on these cores alone where they are given, and ends it afterwards."""
    command = [sys.executable, "-m", "tests.upstream", *(["--log", str(log)] if log else [])]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        if cores:
            os.sched_setaffinity(process.pid, cores)
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        assert ready[:1] == ["ready"], "the upstream did not start"
        yield RunningUpstream(ready[1], log)
    finally:
        process.terminate()
        process.communicate(timeout=10)
