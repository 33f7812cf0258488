"""Links into thinking lead to the step that holds the place, however it is cut; figures lead there too."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chatting import PATIENCE, answer, details, expect_state, play, summary
from tests.servers import Site

CUT_ANEW = """
from chat.models import Part
Part.objects.filter(message_id="{message}", kind="thinking").update(
    steps=[[0, "framing", "All before", 10, 10], [400, "working", "All after", 10, 10]])
"""


def finished(chat: Page) -> Locator:
    done = play(chat, "finished")
    expect_state(done, "done")
    return done


def expect_landed(chat: Page, done: Locator, step: str) -> None:
    expect(details(done)).to_have_attribute("open", "")
    chat.wait_for_function("id => document.activeElement.id === id", arg=step)
    expect(chat.locator(f"[id='{step}']")).to_be_in_viewport()
    expect(done.locator("reasoning-trace")).to_have_attribute("data-wheel", "reader")


def test_ch_21_a_link_opens_the_region_at_its_step(chat: Page) -> None:
    done = finished(chat)
    step = str(done.locator(".step").nth(4).get_attribute("id"))
    tab = chat.context.new_page()
    tab.goto(f"{chat.url}#{step}")
    there = tab.locator("streaming-reply")
    expect_landed(tab, there, step)
    assert tab.evaluate("document.querySelector(':target').id") == step
    tab.close()


def test_ch_22_an_old_link_leads_to_the_new_step_that_holds_its_place(chat: Page, workings: Site) -> None:
    done = finished(chat)
    message = str(done.get_attribute("data-message"))
    old = str(done.locator(".step").nth(4).get_attribute("id"))
    assert int(old.rpartition(".")[2]) > 400
    workings.manage("shell", "-c", CUT_ANEW.format(message=message))
    tab = chat.context.new_page()
    tab.goto(f"{chat.url}#{old}")
    expect(tab.locator(".step")).to_have_count(2)
    expect_landed(tab, tab.locator("streaming-reply"), f"t-{message}.400")
    tab.close()


@pytest.fixture
def elsewhere(browser: Browser, workings: Site, cookies: list[Any]) -> Iterator[Page]:
    """Alice in another browser, which has seen nothing of hers yet, and in which things move."""
    context = browser.new_context(base_url=workings.url)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("is_cut_anew", [False, True])
def test_a_link_a_hit_of_search_and_one_of_find_land_on_the_step_in_another_browser(
    chat: Page, elsewhere: Page, workings: Site, is_cut_anew: bool
) -> None:
    done = finished(chat)
    message = str(done.get_attribute("data-message"))
    found = done.locator(".step", has_text="weighted shares")
    step = str(found.first.get_attribute("id"))
    if is_cut_anew:
        workings.manage("shell", "-c", CUT_ANEW.format(message=message))
    there = f"t-{message}.400" if is_cut_anew else step
    elsewhere.goto(f"{chat.url}#{step}")
    expect_landed(elsewhere, elsewhere.locator("streaming-reply"), there)
    elsewhere.goto('/search/?q=in:thinking+"weighted+shares"')
    elsewhere.locator(f"a[href*='#t-{message}']").first.click()
    expect_landed(elsewhere, elsewhere.locator("streaming-reply"), there)
    elsewhere.goto("/")
    elsewhere.goto(chat.url)
    summary(elsewhere.locator("streaming-reply")).click()
    expect(details(elsewhere.locator("streaming-reply"))).not_to_have_attribute("open", "")
    elsewhere.locator(".scroll").focus()
    elsewhere.keyboard.press("/")
    expect(elsewhere.get_by_role("searchbox", name="Find in thinking")).to_be_focused()
    elsewhere.keyboard.type("weighted shares")
    expect(elsewhere.locator(".find-bar .count")).to_have_text("1 of 1")
    expect(elsewhere.locator(f"[id='{there}']")).to_be_in_viewport()


def test_a_figure_of_the_answer_leads_to_its_step_and_moves_no_text(chat: Page) -> None:
    done = finished(chat)
    height = answer(done).evaluate("answer => answer.offsetHeight")
    paragraph = answer(done).locator("p", has_text="0.67").first
    chip = paragraph.get_by_role("link", name="also appears in thinking step")
    expect(chip).to_have_count(0)
    paragraph.hover()
    expect(chip).to_have_css("opacity", "1")
    assert answer(done).evaluate("answer => answer.offsetHeight") == height
    summary(done).hover()
    expect(chip).to_have_css("opacity", "0")
    step = str(chip.get_attribute("href")).removeprefix("#")
    chip.focus()
    expect(chip).to_have_css("opacity", "1")
    chat.keyboard.press("Enter")
    expect_landed(chat, done, step)
