"""`EMAIL_URL`: how the server sends mail, in one variable."""

from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 587, "smtps": 465}


def mailer(url: str) -> dict[str, Any]:
    """The entry of Django's MAILERS for `smtp://user:password@host:587?tls=on`.

    `smtps` speaks TLS from the first byte (port 465); `smtp` turns to it by STARTTLS unless the
    address says `tls=off`. Without an address, mail is printed. Raises ImproperlyConfigured.
    """
    if not url:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = _parse(url)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or PORTS[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and _option(parts, "tls", "on") == "on",
            "timeout": 10,
        },
    }


def sender(url: str) -> str:
    """Whom mail is from: the address's `?from=`, else its user, else a name at this host."""
    parts = urlsplit(url)
    user = unquote(parts.username or "")
    return _option(parts, "from", user if "@" in user else "workings@localhost")


def _parse(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        good = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or _option(parts, "tls", "on") not in {"on", "off"}:
        raise ImproperlyConfigured(
            "EMAIL_URL cannot be read; write it like smtp://user:password@mail.example.org:587?tls=on "
            "or smtps://user:password@mail.example.org (percent-encode special characters)."
        )
    return parts


def _option(parts: SplitResult, name: str, default: str) -> str:
    return parse_qs(parts.query).get(name, [default])[0]
