"""Sign-in with an organisation's own identity server (OpenID Connect), from `OIDC_…`."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

PROVIDER_ID = "oidc"


def identity_servers(secret: Callable[[str], str], text: Callable[[str], str]) -> list[dict[str, Any]]:
    """allauth's OpenID Connect apps: one where `OIDC_CLIENT_ID` is set, else none.

    `secret` and `text` read a variable of the environment. Raises ImproperlyConfigured where the
    client is set and its secret or server is not. The address to register with the identity server
    is `/accounts/oidc/oidc/login/callback/`.
    """
    client, server = text("OIDC_CLIENT_ID"), text("OIDC_SERVER_URL")
    if not client:
        return []
    key = secret("OIDC_CLIENT_SECRET")
    if not key or not server.startswith(("https://", "http://")):
        raise ImproperlyConfigured(
            "OIDC_CLIENT_ID is set; set OIDC_CLIENT_SECRET and OIDC_SERVER_URL (https://…) too, or unset it."
        )
    return [
        {
            "provider_id": PROVIDER_ID,
            "name": text("OIDC_NAME") or "single sign-on",
            "client_id": client,
            "secret": key,
            "settings": {"server_url": server, "oauth_pkce_enabled": True},
        }
    ]
