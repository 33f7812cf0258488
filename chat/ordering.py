"""How people keep their chats: in folders, or archived. Neither loses anything.

Each checks, writes in one transaction, and announces after the commit, as `chat/actions.py` does.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from chat import announcing
from chat.core.titles import without_overrides
from chat.models import Conversation, Folder
from chat.refusing import Refused

LONGEST_NAME = 80
MOST_FOLDERS = 200


def folder_called(user: User, name: str) -> Folder:
    """The user's folder of this name, which is made where there is none."""
    name = _usable(name)
    if user.folders.count() >= MOST_FOLDERS and not user.folders.filter(name=name).exists():
        raise Refused(f"You have {MOST_FOLDERS} folders. Delete one first.")
    folder, made = Folder.objects.get_or_create(owner=user, name=name)
    if made:
        announcing.sidebar_of_changed(user.pk)
    return folder


def rename_folder(folder: Folder, name: str) -> None:
    folder.name = _usable(name)
    try:
        with transaction.atomic():
            folder.save(update_fields=["name"])
    except IntegrityError:
        raise Refused(f"You have a folder called “{folder.name}” already. Choose another name.") from None
    announcing.sidebar_of_changed(folder.owner_id)


def delete_folder(folder: Folder) -> None:
    """Its chats stay, outside of any folder."""
    owner_id = folder.owner_id
    folder.delete()
    announcing.sidebar_of_changed(owner_id)


def unfold(folder: Folder, *, is_open: bool) -> None:
    """Lists in the sidebar what is in it, or only how much."""
    folder.is_open = is_open
    folder.save(update_fields=["is_open"])


def move(conversation: Conversation, folder: Folder | None) -> None:
    """Into a folder of its owner's, or out of any."""
    conversation.folder = folder
    conversation.save(update_fields=["folder"])
    announcing.sidebar_changed(conversation)


def archive(conversation: Conversation, *, archived: bool) -> None:
    """Takes it out of the lists, or back into them. It can be found and read all the same."""
    conversation.archived_at = timezone.now() if archived else None
    conversation.save(update_fields=["archived_at"])
    announcing.sidebar_changed(conversation)


def _usable(name: str) -> str:
    name = " ".join(without_overrides(name).split())
    if not name:
        raise Refused("Give the folder a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A folder's name has at most {LONGEST_NAME} characters.")
    return name
