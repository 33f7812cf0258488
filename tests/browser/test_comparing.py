"""Two versions side by side, in columns and in tabs."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import PATIENCE, answer, expect_state, play, reply, summary


@pytest.fixture
def versions(chat: Page) -> Page:
    """A reply of which there are two versions, by two models."""
    expect_state(play(chat, "finished", "Which rule is fair?"), "done")
    chat.get_by_role("button", name="Ask again with other settings").click()
    sheet = chat.get_by_role("dialog", name="Regenerate with")
    sheet.get_by_label("Model").select_option("scripted/repeats")
    sheet.get_by_role("button", name="Regenerate").click()
    expect(chat.locator("[data-pager=reply]")).to_be_visible(timeout=PATIENCE)
    expect_state(reply(chat), "done")
    return chat


def side(page: Page, n: int) -> Locator:
    return page.locator(f"#side-{n}")


def compare(page: Page) -> None:
    page.get_by_role("link", name="Compare versions").click()
    page.wait_for_url("**/compare/")


def box_of(place: Locator) -> tuple[float, float]:
    found = place.bounding_box()
    assert found is not None
    return found["x"], found["y"]


def test_ch_30_columns_at_1280_and_tabs_at_600_with_differences_marked(versions: Page) -> None:
    compare(versions)
    left, right = side(versions, 1), side(versions, 2)
    assert box_of(left)[0] < box_of(right)[0]
    assert box_of(left)[1] == box_of(right)[1]
    expect(versions.get_by_role("tab")).to_have_count(0)
    expect(left.locator("del").first).to_be_visible()
    expect(right.locator("ins").first).to_be_visible()
    expect(left.locator("ins")).to_have_count(0)
    expect(right.locator("del")).to_have_count(0)
    versions.set_viewport_size({"width": 600, "height": 800})
    expect(versions.get_by_role("tab")).to_have_text(["Version 1", "Version 2"])
    expect(right).to_be_visible()
    expect(left).to_be_hidden()
    expect(right.locator("ins").first).to_be_visible()
    versions.get_by_role("tab", name="Version 2").press("ArrowLeft")
    expect(versions.get_by_role("tab", name="Version 1")).to_be_focused()
    expect(left).to_be_visible()
    expect(left.locator("del").first).to_be_visible()
    expect(right).to_be_hidden()
    assert versions.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_marks_can_be_taken_off(versions: Page) -> None:
    compare(versions)
    mark = side(versions, 2).locator("ins").first
    plain = "rgba(0, 0, 0, 0)"
    expect(mark).not_to_have_css("background-color", plain)
    versions.get_by_role("checkbox", name="Mark what differs").press(" ")
    expect(mark).to_have_css("background-color", plain)


def test_steps_stand_level_and_open_together(versions: Page) -> None:
    compare(versions)
    expect(side(versions, 1).locator(".thinking li").first).to_be_hidden()
    side(versions, 1).locator(".thinking > summary").press("Enter")
    left, right = (side(versions, n).locator(".thinking li") for n in (1, 2))
    expect(right.first).to_be_visible()
    assert left.count() == right.count()
    assert box_of(left.last)[1] == box_of(right.last)[1]


def test_ribbons_are_drawn_on_one_scale(versions: Page) -> None:
    compare(versions)
    ends = [
        side(versions, n)
        .locator("svg.scaled rect")
        .last.evaluate("(rect) => Number(rect.getAttribute('x')) + Number(rect.getAttribute('width'))")
        for n in (1, 2)
    ]
    assert max(ends) == pytest.approx(1000, abs=1)
    assert min(ends) < 999


def test_keep_this_one_shows_it_in_the_chat(versions: Page) -> None:
    first = versions.evaluate(
        "document.querySelector('[data-pager=reply] form').getAttribute('action')"
    ).split("/")[2]
    summary(reply(versions)).focus()
    versions.keyboard.press("|")
    versions.wait_for_url("**/compare/")
    versions.get_by_role("button", name="Keep version 1").click()
    versions.wait_for_url("**/c/*/")
    expect(reply(versions)).to_have_attribute("data-message", first)
    expect(answer(reply(versions))).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(versions: Page, scheme: str, width: int) -> None:
    versions.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    versions.set_viewport_size({"width": width, "height": 844})
    for opens in ("nothing", "edit", "again"):
        if opens == "edit":
            versions.locator(".bubble").hover()
            versions.get_by_role("button", name="Edit question").click()
            expect(versions.get_by_role("textbox", name="Edit your question")).to_be_visible()
        elif opens == "again":
            versions.get_by_role("button", name="Ask again with other settings").click()
            expect(versions.locator("#sheet")).to_be_visible()
        results = Axe().run(versions)
        assert results.violations_count == 0, results.generate_report()
    versions.goto(versions.url)
    versions.goto(versions.locator("[data-compare]").first.get_attribute("href") or "")
    side(versions, 2).locator(".thinking > summary").click()
    results = Axe().run(versions)
    assert results.violations_count == 0, results.generate_report()
