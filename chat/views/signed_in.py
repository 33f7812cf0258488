"""A request as the views of a chat get it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedIn(HttpRequest):
    """A request behind `login_required` and django-htmx's middleware."""

    user: User
    htmx: HtmxDetails
