"""The zip file: members with checksums, written as a stream and believed only when they match."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20


class BackupError(Exception):
    """Why a backup cannot be written or restored, and what to do, in a sentence or two."""


class ArchiveWriter:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sums: dict[str, str] = {}

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self._archive.open(name, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                member.write(block)
        self._sums[name] = digest.hexdigest()

    def finish(self, facts: dict[str, Any]) -> None:
        manifest = {"format": FORMAT, **facts, "sha256": self._sums}
        self._archive.writestr(MANIFEST, json.dumps(manifest, indent=2))


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """A new file that only its owner may read, there whole or not at all. Raises BackupError."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class ArchiveReader:
    """Made by `reading`, which has compared every member with its checksum."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._archive = archive
        self.manifest = manifest

    def names(self, folder: str) -> list[str]:
        """The members below `folder/`, without it."""
        start = f"{folder}/"
        return [name.removeprefix(start) for name in self.manifest["sha256"] if name.startswith(start)]

    def lines(self, name: str) -> Iterator[str]:
        with self._archive.open(name) as member:
            yield from io.TextIOWrapper(member, "utf-8", newline="\n")

    def read(self, name: str) -> bytes:
        return self._archive.read(name)


@contextmanager
def reading(path: Path) -> Iterator[ArchiveReader]:
    """An archive that is whole. Raises BackupError if it is not, before anything is taken from it."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            _verify(archive, manifest)
            yield ArchiveReader(archive, manifest)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path} is damaged, or is not a backup of Workings.") from error


def _verify(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise BackupError(
            f"This backup has format {manifest['format']} and this Workings reads format {FORMAT}: "
            f"restore it with version {manifest['version']}, then upgrade."
        )
    for name, expected in manifest["sha256"].items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
        if digest.hexdigest() != expected:
            raise ValueError(name)
