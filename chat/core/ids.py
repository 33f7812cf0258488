"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7)."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A UUIDv7, later than every one this process made before.

    48 bits of milliseconds and a 12-bit counter for those of one millisecond, which runs on into
    the next millisecond when it is full (RFC 9562 section 6.2, method 1); then 62 random bits.
    """
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << 12)
        stamp = _last
    high = (stamp >> 12 << 16) | 0x7000 | (stamp & 0xFFF)
    return uuid.UUID(int=(high << 64) | (0b10 << 62) | secrets.randbits(62))


def age_of(id: uuid.UUID) -> float:
    """Seconds since a UUIDv7 was made, by the clock of whoever made it."""
    return time.time() - (id.int >> 80) / 1000
