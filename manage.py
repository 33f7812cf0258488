#!/usr/bin/env python
"""Workings' command line: `manage.py serve`, `worker`, `readstream`, `backup` and Django's own."""

import os
import sys
from pathlib import Path

NEEDS_NO_SECRET = {"readstream"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chat.settings")
    supply_secret()
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        sys.exit(f"error: {reason}")


def supply_secret() -> None:
    """The key that `make run` has made is the one that later commands on the same folder mean."""
    if "SECRET_KEY" in os.environ or "SECRET_KEY_FILE" in os.environ:
        return
    kept = Path(os.environ.get("DATA_DIR") or Path(__file__).parent / ".data") / "secret-key"
    if kept.exists():
        os.environ["SECRET_KEY_FILE"] = str(kept)
    elif NEEDS_NO_SECRET.intersection(sys.argv[1:2]):
        os.environ.setdefault("SECRET_KEY", "unused")


if __name__ == "__main__":
    main()
