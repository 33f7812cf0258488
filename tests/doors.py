"""Every address, who may pass there, and what is tried at it. `test_doors.py` holds it against the
URL configuration: an address or a method that is not here fails the tests until someone decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.urls import URLPattern, URLResolver, get_resolver

type Who = Literal["anyone", "oneself", "owner", "administrator"]
"""`anyone`: also nobody. `oneself`: whoever is signed in, about themselves alone. `owner`: whoever owns
what the address names; to others it does not exist.
"""


@dataclass(frozen=True, slots=True)
class Door:
    """`methods`: each one that is served, with a form that would have an effect."""

    who: Who
    methods: Mapping[str, Mapping[str, str]]
    deleted: bool = False
    """Whether it is about a conversation that was deleted."""
    unanswered: bool = False
    """Whether it is about a reply that has only thought."""
    queued: bool = False
    """Whether it is about one in which a message waits to be sent."""


def reads(who: Who) -> Door:
    return Door(who, {"GET": {}})


def does(
    who: Who, *, deleted: bool = False, unanswered: bool = False, queued: bool = False, **form: str
) -> Door:
    return Door(who, {"POST": form}, deleted, unanswered, queued)


def both(who: Who) -> Door:
    return Door(who, {"GET": {}, "POST": {}})


OURS = {
    "live": reads("anyone"),
    "ready": reads("anyone"),
    "chat:new": reads("oneself"),
    "chat:start": does("oneself", text="And the cows?"),
    "chat:sidebar": reads("oneself"),
    "chat:search": reads("oneself"),
    "chat:search_hits": reads("oneself"),
    "chat:settings": reads("oneself"),
    "chat:recommended": does("oneself"),
    "chat:key": does("oneself", key="sk-charlie-0123"),
    "chat:key_test": does("oneself"),
    "chat:key_delete": does("oneself"),
    "chat:preference": does("oneself", theme="light"),
    "chat:conversation": reads("owner"),
    "chat:turns": Door("owner", {"GET": {"after": "{message_id}"}}),
    "chat:send": does("owner", text="And the cows?"),
    "chat:menu": reads("owner"),
    "chat:rename": Door("owner", {"GET": {}, "POST": {"title": "Mine now"}}),
    "chat:move": Door("owner", {"GET": {}, "POST": {"name": "Mine"}}),
    "chat:archive": does("owner"),
    "chat:export": Door("owner", {"GET": {"as": "json", "thinking": "on"}}),
    "chat:archived": reads("oneself"),
    "chat:folders": Door("oneself", {"GET": {}, "POST": {"name": "Sheep"}}),
    "chat:folder_rename": does("owner", title="Mine now"),
    "chat:folder_unfold": does("owner", open="off"),
    "chat:folder_delete": does("owner"),
    "chat:pin": does("owner"),
    "chat:delete": does("owner"),
    "chat:restore": does("owner", deleted=True),
    "chat:draft": does("owner", text="Scribble"),
    "chat:message": reads("owner"),
    "chat:text": Door("owner", {"GET": {"of": "both"}}),
    "chat:steps": reads("owner"),
    "chat:pace": reads("owner"),
    "chat:thinking": reads("owner"),
    "chat:echoes": reads("owner"),
    "chat:statistics": reads("owner"),
    "chat:stop": does("owner"),
    "chat:now": does("owner"),
    "chat:retry": does("owner"),
    "chat:continue": does("owner"),
    "chat:answer": does("owner", unanswered=True),
    "chat:answer_now": does("owner"),
    "chat:show": does("owner"),
    "chat:again": reads("owner"),
    "chat:edit": Door("owner", {"GET": {}, "POST": {"text": "How many goats?"}}),
    "chat:branch": does("owner"),
    "chat:compare": reads("owner"),
    "chat:queue": Door("owner", {"GET": {}, "POST": {"text": "And the cows?"}}),
    "chat:queue_edit": does("owner", queued=True),
    "chat:queue_remove": does("owner", queued=True),
    "chat:queue_send": does("owner", queued=True),
    "chat:wheel": does("owner", open="true"),
    "accounts:invitation": reads("anyone"),
    "accounts:people": reads("administrator"),
    "accounts:invite": does("administrator"),
    "accounts:suspend": does("administrator"),
    "accounts:reinstate": does("administrator"),
    "accounts:reset_link": does("administrator"),
    "accounts:remove_second_factor": does("administrator"),
}
ALLAUTH_FOR_ANYONE = """
    account_login account_inactive account_signup account_email_verification_sent account_reset_password
    account_reset_password_done account_reset_password_from_key account_reset_password_from_key_done
    account_confirm_email socialaccount_login_cancelled socialaccount_login_error
    openid_connect_login openid_connect_callback
    accounts/social/login/cancelled/ accounts/social/login/error/ accounts/social/signup/
    accounts/social/connections/
""".split()
ALLAUTH_FOR_ONESELF = """
    account_logout account_reauthenticate account_email account_change_password account_set_password
    account_confirm_login_code mfa_index mfa_authenticate mfa_reauthenticate mfa_activate_totp
    mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes
    mfa_list_webauthn mfa_add_webauthn mfa_reauthenticate_webauthn mfa_remove_webauthn
    mfa_edit_webauthn mfa_login_webauthn socialaccount_signup socialaccount_connections
""".split()
DOORS: dict[str, Door] = (
    OURS
    | {name: both("anyone") for name in ALLAUTH_FOR_ANYONE}
    | {name: both("oneself") for name in ALLAUTH_FOR_ONESELF}
)


def addresses() -> Iterator[tuple[str, str, set[str]]]:
    """Of each configured address its name (its route, where it has none), route, and parameters."""
    yield from _walk(get_resolver(), "", (), set())


def _walk(
    resolver: URLResolver, before: str, namespaces: tuple[str, ...], parameters: set[str]
) -> Iterator[tuple[str, str, set[str]]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        names = parameters | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            yield ":".join((*namespaces, pattern.name)) if pattern.name else route, route, names
        else:
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, route, inner, names)
