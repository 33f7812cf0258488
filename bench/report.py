"""What was measured, as tables: on the screen, and in docs/performance.md."""

import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.measures import Steady
from bench.one_stream import Burst, Flatness
from bench.processes import REPOSITORY, Cores

DOCUMENT = REPOSITORY / "docs" / "performance.md"
NOTHING = Steady(0)
DISTURBED = 10.0
"""Milliseconds of lateness of the upstream itself, beyond which a measurement says little."""
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
KILL_BEGIN, KILL_END = "<!-- kill:begin -->", "<!-- kill:end -->"
VIEWER_BEGIN, VIEWER_END = "<!-- viewer:begin -->", "<!-- viewer:end -->"


@dataclass
class Results:
    """Everything that one run measured, by target, server, and what else tells measurements apart."""

    cores: Cores
    steady: dict[tuple[str, str, int], Steady] = field(default_factory=dict)
    at_once: dict[tuple[str, str, int], Steady] = field(default_factory=dict)
    burst: dict[tuple[str, str], Burst] = field(default_factory=dict)
    flat: dict[tuple[str, str, str], Flatness] = field(default_factory=dict)
    viewers: dict[tuple[str, str, int], float] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)


def disturbed(result: Steady) -> bool:
    return result.upstream_late > DISTURBED


def line(result: Steady) -> None:
    """One measurement on the screen, as soon as it is there."""
    print(
        f"  CPU {result.cpu:.3f} s/1,000 ({result.cpu_with_start:.3f} with start and end), "
        f"p50 {result.p50:.0f} p99 {result.p99:.0f} ms, "
        f"first chunk {result.first_p50:.0f} ms after the question, "
        f"{result.first_late_p50:.0f} after it left the upstream, "
        f"{result.memory:.0f} kB each, {result.load:.2f} of a core, failed {result.failed}, "
        f"faults {result.faults[:3] or 'none'}"
        + (f", DISTURBED: the upstream was {result.upstream_late:.0f} ms late" if disturbed(result) else ""),
        flush=True,
    )


def write(text: str) -> None:
    """Puts the tables between their markers in docs/performance.md."""
    _between(BEGIN, END, lambda _: text)


def write_kill(mode: str, text: str) -> None:
    """Puts the result of killing one mode in place of its last one."""

    def renewed(old: str) -> str:
        others = [row for row in old.splitlines() if row.startswith("- ") and not row.startswith(f"- {mode}")]
        return "\n".join(sorted([*others, f"- {text}"]))

    _between(KILL_BEGIN, KILL_END, renewed)


def write_viewer(text: str) -> None:
    _between(VIEWER_BEGIN, VIEWER_END, lambda _: text)


def _between(begin: str, end: str, change: Callable[[str], str]) -> None:
    before, _, rest = DOCUMENT.read_text().partition(begin)
    old, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{begin}\n{change(old)}\n{end}{after}")


def markdown(results: Results) -> str:
    parts = [_machine(results)]
    if results.steady:
        parts += [_cost(results), _times(results)]
    parts.append(_single(results))
    return "\n\n".join(part for part in parts if part)


def _machine(results: Results) -> str:
    model = next(
        (
            row.partition(":")[2].strip()
            for row in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in row
        ),
        platform.processor(),
    )
    cores = (
        f"core {sorted(results.cores.product)} for the product, {sorted(results.cores.others)} for the rest"
    )
    return f"{datetime.now(UTC):%d %B %Y}, {model}, Python {platform.python_version()}, {cores}."


def _cost(results: Results) -> str:
    head = (
        "Server", "Streams", "Target", "CPU s per 1,000 chunks", "× floor", "with start and end", "× floor",
        "PostgreSQL, Redis beside it", "of a core", "kB per stream", "bytes per chunk", "failed",
        "lost or doubled",
    )  # fmt: skip
    return _table(head, [_cost_row(results, key) for key in _in_order(results)])


def _cost_row(results: Results, key: tuple[str, str, int]) -> tuple[str, ...]:
    name, server, count = key
    it, floor = results.steady[key], results.steady.get(("floor", server, count), NOTHING)
    return (
        server,
        str(count),
        f"{name} (disturbed)" if disturbed(it) else name,
        f"{it.cpu:.3f}",
        _ratio(it.cpu, floor.cpu),
        f"{it.cpu_with_start:.3f}",
        _ratio(it.cpu_with_start, floor.cpu_with_start),
        f"{it.services:.3f}" if name == "scaled" else "–",
        f"{it.load:.2f}",
        f"{it.memory:.0f}",
        f"{it.bytes:.0f}",
        str(it.failed),
        str(len(it.faults)) if name in {"embedded", "scaled"} else "–",
    )


def _times(results: Results) -> str:
    head = (
        "Server", "Streams", "Target", "added p50 ms", "added p99 ms", "first chunk p50 ms", "p99",
        "after it left the upstream", "all at once: first chunk p50 ms", "p99", "after it left the upstream",
    )  # fmt: skip
    return _table(head, [_times_row(results, key) for key in _in_order(results)])


def _times_row(results: Results, key: tuple[str, str, int]) -> tuple[str, ...]:
    name, server, count = key
    it, at_once = results.steady[key], results.at_once.get(key, NOTHING)
    own, own_at_once = (_own_first(runs, count) for runs in (results.steady, results.at_once))
    return (
        server,
        str(count),
        name,
        f"{it.p50:.0f}",
        f"{it.p99:.0f}",
        f"{it.first_p50 - own:.0f}",
        f"{it.first_p99 - own:.0f}",
        f"{it.first_late_p50:.0f}",
        f"{at_once.first_p50 - own_at_once:.0f}",
        f"{at_once.first_p99 - own_at_once:.0f}",
        f"{at_once.first_late_p50:.0f}",
    )


def _in_order(results: Results) -> list[tuple[str, str, int]]:
    """Every relay, those with equal servers and streams together."""
    return sorted((key for key in results.steady if key[0] != "direct"), key=lambda key: key[1:])


def _own_first(runs: dict[tuple[str, str, int], Steady], count: int) -> float:
    """What the first chunk takes without a relay, to be taken off what it takes with one."""
    return next((run.first_p50 for (name, _, n), run in runs.items() if (name, n) == ("direct", count)), 0.0)


def _single(results: Results) -> str:
    rows = [
        (
            f"{name}, {server}: {burst.chunks:,} chunks in a burst",
            f"{burst.seconds:.2f} s",
            f"{burst.direct:.2f} s without a relay",
        )
        for (name, server), burst in results.burst.items()
    ]
    rows += [
        (
            f"{name}, {server}: last 2,000 of 20,000 chunks of {side} against the first",
            f"{flat.last / flat.first:.2f} ×",
            f"{flat.last * 500:.0f} µs a chunk",
        )
        for (name, server, side), flat in results.flat.items()
    ]
    for (name, server, count), cost in results.viewers.items():
        one = results.viewers.get((name, server, 1), 0.0)
        rows.append(
            (
                f"{name}, {server}: {count} viewers of one stream",
                f"{cost:.3f} s per 1,000 chunks",
                f"{_ratio(cost, one)} × one",
            )
        )
    rows += [
        (f"embedded, {server}: streams held at p99 under 100 ms", str(most), "")
        for server, most in results.limits.items()
    ]
    return _table(("Measured", "", ""), rows) if rows else ""


def _ratio(value: float, floor: float) -> str:
    return f"{value / floor:.2f}" if floor else "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
