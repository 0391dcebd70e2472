"""What can be wrong with a request, in words a person can act on.

Views turn `RuleBroken` into a form error, `Conflict` into the conflict page (409), `NotAllowed` into 403 and `TooMany` into 429.
"""

from __future__ import annotations


class RuleBroken(Exception):
    """A rule of the programme does not allow this; the message says which, and what would be right.

    `field` names the form field or import column the message belongs to, where there is one.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NoRoom(RuleBroken):
    """The disk is full. The message is about nobody, so that whoever looks after the service may read it."""


class Conflict(Exception):
    """Somebody else was faster: what the person saw is no longer so. Nothing was changed."""


class NotAllowed(Exception):
    """The person acting may not do this."""


class TooMany(Exception):
    """Something was asked, or guessed, more often than a person needs to. `seconds` until it may be again; nothing was done."""

    def __init__(self, seconds: int, kind: str) -> None:
        super().__init__(f"{kind}: again in {seconds} seconds")
        self.seconds, self.kind = seconds, kind
