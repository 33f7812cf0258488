"""The glyphs of the sprite."""

from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@cache
def icon(name: str, css: str = "") -> SafeString:
    """Decorative: what it means is said by the control around it."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css, static("icons.svg"), name
    )
