"""What tests of the chat page do and look at, in the page's own words."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from chat.providers.scripted.provider import SCRIPTS
from chat.providers.scripted.script import Script, load
from tests.upstreams import ask

UPSTREAM = "compatible/upstream"
PATIENCE = 60_000
"""Milliseconds in which even a busy machine gets a reply to its end."""
LIVE = re.compile("queued|connecting|thinking|tool|answering|waiting")

RECORD_STATES = """
    const reached = (state) => {
        const states = JSON.parse(sessionStorage.getItem("states") ?? "[]");
        if (states.at(-1) !== state) sessionStorage.setItem("states", JSON.stringify([...states, state]));
    };
    new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
            if (target.localName === "streaming-reply") reached(target.dataset.state);
            for (const node of addedNodes) {
                const inside = node.querySelectorAll?.("streaming-reply") ?? [];
                for (const { dataset } of inside) reached(dataset.state);
                if (node.localName === "streaming-reply") reached(node.dataset.state);
            }
        }
    }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });
"""
"""For `add_init_script`: the states that replies pass, kept over a change of page."""

TEXT_OF = """(reply) => [...reply.querySelectorAll("[data-position]")].map((part) => {
    const copy = part.cloneNode(true);
    const open = copy.querySelector(":scope > [data-open]");
    open?.replaceWith(...open.childNodes);
    copy.normalize();
    return [part.dataset.part, part.dataset.position, part.className, copy.innerHTML];
})"""


def send(page: Page, text: str, model: str = UPSTREAM) -> None:
    """Sends it to this model, in the chat that is open or in a new one."""
    page.locator(f'input[name="model"][value="{model}"]').dispatch_event("click")
    new, turns = "/c/" not in page.url, page.locator("article").count()
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("textbox", name="Message").press("Enter")
    if new:
        page.wait_for_url("**/c/*/")
    else:
        expect(page.locator("article")).to_have_count(turns + 1)


def play(page: Page, script: str, text: str = "Please explain.") -> Locator:
    """Asks the scripted provider for this script. Returns the reply."""
    send(page, text, f"scripted/{script}")
    return reply(page)


def scripted(script: str) -> Script:
    """What `play` plays."""
    return load(SCRIPTS / f"{script}.txt")


def ask_for(page: Page, words: str = "", **plan: Any) -> Locator:
    """Asks the upstream for a reply by this plan. Returns the reply."""
    send(page, ask(words, **plan))
    return reply(page)


def long_answer(page: Page, words: str = "", **plan: Any) -> Locator:
    """A reply that has begun to answer and goes on for half a minute or more."""
    running = ask_for(page, words, **{"chunks": 1500, "rate": 40, "thinking": 0.03} | plan)
    expect(answer(running)).to_contain_text("Do it in", timeout=PATIENCE)
    return running


def long_thought(page: Page, words: str = "", **plan: Any) -> Locator:
    """A reply that has begun to think, in an open region, and goes on for half a minute or more."""
    running = ask_for(page, words, **{"chunks": 1500, "rate": 40, "thinking": 0.9} | plan)
    expect(running.locator(".trace")).to_contain_text("nobody will accept", timeout=PATIENCE)
    return running


def reply(page: Page) -> Locator:
    """The newest on the page."""
    return page.locator("streaming-reply").last


def thinking(reply: Locator) -> Locator:
    return reply.get_by_role("region", name="Thinking")


def answer(reply: Locator) -> Locator:
    return reply.get_by_role("region", name="Answer")


def notice(reply: Locator) -> Locator:
    return reply.locator("[data-notice]")


def details(reply: Locator) -> Locator:
    return reply.locator("reasoning-trace > details")


def summary(reply: Locator) -> Locator:
    return reply.locator("reasoning-trace summary")


def expect_state(reply: Locator, state: str) -> None:
    expect(reply).to_have_attribute("data-state", state, timeout=PATIENCE)


def text_of(reply: Locator) -> list[list[str]]:
    """Each part as [kind, position, class, HTML], whether its last block has settled or not."""
    found: list[list[str]] = reply.evaluate(TEXT_OF)
    return found


def stored(reply: Locator, kind: str) -> str:
    """Its `answer` or `thinking` as the server kept it, to the byte."""
    path = {"answer": "text", "thinking": "thinking"}[kind]
    return reply.page.request.get(f"/m/{reply.get_attribute('data-message')}/{path}/").text()


def states(page: Page) -> list[str]:
    """Where `RECORD_STATES` runs."""
    passed: list[str] = json.loads(page.evaluate("sessionStorage.getItem('states') ?? '[]'"))
    return passed


def open_again(page: Page) -> Page:
    """The same address in a second tab of the same person."""
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab


def expect_same_when_opened_again(page: Page) -> None:
    """What streamed onto this page is what a fresh page gets, node by node."""
    streamed = text_of(reply(page))
    assert streamed
    tab = open_again(page)
    assert text_of(reply(tab)) == streamed
    tab.close()
