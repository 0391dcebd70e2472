"""The token in every form that records something: one form shown, to one user, can record one thing.

It is signed and names the account for which its page was made, so that it also tells whose form it is that comes in after
the session has ended. It names no person, and the token of another account is not accepted.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

#: The name of the hidden field.
NAME = "form-token"
#: How long a page may stay open and still be sent: longer than any session, shorter than sent forms are remembered.
GOOD_FOR = 7 * 24 * 60 * 60
PLAIN = re.compile(r"([0-9a-f]{32})\.([0-9a-f-]{36})")


@dataclass(frozen=True)
class FormToken:
    """`key` identifies the form; `account` is the public identifier of the user it was shown to; `is_good` is False once
    too old.
    """

    key: str
    account: str
    is_good: bool = True

    @property
    def text(self) -> str:
        """Return the token as the page holds it, signed now."""
        return _signer().sign(f"{self.key}.{self.account}")


def new_token(user: Any) -> FormToken:
    """Return a new token for a form to be shown to `user`."""
    return FormToken(uuid.uuid4().hex, str(user.public_id))


def read_token(text: str) -> FormToken | None:
    """Return the token that came back; None for none, or for one that this service did not issue."""
    try:
        return _read(_signer().unsign(text, max_age=GOOD_FOR), is_good=True)
    except SignatureExpired:
        return _read(_signer().unsign(text), is_good=False)
    except BadSignature:
        return None


def _read(token: str, *, is_good: bool) -> FormToken | None:
    found = PLAIN.fullmatch(token)
    return FormToken(found[1], found[2], is_good) if found else None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="form token")
