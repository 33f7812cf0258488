"""Replay of stored thinking: at its own pace, from what is on the page, and leaving it as it was."""

import re

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.chatting import expect_state, play, summary
from tests.servers import Site

TEXT = "region => region.querySelector('.trace').innerHTML"


def start(reply: Locator) -> Locator:
    """Returns the controls."""
    reply.get_by_role("button", name="Replay").click()
    bar = reply.get_by_role("group", name="Replay")
    expect(bar).to_be_visible()
    return bar


def test_ch_24_a_replay_leaves_the_text_as_it_was_and_asks_no_provider(chat: Page, workings: Site) -> None:
    done = play(chat, "finished")
    expect_state(done, "done")
    chat.reload()
    region = done.locator("reasoning-trace")
    before = region.evaluate(TEXT)
    asked: list[Request] = []
    chat.on("request", lambda request: asked.append(request))
    calls = workings.log().count("POST")
    bar = start(done)
    bar.get_by_role("button", name="16×").click()
    expect(region).to_have_attribute("data-replaying", re.compile(r"\d"))
    chat.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(done.get_by_role("button", name="Replay")).to_be_focused()
    assert region.evaluate(TEXT) == before
    assert done.locator("summary .ribbon").count() == 1
    paths = {request.url.removeprefix(workings.url).rstrip("/").rpartition("/")[2] for request in asked}
    assert paths <= {"pace", "wheel"}
    assert workings.log().count("POST") - calls <= 1


def test_the_ribbon_is_a_slider_by_seconds_and_steps(chat: Page) -> None:
    done = play(chat, "finished")
    expect_state(done, "done")
    bar = start(done)
    slider = bar.get_by_role("slider", name="Place in the replay")
    slider.focus()
    chat.keyboard.press("Space")
    expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
    chat.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0:00, step 1")
    expect(done.locator(".step:visible")).to_have_count(1)
    chat.keyboard.press("Shift+ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("step 2$"))
    expect(done.locator(".step:visible")).to_have_count(2)
    expect(done.locator("[data-outline] li").nth(1).locator("[aria-current]")).to_have_count(1)
    chat.keyboard.press("Shift+ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("step 1$"))
    chat.keyboard.press("End")
    expect(done.locator(".step:visible")).to_have_count(done.locator(".step").count())


def test_it_plays_to_the_end_and_a_link_to_a_step_leaves_it(chat: Page) -> None:
    done = play(chat, "finished")
    expect_state(done, "done")
    text = done.locator(".trace").evaluate("trace => trace.textContent")
    bar = start(done)
    bar.get_by_role("button", name="16×").click()
    expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(done.locator(".step:visible")).to_have_count(done.locator(".step").count())
    done.locator("[data-outline] a").nth(2).click()
    expect(bar).to_have_count(0)
    assert done.locator(".trace").evaluate("trace => trace.textContent") == text
    expect(summary(done)).to_be_visible()
