"""The token that every form which records something carries: one form shown, whoever it was shown to, one thing recorded.

It is signed and says for which account its page was made, so that it also tells whose a form is that comes in after the session
has ended. It names no person, and another account's token is good for nothing.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

#: The hidden field.
NAME = "form-token"
#: How long a page may stay open and still be sent; longer than any session, shorter than what was sent is remembered.
GOOD_FOR = 7 * 24 * 60 * 60
PLAIN = re.compile(r"([0-9a-f]{32})\.([0-9a-f-]{36})")


@dataclass(frozen=True)
class FormToken:
    """`key` is the form's own; `account` the public identifier of who it was shown to; `is_good` false when it is too old."""

    key: str
    account: str
    is_good: bool = True

    @property
    def text(self) -> str:
        """As the page carries it, signed now."""
        return _signer().sign(f"{self.key}.{self.account}")


def new_token(user: Any) -> FormToken:
    """A token of a form about to be shown to `user`."""
    return FormToken(uuid.uuid4().hex, str(user.public_id))


def read_token(text: str) -> FormToken | None:
    """The token as it came back; None for none, or for one that this service never gave."""
    try:
        return _read(_signer().unsign(text, max_age=GOOD_FOR), is_good=True)
    except SignatureExpired:
        return _read(_signer().unsign(text), is_good=False)
    except BadSignature:
        return None


def _read(said: str, *, is_good: bool) -> FormToken | None:
    found = PLAIN.fullmatch(said)
    return FormToken(found[1], found[2], is_good) if found else None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="form token")
