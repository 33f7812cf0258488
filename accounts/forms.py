"""The sign-in and sign-up forms: fewer fields, plainer words."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.socialaccount.forms import SignupForm as BaseSocialSignupForm
from django import forms

from accounts import admission, setup


class LoginForm(BaseLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = "Username"
        login.help_text = "Or your e-mail address, if you gave one."
        login.widget.attrs |= {"autocomplete": "username", "autofocus": True}
        _without_placeholders(self)


class SetupCodeMixin(forms.Form):
    """Asks whoever makes the first account for the code that was printed at start."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].label = "E-mail (optional)"
            self.fields["email"].help_text = "To get back in if you forget your password."
        if setup.needs_code():
            self.fields["setup_code"] = forms.CharField(
                label="Set-up code",
                help_text="Printed where the server was started. Whoever has it becomes the administrator.",
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
            )
        _without_placeholders(self)

    def clean_setup_code(self) -> str:
        typed = str(self.cleaned_data["setup_code"])
        if not setup.accepts(typed):
            raise forms.ValidationError(admission.WRONG_CODE)
        return typed


class SignupForm(SetupCodeMixin, BaseSignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least 8 characters, and not one of the commonest."
        self.order_fields(["username", "password1", "email", "setup_code"])


class SocialSignupForm(SetupCodeMixin, BaseSocialSignupForm):
    pass


def _without_placeholders(form: forms.Form) -> None:
    """Labels say what a field is; a placeholder repeating one only looks like a value."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
