"""What the account pages ask of the server."""

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context

from accounts import admission, second_factor
from accounts.adapters import INVITATION
from accounts.models import User

register = template.Library()


@register.simple_tag
def sends_mail() -> bool:
    return bool(settings.EMAIL_URL)


@register.simple_tag
def lost_second_factor(user: User) -> bool:
    return second_factor.is_lost(user)


@register.simple_tag(takes_context=True)
def why_not_sign_up(context: Context) -> str:
    """The sentence that says why sign-up is refused, or nothing where it is not."""
    request: HttpRequest = context["request"]
    try:
        admission.check(request.session.get(INVITATION, ""))
    except admission.Refused as refusal:
        return str(refusal)
    return ""
