"""Two versions of a reply on a page: what was asked, what it took, how it was thought, what came out."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat.comparing.marking import marked
from chat.comparing.numbers import numbers_of
from chat.comparing.steps import Step, paired
from chat.core.blocks import render_answer
from chat.models import Conversation, Generation, Message
from chat.rendering.totals import Totals

pytestmark = pytest.mark.django_db


def version(question: Message, n: int, answer: str, thinking: str, **fields: object) -> Message:
    reply = question.conversation.messages.create(role=Message.Role.ASSISTANT, parent=question)
    run = Generation.objects.create(
        message=reply,
        user=question.conversation.owner,
        provider="stage",
        model="puppet",
        model_name=f"Puppet {n}",
        state="done",
        folded=True,
        **fields,
    )
    reply.parts.create(position=0, kind="thinking", text=thinking, generation=run)
    reply.parts.create(position=1, kind="answer", text=answer, generation=run)
    return reply


@pytest.fixture
def versions(alice: User) -> list[Message]:
    conversation = Conversation.objects.create(owner=alice, title="Rounding")
    question = conversation.messages.create(role=Message.Role.USER)
    question.parts.create(position=0, kind="question", text="Which rule?")
    usage = {"completion_tokens": 300, "reasoning_tokens": 200}
    made = [
        version(
            question,
            1,
            "Use largest remainder. Give the cent to the first.",
            "The user asks about cents.\n\nBankers rounding then.",
            settings={"thinking": "auto", "temperature": 0.3},
            thinking_ms=28_000,
            usage=usage,
            estimated=False,
        ),
        version(
            question,
            2,
            "Use largest remainder with a <b>rotating</b> tie-break.",
            "The user asks about cents here.\n\nFloor everything.\n\nThen rotate.",
            settings={"thinking": "on", "temperature": 0.3},
            thinking_ms=41_000,
            usage=usage | {"completion_tokens": 429},
            estimated=False,
        ),
    ]
    conversation.leaf = made[1]
    conversation.save()
    return made


def page(client: Client, reply: Message, **query: str) -> str:
    return client.get(reverse("chat:compare", args=[reply.id]), query).content.decode()


def test_both_versions_stand_beside_each_other_with_what_differs(
    as_alice: Client, versions: list[Message]
) -> None:
    html = page(as_alice, versions[1])
    one, two = html.split('id="side-2"')
    assert re.findall("<del>([^<]+)", one) == [". Give the cent to the first"]
    assert "<ins>" not in one
    assert re.findall("<ins>([^<]+)", two) == ["with a &lt;b&gt;rotating&lt;/b&gt; tie-break"]
    assert "<del>" not in two
    assert "+46%" in two
    assert "+129%" in two
    assert "<dt>Thinking time</dt><dd>28 s</dd>" in one


def test_only_settings_that_differ_are_marked(as_alice: Client, versions: list[Message]) -> None:
    html = page(as_alice, versions[0])
    marked = re.findall(r'<div class="differs"><dt>([^<]+)', html)
    assert marked == ["Model", "Thinking"] * 2


def test_markup_of_a_model_stays_text_in_a_comparison(as_alice: Client, versions: list[Message]) -> None:
    assert "<b>rotating" not in page(as_alice, versions[0])


def test_a_reply_without_another_version_leads_back(as_alice: Client, versions: list[Message]) -> None:
    versions[1].delete()
    response = as_alice.get(reverse("chat:compare", args=[versions[0].id]))
    assert response["Location"] == reverse("chat:conversation", args=[versions[0].conversation_id])


def test_of_three_versions_any_two_can_be_chosen(as_alice: Client, versions: list[Message]) -> None:
    assert versions[0].parent is not None
    third = version(versions[0].parent, 3, "Neither.", "Hm.")
    html = page(as_alice, third, **{"with": str(versions[0].id)})
    assert re.findall(r"<h2>(Version \d)</h2>", html) == ["Version 1", "Version 3"]
    assert f"with={versions[1].id}" in html


def test_a_version_of_another_reply_is_not_found(as_alice: Client, versions: list[Message]) -> None:
    other = Conversation.objects.create(owner=versions[0].conversation.owner)
    question = other.messages.create(role=Message.Role.USER)
    stranger = version(question, 1, "Secret", "Secret")
    for named in (str(stranger.id), "nonsense"):
        url = reverse("chat:compare", args=[versions[0].id])
        assert as_alice.get(url, {"with": named}).status_code == 404


def test_keep_this_one_shows_it(as_alice: Client, versions: list[Message]) -> None:
    response = as_alice.post(reverse("chat:show", args=[versions[0].id]))
    assert response["Location"] == reverse("chat:conversation", args=[versions[0].conversation_id])
    assert Conversation.objects.get().leaf == versions[0]


# Marks


def test_marks_stand_around_words_and_never_around_tags() -> None:
    before, after = marked("<p>one <strong>two</strong> three</p>", "<p>one <strong>TWO</strong> four</p>")
    assert before == "<p>one <strong><del>two</del></strong> <del>three</del></p>"
    assert after == "<p>one <strong><ins>TWO</ins></strong> <ins>four</ins></p>"


def test_an_entity_is_never_cut() -> None:
    assert marked("<p>a &lt;b&gt;</p>", "<p>a &amp;b</p>")[1] == "<p>a <ins>&amp;</ins>b</p>"


def test_a_formula_is_one_word_and_a_control_is_none() -> None:
    before = '<p><math><mi>x</mi></math></p><button type="button">Copy</button>'
    after = '<p><math><mi>y</mi></math></p><button type="button">Other</button>'
    assert marked(before, after)[0] == (
        '<p><del><math><mi>x</mi></math></del></p><button type="button">Copy</button>'
    )


@pytest.mark.parametrize("other", ["", "Something else altogether", "| a | b |\n|---|---|\n| 3 | 4 |"])
def test_without_its_marks_an_answer_is_as_it_was(other: str) -> None:
    text = "# Title\n\nA `x < y` & **bold** [link](https://example.com/?a=1&b=2)"
    text += "\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    text += '\n\n```python\nprint("a > b")\n```\n\n$x^2$'
    before, after = ("".join(render_answer(each)) for each in (text, other))
    for html, plain in zip(marked(before, after), (before, after), strict=True):
        assert re.sub("</?(?:ins|del)>", "", html) == plain


# Steps and numbers


def step(number: int, text: str) -> Step:
    return Step(number, "working", "Working", "pencil-line", text[:20], text, 10)


def test_steps_that_stand_for_each_other_stand_level() -> None:
    before = [step(1, "The user asks about the odd cent"), step(2, "Check the drift of ten thousand")]
    after = [
        step(1, "The user asks about one odd cent"),
        step(2, "Bankers rounding is no help"),
        step(3, "Check the drift of ten thousand"),
    ]
    old, new = paired(before, after)
    assert [(row.step and row.step.number, row.mark, row.other) for row in old] == [
        (1, "differs", 1),
        (None, "only", None),
        (2, "same", 3),
    ]
    assert [row.mark for row in new] == ["differs", "only", "same"]


def test_a_change_is_told_from_what_is_not_known() -> None:
    before = Totals(thinking_ms=1000, total_ms=2000, tokens=10, thinking_tokens=None, estimated=False)
    after = Totals(thinking_ms=500, total_ms=2000, tokens=None, thinking_tokens=5, estimated=False)
    shown = {number.name: (number.value, number.change) for number in numbers_of(after, before)}
    assert shown["Thinking time"] == ("under 1 s", "−50%")
    assert shown["Time in all"] == ("2 s", "")
    assert shown["Answer"] == ("Not known", "")
    assert shown["Cost"] == ("Not known", "")
