"""Whether a step begins: the weights of the features that hold, added up.

`step_weights.json` says how much each feature speaks for a new step. `bench/steps.py` finds the weights
from traces that people cut by hand.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

type Weights = Mapping[str, float]

ALWAYS = "always"
WEIGHTS: Weights = json.loads(Path(__file__).with_name("step_weights.json").read_text(encoding="utf-8"))


def score(found: Iterable[str], weights: Weights = WEIGHTS) -> float:
    """Above zero, a step begins."""
    return weights.get(ALWAYS, 0.0) + sum(weights.get(name, 0.0) for name in found)
