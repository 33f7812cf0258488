"""Finds the weights by which the segmenter decides, and says how well they do.

python -m bench.steps             cross-validation over the traces for tuning
python -m bench.steps --write     weights from all of them, into chat/core/step_weights.json

Logistic regression: the weights that make the steps which people marked most likely, each held back by its
square. What the segmenter sees at a passage depends on the steps before it, so a first round learns with the
marked steps before each passage, and a second one also with those that the first would have cut. Nothing is
left to chance: a run gives the weights of the one before.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp
from pathlib import Path
from typing import NamedTuple

from chat.core.step_readings import Reading
from chat.core.step_scores import ALWAYS, Weights, score
from chat.core.steps import Segmenter
from tests.core.traces import TUNING, Counts, Trace, compare, load_all, steps_of

WEIGHTS = Path(__file__).parent.parent / "chat" / "core" / "step_weights.json"
FOLDS = 10
ROUNDS = 120
RAREST = 4
"""A feature that holds of fewer passages gets no weight."""
LIGHTEST = 0.05


class Example(NamedTuple):
    """The features of a passage, and whether people began a step there."""

    features: list[str]
    begins: bool


class Student:
    """Judges as `weights` say, or without them as people did, and notes what it was asked."""

    def __init__(self, trace: Trace, weights: Weights | None = None) -> None:
        self.examples: list[Example] = []
        self._trace = trace
        self._weights = weights

    def __call__(self, reading: Reading, found: Iterable[str]) -> bool:
        example = Example(list(found), reading.passage.offset in self._trace.marks)
        self.examples.append(example)
        return example.begins if self._weights is None else score(example.features, self._weights) > 0


def examples(traces: Sequence[Trace], weights: Weights | None = None) -> list[Example]:
    """What is to be learnt from the traces."""
    found: list[Example] = []
    for trace in traces:
        student = Student(trace, weights)
        steps_of(trace, Segmenter(student))
        found += student.examples
    return found


def train(traces: Sequence[Trace]) -> Weights:
    """Weights from these traces."""
    told = examples(traces)
    first = fit(told, holding=1.0)
    return fit(told + examples(traces, first), holding=2.0)


def fit(told: Sequence[Example], holding: float) -> dict[str, float]:
    """Newton's method, with an upper bound for each weight's curvature in place of the matrix."""
    counts = Counter(name for example in told for name in example.features)
    weights = dict.fromkeys([ALWAYS, *sorted(name for name in counts if counts[name] >= RAREST)], 0.0)
    rows = [([ALWAYS, *(name for name in e.features if name in weights)], e.begins) for e in told]
    for _ in range(ROUNDS):
        slope = {name: 0.0 if name == ALWAYS else -holding * weight for name, weight in weights.items()}
        curve = dict.fromkeys(weights, holding)
        for names, begins in rows:
            chance = 1 / (1 + exp(-sum(weights[name] for name in names)))
            for name in names:
                slope[name] += begins - chance
                curve[name] += chance * (1 - chance) * len(names)
        for name in weights:
            weights[name] += slope[name] / curve[name]
    return weights


def cross_validate(traces: Sequence[Trace]) -> Counts:
    """Each tenth of the traces, cut with weights from the others."""
    total = Counts()
    for fold in range(FOLDS):
        weights = train([trace for n, trace in enumerate(traces) if n % FOLDS != fold])
        for trace in traces[fold::FOLDS]:
            total += compare(trace, steps_of(trace, Segmenter(Student(trace, weights))))
    return total


def write(weights: Weights) -> None:
    """The weights that weigh anything, by name."""
    kept = {name: round(weight, 2) for name, weight in sorted(weights.items()) if abs(weight) >= LIGHTEST}
    WEIGHTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the segmenter, or say how well training does.")
    parser.add_argument("--write", action="store_true", help="train on all traces and store the weights")
    traces = load_all(TUNING)
    if parser.parse_args().write:
        write(train(traces))
    else:
        print(cross_validate(traces))


if __name__ == "__main__":
    main()
