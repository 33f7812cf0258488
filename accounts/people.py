"""The administrators' page of people: who is here, suspending, and links to hand out."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import get_reset_password_from_key_url
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import invitations, second_factor, sessions
from accounts.models import User

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def administrators_only[**P](view: View[P]) -> View[P]:
    """To everybody else the page does not exist."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@administrators_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return _page(request)


@administrators_only
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    path = reverse("accounts:invitation", args=[invitations.make(request.user)])
    return _page(
        request,
        link=request.build_absolute_uri(path),
        says="This link lets one person sign up, once, within 7 days. It is shown only now.",
    )


@administrators_only
@require_POST
def reset_link(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id, is_active=True)
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    return _page(
        request,
        link=get_reset_password_from_key_url(request, key),
        says=f"This link lets {user} choose a new password, once, within {days} days. It is shown only now.",
    )


@administrators_only
@require_POST
def suspend(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    if user == request.user:
        messages.error(request, "You cannot suspend yourself.")
    else:
        sessions.suspend(user)
        messages.success(request, f"{user} is suspended and has been signed out everywhere.")
    return redirect("accounts:people")


@administrators_only
@require_POST
def reinstate(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    sessions.reinstate(user)
    messages.success(request, f"{user} can sign in again.")
    return redirect("accounts:people")


@administrators_only
@require_POST
def remove_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    second_factor.remove(user)
    messages.success(request, f"{user} now signs in with the password alone.")
    return redirect("accounts:people")


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    everybody = User.objects.order_by("-is_active", "username").annotate(
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    )
    return render(request, "account/people.html", {"people": everybody, **context})
