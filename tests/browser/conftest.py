"""A Chromium for all browser tests, a site for each file of them, and a page for each test.

Every page is watched: an error in its console, or anything that the Content-Security-Policy had to
stop, fails its test.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import services
from tests.browser.chatting import RECORD_STATES
from tests.servers import Site, site
from tests.upstreams import RunningUpstream, upstream

PASSWORD = "correct horse battery"
AS_PLAYWRIGHT_DOES = """
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades
    HttpsFirstBalancedModeAutoEnable LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning
    AvoidCorsURLLoaderRestartOnRedirect OptimizationHints NetworkTimeServiceQuerying AimEnabled
    PreconnectToSearch
""".split()
"""What Playwright disables too, in a list that ours takes the place of."""
ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
"""What drops down from it is a page that every window loads unseen, for half a second of a core."""
ARGUMENTS = [
    *"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
    *"--disable-component-update --disable-sync".split(),
    f"--disable-features={','.join(AS_PLAYWRIGHT_DOES + ADDRESS_BAR)}",
]
VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
"""
PATIENCE = 15_000
"""Milliseconds that a busy machine gets for what a page does, where a test does not say how many."""
LOST_CONNECTION = ("WebSocket connection to", "net::ERR_")
"""What the browser itself says when a server goes away, which some tests are about."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop goes on running in this thread, which is no reason to refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=services.chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def model() -> Iterator[RunningUpstream]:
    """The provider of `workings`, which does what each question asks."""
    with upstream() as running:
        yield running


@pytest.fixture(scope="module")
def script_speed() -> str:
    """How many times as fast as they were written the scripts of the scripted provider play."""
    return "20"


@pytest.fixture(scope="module")
def workings(
    tmp_path_factory: pytest.TempPathFactory, model: RunningUpstream, script_speed: str
) -> Iterator[Site]:
    scripted = {"SCRIPTED_PROVIDER": "on", "SCRIPTED_SPEED": script_speed, "GENERATIONS_PER_USER": "50"}
    with site(tmp_path_factory.mktemp("site"), **model.environment, **scripted) as running:
        yield running


@pytest.fixture
def complaints() -> list[str]:
    """What the console says of errors. A test about errors takes those out that it expects."""
    return []


@pytest.fixture
def page(browser: Browser, workings: Site, complaints: list[str]) -> Iterator[Page]:
    """A page of nobody in particular, as yet at no address; addresses are relative to the site."""
    context = browser.new_context(base_url=workings.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(VIOLATIONS)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in LOST_CONNECTION):
            complaints.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    opened = context.new_page()
    yield opened
    violations = [found for one in context.pages for found in one.evaluate("window.violations ?? []")]
    context.close()
    assert complaints == [], workings.log()[-4000:]
    assert violations == []


@pytest.fixture(scope="module")
def cookies(browser: Browser, workings: Site) -> list[Any]:
    """Alice's, who signed up once for all tests of a file."""
    context = browser.new_context(base_url=workings.url)
    sign_up(context.new_page(), "alice")
    signed_in = context.cookies()
    context.close()
    return signed_in


@pytest.fixture
def chat(page: Page, cookies: list[Any]) -> Page:
    """Alice's new chat, whose states are recorded."""
    page.context.add_cookies(cookies)
    page.context.add_init_script(RECORD_STATES)
    page.goto("/")
    return page


def sign_up(page: Page, name: str) -> None:
    """Makes an account by the form, as people do, and stays signed in."""
    page.goto("/accounts/signup/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("/")
