"""What the account pages ask of the server."""

from allauth.mfa.models import Authenticator
from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.utils.safestring import SafeString

from accounts import admission, second_factor
from accounts.adapters import INVITATION
from accounts.models import User

register = template.Library()
OUR_WORDS = {"Email": "E-mail"}


@register.simple_tag
def sends_mail() -> bool:
    return bool(settings.EMAIL_URL)


@register.filter
def sentence_case(label: str) -> str:
    """`New Password (again)` as the rest of Workings writes it."""
    first, *others = OUR_WORDS.get(str(label), str(label)).split(" ")
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """A label says what a field is; a placeholder that repeats it only looks like a value."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def has_passkey(user: User) -> bool:
    return second_factor.has(user, Authenticator.Type.WEBAUTHN)


@register.filter
def has_app(user: User) -> bool:
    return second_factor.has(user, Authenticator.Type.TOTP)


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
