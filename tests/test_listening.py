"""Where the port is taken, nothing starts and nothing is promised: one sentence says what to do."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from chat.serving.listening import address_of, listen
from tests.servers import ROOT, basic_environment, collect_static, database, free_port

SERVERS = ["daphne", "uvicorn"]
PATIENCE = 60


@contextmanager
def serving(folder: Path, server: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """`manage.py serve` on a database of its own, which is killed in the end if it still runs."""
    collect_static()
    own = {"DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port), "LOCAL_MODEL": "off"}
    with database(folder) as urls:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--server", server],
            cwd=ROOT,
            env=basic_environment() | urls | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("server", SERVERS)
def test_a_port_in_use_is_said_in_one_sentence_and_nothing_starts(tmp_path: Path, server: str) -> None:
    with listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        with serving(tmp_path, server, port) as process:
            said, why = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == ""
    assert why == (
        f"CommandError: Port {port} is in use by another program. "
        f"Stop that, or set PORT to another, such as PORT={port + 1}.\n"
    )


@pytest.mark.parametrize("server", SERVERS)
def test_whoever_comes_at_the_announcement_is_served_and_the_port_is_free_afterwards(
    tmp_path: Path, server: str
) -> None:
    port = free_port()
    with serving(tmp_path, server, port) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{port}/"
        assert process.stdout.readline() == f"Workings is at {url}\n"
        assert urllib.request.urlopen(f"{url}health/ready", timeout=PATIENCE).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    listen("127.0.0.1", port).close()


def test_an_address_of_another_machine_is_said_too() -> None:
    with pytest.raises(CommandError, match=r"Nothing can listen on HOST=192\.0\.2\.1 PORT=8000: .* Set HOST"):
        listen("192.0.2.1", 8000)
    with pytest.raises(CommandError, match=r"Nothing can listen on HOST=nowhere\.invalid"):
        listen("nowhere.invalid", 8000)


@pytest.mark.parametrize(("host", "begins"), [("localhost", "http://127.0.0.1:"), ("[::1]", "http://[::1]:")])
def test_the_address_is_the_one_that_answers(host: str, begins: str) -> None:
    with listen(host, 0) as listening:
        assert address_of(listening).startswith(begins)
        socket.create_connection(listening.getsockname()[:2], timeout=5).close()
