"""What processes cost, read from /proc, and on which cores they run."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
READY_SECONDS = 60.0
PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Cores:
    """The product has one core to itself, everything else the others: figures compare."""

    product: set[int]
    others: set[int]

    @classmethod
    def divided(cls) -> "Cores":
        """Of the cores that this process may use; with a single one nothing is divided."""
        mine = sorted(os.sched_getaffinity(0))
        return cls({mine[-1]}, set(mine[:-1]) or set(mine))


class Family:
    """Processes that were started here, with all their descendants."""

    def __init__(self, cores: set[int]) -> None:
        self._cores = cores
        self.members: list[subprocess.Popen[bytes]] = []

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """`python ARGUMENTS`, its output at the end of the log."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=REPOSITORY,
                env={**os.environ, **environment},
                stdout=output,
                stderr=output,
            )
        os.sched_setaffinity(process.pid, self._cores)
        self.members.append(process)

    def pids(self) -> list[int]:
        """Those that live."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                children.setdefault(parent, []).append(int(entry.name))
        found, waiting = [], [member.pid for member in self.members if member.poll() is None]
        while waiting:
            found.append(pid := waiting.pop())
            waiting += children.get(pid, [])
        return found

    def cpu(self) -> float:
        """Seconds of user and system time so far."""
        return sum(cpu_of(pid) for pid in self.pids())

    def memory(self) -> int:
        """Resident bytes."""
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in self.pids())

    def end(self) -> None:
        for member in self.members:
            member.terminate()
        for member in self.members:
            try:
                member.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
        self.members.clear()


def cpu_of(pid: int) -> float:
    """Seconds, to the nanosecond: the scheduler's own count, thread by thread."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(thread.read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def cpu_of_services() -> float:
    """Seconds of every PostgreSQL and Redis process on this machine, whoever uses them."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "comm").read_text().strip() in {"postgres", "redis-server"}:
                    total += cpu_of(int(entry.name))
            except OSError:
                continue
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, family: Family) -> None:
    """Until it answers. Raises RuntimeError when a process ends, or after a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
        if any(member.poll() is not None for member in family.members):
            break
    raise RuntimeError(f"{url} did not answer")
