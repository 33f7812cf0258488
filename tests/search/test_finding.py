"""Who finds what, how it is shown, and where a hit leads."""

from datetime import timedelta
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message
from chat.search.hits import FEW, MORE, hits_of
from chat.search.query import parse
from chat.search.rebuilding import index_everything, rebuild
from tests.search.documents import found, groups, make_chat, make_reply, marked

pytestmark = pytest.mark.django_db

SHEEP = {"question": "How many sheep are left?", "thinking": "Seventeen sheep, hm.", "answer": "Nine sheep."}


def search(client: Client, **query: str) -> str:
    response = client.get(reverse("chat:search"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_each_group_has_what_belongs_there(alice: User) -> None:
    make_chat(alice, "Counting sheep", **SHEEP)
    assert groups(alice, "sheep") == ["chats", "answers", "thinking"]
    assert [marked(hit) for hit in found(alice, "sheep")] == [
        "How many [sheep] are left?",
        "Nine [sheep].",
        "Seventeen [sheep], hm.",
    ]


def test_a_filter_asks_for_some_of_them(alice: User) -> None:
    make_chat(alice, "Counting sheep", **SHEEP)
    assert groups(alice, "in:thinking sheep") == ["thinking"]
    assert groups(alice, "sheep in:answer") == ["answers"]
    assert groups(alice, "IN:chats in:answers sheep") == ["chats", "answers"]
    assert groups(alice, "in:meadow sheep") == [], "a filter that is none is looked for"


def test_a_chat_is_found_once_by_its_title_or_a_question(alice: User) -> None:
    sheep = make_chat(alice, "Sheep", question="How many sheep?")
    [hit] = found(alice, "sheep", "chats")
    assert hit.address == f"/c/{sheep.id}/#turn-{sheep.messages.get(role='user').id}"
    actions.rename(sheep, "Goats")
    index_everything()
    [hit] = found(alice, "goats")
    assert (hit.address, hit.excerpt) == (f"/c/{sheep.id}/", None)
    assert hit.title.pieces == [("Goats", True)]


def test_another_user_finds_nothing(alice: User, as_charlie: Client, charlie: User) -> None:
    make_chat(alice, "Counting sheep", **SHEEP)
    assert found(alice, "sheep"), "there has to be something to keep from the outsider"
    for text in ("sheep", "model:puppet", "in:answer", "-goat", "after:2000"):
        assert found(charlie, text) == []
        page = search(as_charlie, q=text)
        assert "Nothing found" in page
        assert not any(hers in page for hers in ("Counting", "How many", "Seventeen", "Nine", "/c/"))


def test_someone_suspended_finds_nothing(alice: User) -> None:
    make_chat(alice, **SHEEP)
    alice.is_active = False
    assert found(alice, "sheep") == []


def test_a_deleted_chat_is_not_found_until_it_is_restored(alice: User) -> None:
    sheep = make_chat(alice, "Sheep", **SHEEP)
    actions.delete(sheep)
    assert found(alice, "sheep") == []
    actions.restore(sheep)
    assert len(found(alice, "sheep")) == 3


def test_a_model_and_a_day_narrow_it_down(alice: User) -> None:
    old = make_chat(alice, answer="Old sheep.", model="Thinker 2")
    make_chat(alice, answer="New sheep.", model="Other")
    Message.objects.filter(conversation=old).update(created_at=timezone.now() - timedelta(days=400))
    rebuild()
    day = (timezone.now() - timedelta(days=30)).date().isoformat()
    assert [marked(hit) for hit in found(alice, f"sheep before:{day}")] == ["Old [sheep]."]
    assert [marked(hit) for hit in found(alice, f"sheep after:{day}")] == ["New [sheep]."]
    assert [marked(hit) for hit in found(alice, "sheep model:thinker")] == ["Old [sheep]."]
    assert [marked(hit) for hit in found(alice, 'sheep model:"THINKER 2"')] == ["Old [sheep]."]
    assert [marked(hit) for hit in found(alice, "model:other in:answers")] == ["New sheep."]
    assert found(alice, "sheep model:nobody") == []


def test_a_place_in_thinking_is_that_of_the_first_match(alice: User) -> None:
    before = "Okay 😀.\n\n" + "Nothing here, ½ of it. " * 200 + "\n\n"
    sheep = make_chat(alice, thinking=before + "Now the sheep come.", answer="Nine.")
    reply = sheep.messages.get(role="assistant")
    reply.parts.create(position=6, kind="thinking", text="")
    reply.parts.create(position=7, kind="thinking", text="Again: the goats.")
    index_everything()
    raw = before + "Now the sheep come." + "\n\n" + "Again: the goats."
    for word in ("sheep", "goats"):
        [hit] = found(alice, word)
        assert hit.address == f"/c/{sheep.id}/#t-{reply.id}.{raw.index(word)}"


def test_a_hit_on_another_branch_leads_to_that_branch_which_is_not_switched_to(
    alice: User, as_alice: Client
) -> None:
    chat = make_chat(alice, question="Sheep?", answer="The shown one.")
    other = make_reply(chat.messages.get(role="user"), answer="The hidden one.")
    index_everything()
    [hit] = found(alice, "hidden")
    assert hit.address == f"/c/{chat.id}/?show={other.id}#answer-{other.id}"
    page = as_alice.get(hit.address.partition("#")[0]).content.decode()
    assert "The hidden one." in page
    assert "The shown one." not in page
    assert "Go on from this one" in page
    assert "The shown one." in as_alice.get(f"/c/{chat.id}/").content.decode()
    [shown] = found(alice, "shown")
    assert "?show=" not in shown.address
    same = as_alice.get(f"/c/{chat.id}/?show={chat.leaf_id}").content.decode()
    assert 'id="message"' in same, "the branch that is shown is an ordinary page"


def test_no_page_shows_a_message_of_another_chat(alice: User, as_alice: Client, as_charlie: Client) -> None:
    chat, other = make_chat(alice, answer="One."), make_chat(alice, answer="Two.")
    for strange in (str(other.leaf_id), "nonsense", ""):
        assert as_alice.get(f"/c/{chat.id}/?show={strange}").status_code == 404
    assert as_charlie.get(f"/c/{chat.id}/?show={chat.leaf_id}").status_code == 404


def test_a_dozen_words_around_it_are_shown(alice: User) -> None:
    make_chat(alice, answer="far away " * 30 + "a lost sheep stood here " + "and beyond " * 30)
    [hit] = found(alice, "sheep lost")
    text = marked(hit)
    assert text.startswith("…")
    assert text.endswith("…")
    assert "[lost] [sheep]" in text
    assert 10 <= len(text.split()) <= 14


def test_the_words_shown_have_all_that_was_looked_for_where_they_stand_together(alice: User) -> None:
    make_chat(alice, answer="the the them then. " + "Filler words. " * 20 + "Now **the** `invoice` comes.")
    assert marked(found(alice, "the invoice")[0]).endswith("Now [the] [invoice] comes.")


def test_chinese_words_are_found_and_marked_without_spaces(alice: User) -> None:
    make_chat(alice, answer="我们使用银行家舍入法，" * 9 + "然后检查结果。")
    assert "[检查]结果" in marked(found(alice, "检查")[0])
    assert "[结]果" in marked(found(alice, "结")[0]) or "[结果]" in marked(found(alice, "结")[0])
    assert found(alice, "查检") == []


def test_what_is_found_is_text_and_never_markup(alice: User, as_alice: Client) -> None:
    make_chat(alice, "<b>sheep</b>", answer='<img src=x onerror="alert(1)"> sheep <script>')
    page = search(as_alice, q='sheep "><script>')
    assert "<script>" not in page.replace('<script type="module"', "").replace("<script src", "")
    page = search(as_alice, q="sheep")
    assert "<img" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; <mark>sheep</mark>" in page
    assert "&lt;b&gt;<mark>sheep</mark>&lt;/b&gt;" in page


def test_a_page_shows_few_of_each_and_more_when_asked(alice: User, as_alice: Client) -> None:
    for number in range(FEW + 3):
        make_chat(alice, answer=f"Sheep number {number}.")
    assert search(as_alice, q="sheep").count("<mark>") == FEW
    more = search(as_alice, q="sheep", group="answers", shown=str(MORE))
    assert more.count("<mark>") == FEW + 3
    assert "More in" not in more
    for shown in ("", "-1", "²", "9" * 30, "5"):
        search(as_alice, q="sheep", group="answers", shown=shown)
    search(as_alice, q="sheep", group="nonsense")


def test_the_dialog_gets_options(alice: User, as_alice: Client) -> None:
    make_chat(alice, "Counting sheep", **SHEEP)
    page = as_alice.get(reverse("chat:search_hits"), {"q": "sheep"}).content.decode()
    assert page.count('role="option"') == 3
    assert "Nothing found" in as_alice.get(reverse("chat:search_hits"), {"q": "goats"}).content.decode()
    assert as_alice.get(reverse("chat:search_hits")).content.decode().strip() == ""


def test_nothing_that_is_typed_is_an_error(alice: User, as_alice: Client) -> None:
    make_chat(alice, "Counting sheep", **SHEEP)
    texts = (
        '"',
        "(",
        "NEAR(",
        "*",
        "a* b*",
        "\x00",
        "😀",
        "x" * 9000,
        "\ud800",
        "in:",
        "-",
        "' OR 1=1 --",
        "%",
    )
    for text in texts:
        encoded = quote_from_bytes(text.encode("utf-8", "surrogatepass"))
        assert as_alice.get(f"/search/?q={encoded}").status_code == 200
        assert as_alice.get(f"/search/hits/?q={encoded}").status_code == 200


def test_a_chat_that_is_purged_takes_its_words_along(alice: User) -> None:
    chat = make_chat(alice, "Sheep", **SHEEP)
    Conversation.objects.filter(id=chat.id).delete()
    other = make_chat(alice, "Another", answer="sheep")
    assert [hit.address for hit in found(alice, "sheep")] == [f"/c/{other.id}/#answer-{other.leaf_id}"]
    assert [hits.more for hits in hits_of(alice, parse("sheep"))] == [None]
