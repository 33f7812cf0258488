"""Typed reads of the process environment; a bad value aborts the start with one sentence."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def envstr(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def envbool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to on or off.")
    return word in TRUE


def envint(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    value = envstr(name) or str(default)
    try:
        number = int(value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to a whole number, {low} to {high}.")
    return number


def envlist(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in envstr(name, default).split(",") if word.strip()]


def envchoice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = envstr(name) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to one of: {', '.join(choices)}.")
    return value


def envmodel(name: str) -> str:
    """`auto`, `off`, or the path of a model file."""
    value = envstr(name) or "auto"
    if value.lower() in {"auto", "off"}:
        return value.lower()
    if not value.lower().endswith(".gguf"):
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to auto, off, or the path of a .gguf file.")
    return value


def envsecret(name: str, default: str = "") -> str:
    """A secret from `NAME`, or from the file that `NAME_FILE` names (Docker and systemd secrets)."""
    if file := envstr(f"{name}_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {file}, which cannot be read: {error.strerror}."
            ) from error
    return envstr(name, default)
