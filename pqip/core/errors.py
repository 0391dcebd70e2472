"""What can be wrong with a request, in words that a person can act on.

Views turn `RuleBroken` into a form error, `Conflict` into the conflict page (409), `NotAllowed` into 403 and `TooMany` into
429.
"""

from __future__ import annotations


class RuleBroken(Exception):
    """A rule of the programme does not allow this; the message says which rule, and what would be right.

    `field` names the form field or import column to which the message belongs, if any.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NoRoom(RuleBroken):
    """The service itself has no room, whoever asks. The message is about nobody and may be logged anywhere."""


class Conflict(Exception):
    """Somebody else was faster, and what the user saw is out of date. Nothing was changed."""


class NotAllowed(Exception):
    """The actor may not do this."""


class TooMany(Exception):
    """Something was requested or guessed too often. It may be tried again after `seconds`; nothing was done."""

    def __init__(self, seconds: int, kind: str) -> None:
        super().__init__(f"{kind}: again in {seconds} seconds")
        self.seconds, self.kind = seconds, kind
