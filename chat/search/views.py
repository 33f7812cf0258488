"""The page of a search, which works without JavaScript, and what the dialog shows of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat.search.hits import FEW, MORE, MOST, group_named, hits_of
from chat.search.index import something_is_new
from chat.search.query import parse
from chat.views.signed_in import SignedIn


@login_required
@require_GET
def page(request: SignedIn) -> HttpResponse:
    """`group` and `shown` ask for more of one group."""
    group = group_named(request.GET.get("group", ""))
    return render(request, "search/page.html", _found(request, group, _shown(request) if group else FEW))


@login_required
@require_GET
def hits(request: SignedIn) -> HttpResponse:
    return render(request, "search/_options.html", _found(request))


def _found(request: SignedIn, group: Any = None, shown: int = FEW) -> dict[str, Any]:
    query = parse(request.GET.get("q", ""))
    return {
        "query": query,
        "group": group,
        "groups": hits_of(request.user, query, group, shown),
        "indexing": something_is_new(request.user),
    }


def _shown(request: SignedIn) -> int:
    text = request.GET.get("shown", "")
    return min(max(int(text), FEW), MOST) if text.isascii() and text.isdigit() and len(text) < 9 else MORE
