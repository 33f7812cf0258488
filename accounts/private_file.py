"""A secret that is made on first use and kept in a file that only the server's own user can read."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PATIENCE = 2.0
"""Seconds to wait for another process that has made the file and has yet to write it."""


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The file's text, stripped; `make()`'s where there was no file. The first process to ask wins."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            return _read(path)
        except FileNotFoundError:
            # Another process has removed it in between.
            return read_or_make(path, make)
    text = make()
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return text


def replace(path: Path, text: str) -> None:
    """Replaces the file's text in one step, so that a reader sees the old or the new, never half."""
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    read_or_make(fresh, lambda: text)
    fresh.replace(path)


def _read(path: Path) -> str:
    give_up = time.monotonic() + PATIENCE
    while not (text := path.read_text().strip()):
        if time.monotonic() > give_up:
            raise ImproperlyConfigured(
                f"{path} is empty. Restore it from a backup, or delete it to begin anew."
            )
        time.sleep(0.02)
    return text
