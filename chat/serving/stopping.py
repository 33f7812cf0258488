"""Waiting for the signal that ends the process."""

import asyncio
import signal

GRACE = 3.0
"""Seconds that running replies are given to end by themselves."""


def on_signals(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """The event is set by SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
