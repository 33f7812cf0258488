"""The sign-in and sign-up forms: fewer fields, plainer words."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.socialaccount.forms import SignupForm as BaseSocialSignupForm
from django import forms

from accounts import admission, setup
from accounts.password_forms import RULES


class LoginForm(BaseLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = "Username"
        login.help_text = "Or your e-mail address, if you gave one."
        login.widget.attrs |= {"autocomplete": "username", "autofocus": True}


class SetupCodeMixin(forms.Form):
    """Asks whoever makes the first account for the code that was printed at start."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "username" in self.fields:
            self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        if "email" in self.fields:
            self.fields["email"].label = "E-mail (optional)"
            self.fields["email"].help_text = "To get back in if you forget your password."
        if setup.needs_code():
            self.fields["setup_code"] = forms.CharField(
                label="Set-up code",
                help_text="Printed where the server was started. Whoever has it becomes the administrator.",
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
            )

    def clean_setup_code(self) -> str:
        typed = str(self.cleaned_data["setup_code"])
        if not setup.accepts(typed):
            raise forms.ValidationError(admission.WRONG_CODE)
        return typed


class SignupForm(SetupCodeMixin, BaseSignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = RULES
        self.order_fields(["username", "password1", "email", "setup_code"])


class SocialSignupForm(SetupCodeMixin, BaseSocialSignupForm):
    pass
