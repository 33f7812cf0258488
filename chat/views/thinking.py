"""A reply's thinking: the steps that a page has not drawn yet, and all of it as plain text."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat import access
from chat.statistics import as_csv, statistics_of
from chat.traces import echoes_of, more_steps, raw_thinking, replay_of
from chat.views.signed_in import SignedIn


@login_required
@require_GET
def steps(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The text of the steps `from` a number on, of one `part`: the next page of them, or `all`."""
    message = access.reply_for(request.user, message_id)
    position, first = _number(request, "part", 0), _number(request, "from", 1)
    part = more_steps(message, position, first, everything="all" in request.GET)
    return render(request, "chat/_more.html", {"part": part, "message_id": message_id})


@login_required
@require_GET
def echoes(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """Links from what the answer says to the steps where that also stands."""
    message = access.reply_for(request.user, message_id)
    return render(request, "chat/_echoes.html", {"echoes": echoes_of(message)})


@login_required
@require_GET
def statistics(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The steps as a table: of a dialog, of a page of its own, or as CSV."""
    message = access.reply_for(request.user, message_id)
    table = statistics_of(message)
    if request.GET.get("as") == "csv":
        headers = {"Content-Disposition": 'attachment; filename="steps.csv"'}
        return HttpResponse(as_csv(table), content_type="text/csv; charset=utf-8", headers=headers)
    template = "chat/_statistics.html" if request.htmx else "chat/statistics.html"
    return render(request, template, {"table": table, "message": message})


@login_required
@require_GET
def pace(request: SignedIn, message_id: uuid.UUID) -> JsonResponse:
    """When the thinking arrived, for a replay."""
    message = access.reply_for(request.user, message_id)
    return JsonResponse(replay_of(message)._asdict())


@login_required
@require_GET
def plain(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """Every character as the model wrote it."""
    text = raw_thinking(access.reply_for(request.user, message_id))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    """Raises Http404 for what is no number."""
    text = request.GET.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Http404
    return int(text)
