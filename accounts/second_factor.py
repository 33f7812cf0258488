"""Second factors: their secrets encrypted, and what happens when one cannot be decrypted any more."""

import base64
import logging
import secrets
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.forms import ValidationError

from accounts import encryption
from accounts.models import User

SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Where each kind of authenticator keeps its secret. A passkey's public key is none."""

LOST = (
    "The secret of your authenticator app can no longer be read on this server. "
    "Ask an administrator to remove your second factor, then set it up again."
)
logger = logging.getLogger(__name__)


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return "Workings"

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret that is lost becomes one that nobody knows: no code fits, and nothing breaks."""
        try:
            return encryption.decrypt(encrypted_text)
        except encryption.Unreadable:
            logger.warning("a second factor's secret cannot be decrypted; it must be set up again")
            return base64.b32encode(secrets.token_bytes(20)).decode("ascii")

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new passkey is called until its owner calls it something else."""
        others = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {others + 1}" if others else "Passkey"


class CodeForm(forms.Form):
    """Ready to be typed into; recovery codes are digits too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class SignInCodeForm(CodeForm, AuthenticateForm):
    def clean_code(self) -> str:
        return _explain_loss(self.user, super().clean_code)


class ConfirmCodeForm(CodeForm, ReauthenticateForm):
    def clean_code(self) -> str:
        return _explain_loss(self.user, super().clean_code)


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = "Sign in with it alone"
        alone.help_text = "Without your password. It then asks for your fingerprint, your face or a PIN."


def _explain_loss(user: User, check: Callable[[], str]) -> str:
    try:
        return check()
    except ValidationError:
        if is_lost(user):
            raise ValidationError(LOST) from None
        raise


def is_lost(user: User) -> bool:
    """Whether any of this person's secrets cannot be decrypted."""
    for authenticator in Authenticator.objects.filter(user=user, type__in=SECRETS):
        try:
            encryption.decrypt(authenticator.data[SECRETS[authenticator.type]])
        except encryption.Unreadable:
            return True
    return False


def has(user: User, *kinds: Authenticator.Type) -> bool:
    """Whether this person has any of these."""
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def remove(user: User) -> None:
    """Signing in takes the password alone again, until a second factor is set up anew."""
    Authenticator.objects.filter(user=user).delete()


def rotate_secrets() -> tuple[int, int]:
    """Re-encrypts every secret with the first key. Returns how many, and how many are lost."""
    done = lost = 0
    for authenticator in Authenticator.objects.filter(type__in=SECRETS).iterator():
        field = SECRETS[authenticator.type]
        try:
            authenticator.data[field] = encryption.rotate(authenticator.data[field])
        except encryption.Unreadable:
            lost += 1
            continue
        authenticator.save(update_fields=["data"])
        done += 1
    return done, lost
