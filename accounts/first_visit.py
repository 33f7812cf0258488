"""The first visit to a server that nobody has an account on yet."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import setup


def sign_up_first[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Goes outside `login_required`: where nobody can sign in, whoever comes is sent to sign up."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        assert isinstance(request, HttpRequest)
        if not request.user.is_authenticated and setup.needed():
            return redirect("account_signup")
        return view(*args, **kwargs)

    return wrapped
