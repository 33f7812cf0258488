"""A small form: in a dialog over the page that asked for it, or on a page of its own without scripts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from chat.views.signed_in import SignedIn


def sheet(
    request: SignedIn, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {"sheet": template, "title": title, **context}
    page = "chat/_sheet.html" if request.htmx else "chat/sheet.html"
    return render(request, page, context, status=status)
