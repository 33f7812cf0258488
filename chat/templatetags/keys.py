"""Keys as they are written on the keyboard of whoever looks: `Ctrl+Shift+O`, on a Mac `⇧⌘O`."""

from django import template
from django.http import HttpRequest
from django.template.context import Context

register = template.Library()

ON_A_MAC = {"Shift": "⇧", "Ctrl": "⌘"}
"""In the order in which a Mac writes them."""


@register.simple_tag(takes_context=True)
def keys(context: Context, pressed: str) -> str:
    request: HttpRequest | None = context.get("request")
    agent = request.headers.get("User-Agent", "") if request else ""
    return _mac(pressed) if "Macintosh" in agent else pressed


def _mac(pressed: str) -> str:
    *held, last = pressed.split("+")
    return "".join(sign for key, sign in ON_A_MAC.items() if key in held) + last
