"""The floor of the bench is a relay that works: without it no ratio means anything."""

import asyncio

import pytest

from bench.measures import steady
from bench.processes import Cores
from bench.targets import Floor
from tests.upstreams import upstream


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_the_floor_relays_what_the_upstream_sends(server: str) -> None:
    with upstream() as source, Floor(source, Cores.divided(), server) as target:
        result = asyncio.run(steady(target, 2, 0.5, spread=0.0))
    assert not result.failed
    assert result.bytes > 0
    assert result.p99 < 10_000
