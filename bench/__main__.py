"""`make bench`: Workings against a bare relay, in one run on one machine.

make bench                                          everything, and docs/performance.md
make bench ARGS="--streams 50 --seconds 10"         a part of it, on the screen only
"""

import argparse
import asyncio
import os
import sys

from bench import report
from bench.limit import most_streams
from bench.measures import SPREAD, steady
from bench.one_stream import burst, flatness, viewers
from bench.processes import Cores
from bench.report import Results
from bench.targets import TARGETS, Direct, Embedded, Floor, Scaled, Target, Workings
from tests.upstreams import RunningUpstream, upstream

STREAMS = (1, 50, 100, 200)
SECONDS = 20.0
BURST = 20_000
VIEWERS = (1, 10, 50)
AT_ONCE_SECONDS = 3.0
"""Of the run in which every stream starts in the same moment."""
PARTS = ("steady", "burst", "flat", "viewers", "limit")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Workings against a bare relay.")
    parser.add_argument("--streams", type=int, nargs="+", default=list(STREAMS))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of each stream")
    parser.add_argument("--server", choices=["daphne", "uvicorn"], nargs="+", default=["daphne", "uvicorn"])
    parser.add_argument("--targets", choices=list(TARGETS), nargs="+", default=list(TARGETS))
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--repeat", type=int, default=1, help="the run with the median CPU counts")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md, as a whole run does")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    cores = Cores.divided()
    os.sched_setaffinity(0, cores.others)
    results = Results(cores)
    with upstream(cores=cores.others) as source:
        for server in chosen.server:
            for kind in (TARGETS[name] for name in TARGETS if name in chosen.targets):
                if kind is not Direct or server == chosen.server[0]:
                    measure(kind, source, cores, server, chosen, results)
        if "limit" in chosen.parts:
            for server in chosen.server:
                _say(f"the most streams under {server}")
                results.limits[server] = most_streams(lambda: Embedded(source, cores, server))  # noqa: B023
    text = report.markdown(results)
    print("\n" + text)
    if chosen.write or len(sys.argv) == 1:
        report.write(text)


def measure(
    kind: type[Target],
    source: RunningUpstream,
    cores: Cores,
    server: str,
    chosen: argparse.Namespace,
    results: Results,
) -> None:
    """All that is measured of one target on one server."""
    key = (kind.name, server)
    if "steady" in chosen.parts:
        for count in chosen.streams:
            _say(f"{kind.name}, {server}, {count} streams")
            with kind(source, cores, server) as target:
                for kept, seconds, spread in (
                    (results.steady, chosen.seconds, SPREAD),
                    (results.at_once, AT_ONCE_SECONDS, 0.0),
                ):
                    runs = []
                    for _ in range(chosen.repeat):
                        runs.append(asyncio.run(steady(target, count, seconds, spread=spread)))
                        report.line(runs[-1])
                    kept[*key, count] = sorted(runs, key=lambda run: run.cpu_with_start)[len(runs) // 2]
    if kind in {Floor, Embedded, Scaled}:
        _measure_one_stream(kind, source, cores, server, chosen, results)


def _measure_one_stream(
    kind: type[Target],
    source: RunningUpstream,
    cores: Cores,
    server: str,
    chosen: argparse.Namespace,
    results: Results,
) -> None:
    key = (kind.name, server)
    with kind(source, cores, server) as target:
        if "burst" in chosen.parts:
            _say(f"{kind.name}, {server}, a burst")
            runs = [asyncio.run(burst(target, Direct(source, cores, server), BURST)) for _ in range(3)]
            results.burst[key] = sorted(runs, key=lambda run: run.seconds)[1]
            print("  ", *(f"{run.seconds:.2f} s" for run in runs), runs[0].faults or "")
        if "flat" in chosen.parts and isinstance(target, Workings):
            for thinking in (1.0, 0.0):
                _say(f"{kind.name}, {server}, first against last chunks")
                runs_flat = [asyncio.run(flatness(target, thinking=thinking)) for _ in range(3)]
                results.flat[*key, runs_flat[0].side] = sorted(runs_flat, key=lambda r: r.last / r.first)[1]
                print("  ", *(f"{run.side} {run.last / run.first:.2f}" for run in runs_flat))
        if "viewers" in chosen.parts and isinstance(target, Workings):
            for count in VIEWERS:
                _say(f"{kind.name}, {server}, {count} viewers")
                results.viewers[*key, count] = asyncio.run(viewers(target, count, 12.0))
                print(f"   {results.viewers[*key, count]:.3f} s per 1,000 chunks")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
