"""NUL, which no one types and PostgreSQL refuses in any text: it is taken out of every form and query.

It comes with what people paste. Here it is met before any view, so that none has to think of it.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


class WithoutNul:
    """Middleware. An address with a NUL in it names nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """After the check of the form's token: this reads the form."""
        if NUL in request.path:
            raise Http404
        request.GET = without_nul(request.GET)  # type: ignore[assignment]
        request.POST = without_nul(request.POST)  # type: ignore[assignment]


def without_nul(form: QueryDict) -> QueryDict:
    if not any(NUL in value for _, values in form.lists() for value in values):
        return form
    cleaned = form.copy()
    for name, values in form.lists():
        cleaned.setlist(name, [value.replace(NUL, "") for value in values])
    return cleaned
