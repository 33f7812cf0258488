"""`python -m bench.viewer`: what a trace of 60,000 tokens costs the browser that watches or opens it.

A headless Chromium watches the scripted `long-60k` on a server of its own, beside a page that draws
the same text as most chats do: the whole message again at every frame. Then it opens the finished one.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench import report
from chat.providers.scripted.long_trace import NAME, long_trace
from chat.providers.scripted.script import Say
from tests import services
from tests.servers import Site, site

PASSWORD = "correct horse battery"
SPEED = 10
"""Times the 200 tokens/s of the script."""
EVERY = 1.0
LONG_TASKS = """
    window.longest = 0;
    window.over = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
            window.longest = Math.max(window.longest, duration);
            window.over += 1;
        }
    }).observe({ type: "longtask", buffered: true });
"""
REDRAWING = """
    ({ text, pace }) => {
        const home = document.querySelector(".trace");
        const escaped = (part) => part.replace(/&/g, "&amp;").replace(/</g, "&lt;");
        const began = performance.now();
        window.finished = false;
        const draw = (now) => {
            const end = Math.min(text.length, (now - began) / 1000 * pace);
            const parts = text.slice(0, end).split("\\n\\n");
            home.innerHTML = parts.map((part) => `<p>${escaped(part)}</p>`).join("");
            home.parentElement.scrollTop = home.parentElement.scrollHeight;
            window.characters = end;
            if (end < text.length) requestAnimationFrame(draw);
            else window.finished = true;
        };
        requestAnimationFrame(draw);
    }
"""
PLAIN = (
    "<style>div{height:268px;overflow:auto;font:14px/23px sans-serif;width:66ch}</style>"
    "<div><section class=trace></section></div>"
)


COUNT_FRAMES = """
    window.frames = 0;
    const count = () => { window.frames += 1; requestAnimationFrame(count); };
    requestAnimationFrame(count);
"""
SEEN = """() => {
    const reply = [...document.querySelectorAll("streaming-reply")].at(-1);
    const tokens = reply?.trace?.steps?.tokens ?? 0;
    return { tokens, frames: window.frames, over: !reply?.live };
}"""
REDRAWN = "() => ({ tokens: window.characters / 4, frames: window.frames, over: window.finished })"
COLUMNS = ("ms a frame at first", "at last", "×", "of redrawing", "longest task", "over 50 ms", "heap MB")
OPENINGS = 7
SHARE = 0.1
"""Of the trace: its first and its last tenth are compared."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment: tokens and frames so far, and seconds of the main thread."""

    tokens: float
    frames: int
    busy: float


@dataclass(frozen=True, slots=True)
class Watched:
    """Milliseconds of script, style and layout a frame, at the beginning of the trace and at its end."""

    first: float
    last: float
    longest: float
    over_50: int
    heap: float
    """Megabytes that it grew, rubbish collected."""

    @property
    def growth(self) -> float:
        return self.last / self.first if self.first else float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.viewer", description=__doc__)
    parser.add_argument("--speed", type=int, default=SPEED, help="times 200 tokens a second")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["DATA_DIR"] = folder
        arguments = ["--no-sandbox", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=services.chromium(), args=arguments)
        environment = {"SCRIPTED_PROVIDER": "on", "SCRIPTED_SPEED": str(chosen.speed), "LOCAL_MODEL": "off"}
        with site(Path(folder), **environment) as running:
            lines = measure(browser, running, chosen.speed)
        browser.close()
    text = "\n".join(lines)
    print(text)
    if chosen.write:
        report.write_viewer(text)


def measure(browser: Browser, running: Site, speed: int) -> list[str]:
    page = _signed_up(browser, running)
    _ask(page, running)
    rows = [("Workings, thinking open", _watch(page, SEEN))]
    address = page.url
    _ask(page, running)
    page.locator("reasoning-trace summary").click(position={"x": 60, "y": 20})
    rows.append(("Workings, thinking folded", _watch(page, SEEN)))
    opened = [_open(page, address) for _ in range(OPENINGS)]
    empty = [_open(page, f"{running.url}/") for _ in range(OPENINGS)]
    plain = browser.new_page()
    plain.add_init_script(LONG_TASKS + COUNT_FRAMES)
    plain.goto("about:blank")
    plain.set_content(PLAIN)
    text = "".join(step.text for step in long_trace().steps if isinstance(step, Say))
    plain.evaluate(REDRAWING, {"text": text, "pace": 800 * speed})
    rows.append(("the whole again at every frame", _watch(plain, REDRAWN)))
    return [*_table(rows, speed), "", _openings(opened, empty)]


