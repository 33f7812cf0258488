"""Giving and choosing a password: the same words for it on every page."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as BaseResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as BaseSetPasswordForm
from django import forms

RULES = "At least 8 characters, and not one of the commonest."


class PlainRules(forms.Form):
    """The rules of a new password in one line, and the focus where one begins to type."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password1" in self.fields:
            self.fields["password1"].help_text = RULES
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True


class ChangePasswordForm(PlainRules, BaseChangePasswordForm):
    pass


class SetPasswordForm(PlainRules, BaseSetPasswordForm):
    pass


class ResetPasswordForm(PlainRules, BaseResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainRules, BaseResetPasswordKeyForm):
    pass


class ConfirmPasswordForm(PlainRules, BaseReauthenticateForm):
    pass
