"""Whatever a model, its name or a question holds: nothing of it runs, loads, submits, or styles the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.browser.chatting import UPSTREAM, answer, expect_state, play, reply, send
from tests.servers import Site, site
from tests.upstreams import RunningUpstream, ask

FIXTURES = Path(__file__).parent.parent / "fixtures"
NAME = "<img/src=x/onerror=window.ran='name'>"
RUN = "window.ran='yes';alert(1)"
HOSTILE = (FIXTURES / "hostile.md").read_text().replace("{RUN}", RUN).replace("{NUL}", "\0")
INSIDE = """(reply) => {
    const shown = [...reply.querySelectorAll("[data-part=answer][data-position] *, .step .tx *")];
    const bad = "script,style,link,meta,base,iframe,object,embed,form,input,[type=submit],video,template";
    const found = shown.filter((element) => element.matches(bad));
    const names = /^(on|hx-|data-hx|style|srcdoc|formaction|id)/;
    const values = /^\\s*(javascript|data|vbscript):/i;
    const attributes = shown.flatMap((element) => [...element.attributes])
        .filter(({ name, value }) => names.test(name) || values.test(value));
    const loading = shown.filter((element) => element.matches("audio, img[src], image[href], use"));
    return [...found, ...loading].map((element) => element.outerHTML)
        .concat(attributes.map(({ name, value }) => `${name}=${value}`));
}"""
LINKS = """(reply) => [...reply.querySelectorAll("[data-part=answer][data-position] a, .step .tx a")]
    .map((a) => [a.protocol, a.rel])"""

IN_THINKING = [
    '<script>alert("thinking")</script>',
    "<img src=x onerror=alert(1)>",
    "<style>body{display:none}</style>",
    '<a href="javascript:alert(2)">click</a>',
    '<iframe src="https://example.com/frame"></iframe>',
]
IN_ANSWER = [
    '<script>alert("answer")</script>',
    '<img src="https://example.com/pixel.gif" onerror="alert(3)">',
    '<div onclick="alert(4)" style="position:fixed;inset:0">a layer over everything</div>',
    "a link that is code",
    '<form action="https://example.com/steal"><input name="password"><button>Sign in</button></form>',
    '<svg onload="alert(7)"><circle r="9"/></svg>',
    "<math><mtext><script>alert(8)</script></mtext></math>",
    '<script>alert("this one is only shown")</script>',
    "<b onmouseover=alert(9)> is shown as text, and so are <b> and &amp;.",
]


@pytest.fixture(scope="module")
def workings(tmp_path_factory: pytest.TempPathFactory, model: RunningUpstream) -> Iterator[Site]:
    """One of whose models has a hostile name."""
    environment = model.environment | {"COMPATIBLE_MODELS": f"upstream,{NAME}", "GENERATIONS_PER_USER": "50"}
    scripted = {"SCRIPTED_PROVIDER": "on", "SCRIPTED_SPEED": "20"}
    with site(tmp_path_factory.mktemp("site"), **environment | scripted) as running:
        yield running


@pytest.fixture
def guarded(chat: Page, workings: Site) -> Iterator[Page]:
    """A chat that must stay at home, and open no dialog."""
    elsewhere: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((workings.url, "data:", "blob:")):
            elsewhere.append(request.url)

    def refuse(dialog: Dialog) -> None:
        elsewhere.append(f"dialog {dialog.message}")
        dialog.dismiss()

    chat.on("request", watch)
    chat.on("dialog", refuse)
    yield chat
    assert chat.evaluate("window.ran") is None
    assert chat.evaluate("getComputedStyle(document.body).display") != "none"
    assert chat.evaluate("window.violations") == []
    assert chat.locator("#announcer").count() == 1
    assert elsewhere == []


def harmless(page: Page) -> None:
    assert reply(page).evaluate(INSIDE) == []
    for protocol, rel in reply(page).evaluate(LINKS):
        assert protocol in {"http:", "https:", "mailto:"}
        assert set(rel.split()) >= {"noopener", "nofollow", "ugc"}


def test_a_hostile_answer_is_inert_while_it_streams_and_afterwards(guarded: Page) -> None:
    send(guarded, ask("answer", thinking_text="Let me see.", answer_text=HOSTILE, rate=150))
    for _ in range(10):
        guarded.wait_for_timeout(250)
        harmless(guarded)
    expect_state(reply(guarded), "done")
    expect(answer(reply(guarded))).to_contain_text("The end of it.")
    harmless(guarded)
    guarded.reload()
    expect(answer(reply(guarded))).to_contain_text("The end of it.")
    harmless(guarded)


def test_hostile_thinking_is_inert_while_it_streams_and_afterwards(guarded: Page) -> None:
    send(guarded, ask("thinking", thinking_text=HOSTILE, answer_text="Nothing ran.", rate=150))
    for _ in range(10):
        guarded.wait_for_timeout(250)
        harmless(guarded)
    expect_state(reply(guarded), "done")
    harmless(guarded)
    guarded.reload()
    guarded.locator("reasoning-trace summary").click()
    expect(guarded.locator(".trace")).to_contain_text("The end of it.")
    harmless(guarded)


def test_ch_25_a_hostile_reply_runs_nothing_loads_nothing_and_is_shown_as_written(guarded: Page) -> None:
    expect_state(play(guarded, "hostile-html"), "done")
    for _ in range(2):
        trace, said = reply(guarded).locator(".trace"), answer(reply(guarded))
        for written in IN_THINKING:
            expect(trace).to_contain_text(written, use_inner_text=False)
        for written in IN_ANSWER:
            expect(said).to_contain_text(written)
        harmless(guarded)
        guarded.reload()


def test_a_hostile_question_and_title_are_text_everywhere(guarded: Page) -> None:
    question = "<img src=x onerror=window.ran=1></title><script>window.ran=1</script>"
    send(guarded, question)
    expect_state(reply(guarded), "done")
    expect(guarded.locator(".user .bubble")).to_have_text(question)
    guarded.get_by_role("button", name="More for this chat").click()
    guarded.locator(".bar [popover]").get_by_text("Rename…").click()
    field = guarded.get_by_role("dialog", name="Rename").get_by_role("textbox", name="Title")
    field.fill(question)
    field.press("Enter")
    for place in ("h1[data-title]", "#sidebar a .t"):
        expect(guarded.locator(place).first).to_have_text(question)
    assert question in guarded.title()
    guarded.reload()
    expect(guarded.locator("h1[data-title]")).to_have_text(question)
    guarded.locator("#sidebar li").first.hover()
    guarded.locator("#sidebar .more").first.click()
    expect(guarded.get_by_role("button", name=f"More for {question}")).to_have_count(1)


def test_a_hostile_model_name_is_text_everywhere(guarded: Page) -> None:
    guarded.locator(".chip.model").click()
    guarded.locator("#model-menu .mi", has_text=NAME).click()
    guarded.keyboard.press("Escape")
    expect(guarded.locator("[data-model-name]")).to_have_text(NAME)
    guarded.get_by_role("textbox", name="Message").fill(ask("name", chunks=4, rate=0))
    guarded.get_by_role("button", name="Send").click()
    expect_state(reply(guarded), "done")
    expect(reply(guarded).locator(".by b")).to_have_text(NAME)
    guarded.goto("/settings/")
    expect(guarded.locator("#control-model option", has_text=NAME)).to_have_count(1)


def test_a_hostile_error_of_a_provider_is_text(guarded: Page) -> None:
    send(guarded, ask("error", status=400, message=HOSTILE[:1500]), UPSTREAM)
    expect_state(reply(guarded), "failed")
    expect(reply(guarded).locator("[data-notice]")).to_be_visible()
    reply(guarded).locator("[data-notice] summary").click()
    expect(reply(guarded).locator("[data-notice]")).to_contain_text("<script>")
    assert reply(guarded).locator("[data-notice] :is(script, img, iframe, style)").count() == 0
