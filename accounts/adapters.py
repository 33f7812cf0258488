"""How allauth signs people up here: through our policy, in one transaction, whatever the way in."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPException
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from accounts import admission, setup
from accounts.models import User

INVITATION = "invitation"
"""The session's key for the token of the invitation that the browser came with."""

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        try:
            admission.check(request.session.get(INVITATION, ""))
        except admission.Refused:
            return False
        return True

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        with _admission(request, user, form.cleaned_data.get("setup_code", "")):
            super().save_user(request, user, form, commit=True)
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where the way to it began, which says that it worked."""
        return reverse("chat:settings")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the outermost trusted proxy saw; a request past the proxies has its own."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            return str(request.META["REMOTE_ADDR"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down costs the mail and not the request."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            logger.exception("mail could not be sent: %s", template_prefix)
            messages.error(self.request, "The e-mail could not be sent. Try again later.")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """The set-up code can only be asked for in a form."""
        return not setup.needs_code() and super().is_auto_signup_allowed(request, sociallogin)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        if form is not None:
            with transaction.atomic():
                super().save_user(request, sociallogin, form)
        else:
            with _admission(request, sociallogin.user, ""):
                super().save_user(request, sociallogin)
        user: User = sociallogin.user
        return user

    def get_requests_session(self) -> requests.Session:
        """An identity server that does not answer costs the sign-in, with a sentence."""
        session: requests.Session = super().get_requests_session()
        ask = session.request

        def ask_or_explain(*args: Any, **kwargs: Any) -> requests.Response:
            try:
                return ask(*args, **kwargs)
            except requests.RequestException as error:
                logger.warning("the identity server did not answer: %s", type(error).__name__)
                messages.error(self.request, "The identity server did not answer. Try again later.")
                raise ImmediateHttpResponse(redirect("account_login")) from error

        session.request = ask_or_explain  # type: ignore[method-assign]
        return session


@contextmanager
def _admission(request: HttpRequest, user: User, setup_code: str) -> Iterator[None]:
    """Makes an account inside, admits it, and undoes it all if it may not be."""
    try:
        with transaction.atomic():
            yield
            admission.admit(user, invitation=request.session.get(INVITATION, ""), setup_code=setup_code)
    except admission.Refused as refusal:
        _turn_back(request, str(refusal))
    except IntegrityError:
        _turn_back(request, "That username has just been taken. Choose another one.")
    request.session.pop(INVITATION, None)


def _turn_back(request: HttpRequest, sentence: str) -> None:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("account_signup"))
