"""A conversation leaves as a file or as a page to print; first a look at what shall go along."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator

from django.contrib.auth.decorators import login_required
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from chat import access
from chat.db.threads import in_thread
from chat.exports import Export, file_name, json, markdown, printing
from chat.views.sheets import sheet
from chat.views.signed_in import SignedIn

FILES: dict[str, tuple[Callable[[Export], Iterator[str]], str, str]] = {
    "markdown": (markdown.pieces, "text/markdown; charset=utf-8", "md"),
    "json": (json.pieces, "application/json", "json"),
}
"""By format: its pieces, its type, and how its files' names end."""


@login_required
@require_GET
def export(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponseBase:
    """`as` names the format; without it, the choice. `thinking=on` takes the thinking along."""
    conversation = access.conversation_for(request.user, conversation_id)
    form = request.GET.get("as", "")
    if not form:
        sees_thinking = access.audience_of(request.user, conversation) == "full"
        context = {"conversation": conversation, "sees_thinking": sees_thinking}
        return sheet(request, "chat/_export.html", "Export", context)
    thinking = request.GET.get("thinking") == "on"
    exported = Export(conversation, access.audience_for_export(request.user, conversation, thinking=thinking))
    if form == "print":
        return _stream(request, printing.pieces(exported, request), "text/html; charset=utf-8")
    if form not in FILES:
        raise Http404
    pieces, kind, ending = FILES[form]
    response = _stream(request, pieces(exported), kind)
    name = file_name(str(conversation), ending)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _stream(request: HttpRequest, pieces: Iterator[str], kind: str) -> HttpResponse:
    sent = _in_threads(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(sent, content_type=kind)
    response["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


async def _in_threads(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The next piece is read when the one before has gone."""
    while (piece := await in_thread(next, pieces, None)) is not None:
        yield piece
