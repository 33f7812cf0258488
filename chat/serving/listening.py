"""The socket that a server listens on, opened before anything else starts or is promised."""

import errno
import socket

from django.core.management.base import CommandError

BACKLOG = 2048
"""Who comes while the server still starts waits here."""


def listen(host: str, port: int) -> socket.socket:
    """Raises CommandError, saying what to do, where nobody can listen there."""
    opened = None
    try:
        family, kind, protocol, _, address = _resolved(host.strip("[]"), port)
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError as error:
        if opened is not None:
            opened.close()
        raise CommandError(_sentence(error, host, port)) from None
    return opened


def address_of(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _resolved(host: str, port: int) -> tuple[int, int, int, str, tuple[str, int]]:
    """A name that stands for several addresses, as localhost may, means the one of IPv4."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return min(found, key=lambda each: each[0] != socket.AF_INET)  # type: ignore[return-value]


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        what, to_do = (
            f"Port {port} is in use by another program",
            "Stop that, or set PORT to another, such as",
        )
        return f"{what}. {to_do} PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Set PORT to one above 1023, such as PORT=8000."
    what = f"Nothing can listen on HOST={host} PORT={port}: {error.strerror}"
    return f"{what}. Set HOST to an address of this machine."
