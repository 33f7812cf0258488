"""Folders and the archive: chats are put away and found again, and none is lost."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from chat.models import Conversation, Folder
from chat.views.sidebar import FEW

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def chat_of(owner: User, title: str, **fields: object) -> Conversation:
    return Conversation.objects.create(owner=owner, title=title, **fields)


def post(client: Client, view: str, *args: object, **form: object) -> str:
    response = client.post(reverse(f"chat:{view}", args=args), form, headers=HTMX)
    assert response.status_code == 200, response.content
    return response.content.decode()


def groups(html: str) -> dict[str, list[str]]:
    """The titles below each heading; what is in a folder below its name."""
    found: dict[str, list[str]] = {}
    place = ""
    pattern = (
        r"<h2[^>]*>([^<]+)|class=\"name\" title=\"([^\"]*)\"|data-conversation|title=\"([^\"]*)\" data-conv"
    )
    for heading, folder, title in re.findall(pattern, html):
        if heading or folder:
            place = (heading or folder).strip()
            found[place] = []
        elif title:
            found[place].append(title)
    return found


def test_naming_a_folder_while_moving_makes_it(alice: User, as_alice: Client) -> None:
    sheep, cows = chat_of(alice, "Sheep"), chat_of(alice, "Cows")
    html = post(as_alice, "move", sheep.id, name="  The   farm ")
    assert groups(html) == {"Folders": [], "The farm": ["Sheep"], "Today": ["Cows"]}
    farm = Folder.objects.get()
    assert groups(post(as_alice, "move", cows.id, folder=farm.id))["The farm"] == ["Cows", "Sheep"]
    assert groups(post(as_alice, "move", cows.id, name="The farm"))["The farm"] == ["Cows", "Sheep"]
    assert Folder.objects.count() == 1
    assert groups(post(as_alice, "move", sheep.id, folder=""))["Today"] == ["Sheep"]


def test_a_closed_folder_says_how_many_are_in_it_and_lists_none(alice: User, as_alice: Client) -> None:
    farm = Folder.objects.create(owner=alice, name="Farm")
    for number in range(3):
        chat_of(alice, f"Sheep {number}", folder=farm)
    html = post(as_alice, "folder_unfold", farm.id, open="off")
    assert groups(html)["Farm"] == []
    assert 'aria-expanded="false"' in html
    assert re.search(r"Chats: </span>3<", html)
    assert len(groups(post(as_alice, "folder_unfold", farm.id, open="on"))["Farm"]) == 3


def test_a_folder_with_many_chats_lists_the_newest_and_then_more(alice: User, as_alice: Client) -> None:
    farm = Folder.objects.create(owner=alice, name="Farm")
    for number in range(FEW + 5):
        chat_of(alice, f"Sheep {number}", folder=farm)
    html = as_alice.get(reverse("chat:sidebar")).content.decode()
    assert groups(html)["Farm"] == [f"Sheep {number}" for number in range(FEW + 4, 4, -1)]
    assert "Show older chats" in html
    html = as_alice.get(reverse("chat:sidebar"), {"shown": FEW * 3}).content.decode()
    assert len(groups(html)["Farm"]) == FEW + 5


def test_deleting_a_folder_keeps_its_chats(alice: User, as_alice: Client) -> None:
    farm = Folder.objects.create(owner=alice, name="Farm")
    chat_of(alice, "Sheep", folder=farm)
    assert groups(post(as_alice, "folder_delete", farm.id)) == {"Today": ["Sheep"]}


def test_a_folder_is_renamed_but_not_to_the_name_of_another(alice: User, as_alice: Client) -> None:
    farm = Folder.objects.create(owner=alice, name="Farm")
    Folder.objects.create(owner=alice, name="Town")
    assert "Meadow" in groups(post(as_alice, "folder_rename", farm.id, title="Meadow"))
    response = as_alice.post(reverse("chat:folder_rename", args=[farm.id]), {"title": "Town"}, headers=HTMX)
    assert response.status_code == 422
    assert "Choose another name" in response.content.decode()
    assert Folder.objects.get(id=farm.id).name == "Meadow"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_cannot_be_used_is_refused_with_a_sentence(as_alice: Client, name: str) -> None:
    response = as_alice.post(reverse("chat:folders"), {"name": name}, headers=HTMX)
    assert response.status_code == 422
    assert response.content.decode().endswith(".")
    assert not Folder.objects.exists()


def test_nobody_moves_a_chat_into_the_folder_of_another(alice: User, as_alice: Client, charlie: User) -> None:
    theirs = Folder.objects.create(owner=charlie, name="Charlie's")
    sheep = chat_of(alice, "Sheep")
    response = as_alice.post(reverse("chat:move", args=[sheep.id]), {"folder": theirs.id}, headers=HTMX)
    assert response.status_code == 404
    sheep.refresh_from_db()
    assert sheep.folder_id is None


def test_an_archived_chat_leaves_every_list_and_comes_back(alice: User, as_alice: Client) -> None:
    farm = Folder.objects.create(owner=alice, name="Farm")
    sheep = chat_of(alice, "Sheep", folder=farm)
    html = post(as_alice, "archive", sheep.id)
    assert groups(html) == {"Folders": [], "Farm": []}
    assert "Archived “Sheep”" in html
    assert re.search(r'Archived</span><span class="badge">1<', html)
    assert "Sheep" in as_alice.get(reverse("chat:archived")).content.decode()
    assert as_alice.get(reverse("chat:conversation", args=[sheep.id])).status_code == 200
    html = post(as_alice, "archive", sheep.id, archived="off")
    assert groups(html)["Farm"] == ["Sheep"]
    assert 'class="badge">1</span></a>' not in html


def test_the_archive_is_the_reader_s_own_and_comes_in_pages(
    alice: User, as_alice: Client, as_charlie: Client
) -> None:
    for number in range(53):
        chat_of(alice, f"Sheep {number}", archived_at=timezone.now())
    first = as_alice.get(reverse("chat:archived")).content.decode()
    assert "Sheep 52" in first
    assert "Sheep 2<" not in first
    assert "Sheep 2<" in as_alice.get(reverse("chat:archived"), {"page": 2}).content.decode()
    assert "Sheep" not in as_charlie.get(reverse("chat:archived")).content.decode()


def test_empty_groups_are_absent(as_alice: Client) -> None:
    assert groups(as_alice.get(reverse("chat:sidebar")).content.decode()) == {}


@pytest.mark.parametrize("name", ["move", "rename", "export"])
def test_forms_are_a_sheet_for_htmx_and_a_page_without_scripts(
    alice: User, as_alice: Client, name: str
) -> None:
    address = reverse(f"chat:{name}", args=[chat_of(alice, "Sheep").id])
    assert "<html" not in as_alice.get(address, headers=HTMX).content.decode()
    page = as_alice.get(address).content.decode()
    assert "<html" in page
    assert 'method="' in page


def test_names_and_titles_do_not_turn_the_direction_of_what_follows(alice: User, as_alice: Client) -> None:
    conversation = Conversation.objects.create(owner=alice, title="Sheep")
    as_alice.post(reverse("chat:rename", args=[conversation.id]), {"title": "\u202egnp.exe"})
    as_alice.post(reverse("chat:move", args=[conversation.id]), {"name": "\u2067Farm\u2069"})
    conversation.refresh_from_db()
    assert conversation.title == "gnp.exe"
    assert conversation.folder is not None
    assert conversation.folder.name == "Farm"
