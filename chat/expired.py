"""What a page is told that has outlived its session: a sentence, where a visitor gets the page to sign in.

A script that follows a redirect cannot tell that page from what it asked for, and would show, copy or
take for success what is neither.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

ENDED = "Your session has ended. Load this page again to sign in."
OUTDATED = "This page is from before you last signed in. Load it again."


def sentences_for_expired_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, after the one that tells which requests a script made. A 403 is about the form's token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.htmx:  # type: ignore[attr-defined]
            return response
        if response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL)):
            return _sentence(ENDED, 401)
        return _sentence(OUTDATED, 403) if response.status_code == 403 else response

    return middleware


def _sentence(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
