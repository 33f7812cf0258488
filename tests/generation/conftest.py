"""Engines and their fan-out as if other processes stood beside them, on a layer the test can freeze."""

import pytest

from chat.generation import fanout
from chat.generation.fanout import Fanout
from tests.generation.layers import Layer


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    """What `Fanout(across_processes=True)` uses."""
    made = Layer()
    monkeypatch.setattr(fanout, "get_channel_layer", lambda: made)
    return made


@pytest.fixture
def across_processes(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> Layer:
    """Engines of this test have other processes beside them."""
    monkeypatch.setattr("chat.generation.engine.Fanout", lambda **_: Fanout(across_processes=True))
    return layer