def _signed_up(browser: Browser, running: Site) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(LONG_TASKS + COUNT_FRAMES)
    page.goto(f"{running.url}/accounts/signup/")
    page.fill("[name=username]", "alice")
    page.fill("[name=password1]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("chat-composer")
    return page


def _ask(page: Page, running: Site) -> None:
    page.goto(f"{running.url}/")
    page.locator(f'input[name="model"][value="scripted/{NAME}"]').dispatch_event("click")
    page.get_by_role("textbox", name="Message").fill("Think for long.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    page.wait_for_selector("reasoning-trace details[open]")


def _watch(page: Page, seen: str) -> Watched:
    cdp = _metered(page)
    heap = _heap(cdp)
    samples: list[Sample] = []
    over = False
    while not over:
        now = page.evaluate(seen)
        samples.append(Sample(now["tokens"], now["frames"], _busy(cdp)))
        over = now["over"]
        time.sleep(EVERY)
    longest, long_tasks = page.evaluate("[window.longest, window.over]")
    first, last = _cost(samples, 0, SHARE), _cost(samples, 1 - SHARE, 1)
    return Watched(first, last, longest, long_tasks, (_heap(cdp) - heap) / 1e6)


def _cost(samples: Sequence[Sample], begin: float, end: float) -> float:
    """Milliseconds a frame between two shares of the trace."""
    whole = samples[-1].tokens
    inside = [sample for sample in samples if begin * whole <= sample.tokens <= end * whole]
    frames = inside[-1].frames - inside[0].frames
    return 1000 * (inside[-1].busy - inside[0].busy) / frames if frames else 0.0


def _open(page: Page, address: str) -> float:
    """Milliseconds of the main thread until the finished trace is painted."""
    fresh = page.context.new_page()
    cdp = _metered(fresh)
    before = _metrics(cdp)["TaskDuration"]
    fresh.goto(address, wait_until="load")
    fresh.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    spent = 1000 * (_metrics(cdp)["TaskDuration"] - before)
    fresh.close()
    return spent


def _metered(page: Page) -> CDPSession:
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    return cdp


def _metrics(cdp: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in cdp.send("Performance.getMetrics")["metrics"]}


def _busy(cdp: CDPSession) -> float:
    """Seconds of script, style and layout."""
    now = _metrics(cdp)
    return now["ScriptDuration"] + now["LayoutDuration"] + now["RecalcStyleDuration"]


def _heap(cdp: CDPSession) -> float:
    cdp.send("HeapProfiler.collectGarbage")
    return _metrics(cdp)["JSHeapUsedSize"]


def _table(rows: Sequence[tuple[str, Watched]], speed: int) -> list[str]:
    redrawn = rows[-1][1]
    columns = ("A page that draws", *COLUMNS)
    lines = [
        f"60,000 tokens of thinking at {200 * speed:,} tokens a second.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{' --- |' * len(columns)}",
    ]
    for name, it in rows:
        lines.append(
            f"| {name} | {it.first:.2f} | {it.last:.2f} | {it.growth:.2f} "
            f"| {it.last / redrawn.last:.3f} | {it.longest:.0f} | {it.over_50} | {it.heap:.0f} |"
        )
    return lines


def _openings(opened: Sequence[float], empty: Sequence[float]) -> str:
    spent = f"{median(opened):.0f} ms of the main thread (from {min(opened):.0f} to {max(opened):.0f})"
    without = f"{median(empty):.0f} ms"
    return f"Opening the finished trace until it is painted: {spent}; an empty chat takes {without}."


if __name__ == "__main__":
    main()
