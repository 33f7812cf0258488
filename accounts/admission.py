"""Who may sign up: the policy SIGNUP, `open`, `invite` or `closed`, and the first account before it."""

from typing import Final

from django.conf import settings
from django.db import transaction

from accounts import invitations, setup
from accounts.models import User

CLOSED: Final = "This server takes no new accounts. Ask its administrator if you need one."
UNINVITED: Final = "Signing up here needs an invitation. Ask an administrator for a link."
SPENT: Final = "This invitation has been used or has expired. Ask an administrator for a new link."
WRONG_CODE: Final = "This is not the set-up code. It was printed when the server started."


class Refused(Exception):
    """May not sign up. `str()` is the sentence that says why."""


def check(invitation: str) -> None:
    """Raises Refused if nobody may sign up who comes with this invitation's token, or with none."""
    if settings.SIGNUP == "open" or setup.needed():
        return
    if settings.SIGNUP == "closed":
        raise Refused(CLOSED)
    if not invitation:
        raise Refused(UNINVITED)
    if not invitations.is_good(invitation):
        raise Refused(SPENT)


def admit(user: User, *, invitation: str, setup_code: str) -> None:
    """Decides on an account that was made in this transaction. Raises Refused, to roll it back."""
    if setup.claim(user):
        if not settings.LOCAL_TRIAL and not setup.accepts(setup_code):
            raise Refused(WRONG_CODE)
        transaction.on_commit(setup.forget_code)
    elif settings.SIGNUP == "closed":
        raise Refused(CLOSED)
    elif settings.SIGNUP == "invite" and not invitations.use(invitation, user):
        raise Refused(SPENT if invitation else UNINVITED)
