"""The door of an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.adapters import INVITATION


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Remembers the token and goes on to sign-up, which judges it; so a link preview spends nothing."""
    request.session[INVITATION] = token
    return redirect("account_signup")
