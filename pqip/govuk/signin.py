"""The sign-in library's forms in the service's own words: plain labels, no placeholders, no repeated help.

The settings name them in ACCOUNT_FORMS and MFA_FORMS.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

from pqip.govuk.fields import Look


class Worded:
    """Sets label, message for a missing answer and width of fields, by name."""

    use_required_attribute = False
    words: ClassVar[dict[str, tuple[str, str, Look]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, missing, look) in self.words.items():
            if name in self.fields:  # type: ignore[attr-defined]
                field = self.fields[name]  # type: ignore[attr-defined]
                field.label, field.help_text, field.look = label, "", look
                field.error_messages["required"] = missing


SHORT = Look(width=10)
WIDE = Look(width=30)
EMAIL = ("Email address", "Enter your email address", WIDE)
PASSWORD = ("Password", "Enter your password", WIDE)
NEW = ("New password", "Enter a new password", WIDE)
AGAIN = ("New password again", "Enter the new password again", WIDE)
CODE = ("Security code or recovery code", "Enter a code", SHORT)


class LoginForm(Worded, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    words = {"email": EMAIL}


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    words = {"password1": NEW, "password2": AGAIN}


class SetPasswordForm(Worded, account.SetPasswordForm):
    words = {"password1": NEW, "password2": AGAIN}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words = {
        "oldpassword": ("Current password", "Enter your current password", WIDE),
        "password1": NEW,
        "password2": AGAIN,
    }


class AuthenticateForm(Worded, mfa.AuthenticateForm):
    words = {"code": CODE}


class SecondFactorAgainForm(Worded, mfa.ReauthenticateForm):
    words = {"code": CODE}


class ActivateTOTPForm(Worded, totp.ActivateTOTPForm):
    words = {"code": ("6-digit code", "Enter the code your app shows", SHORT)}
