"""Work on many records at once, kept in the session under a token as a sheet of keys: no name or number is in an address.

What is in progress, and what an undo would take back, is known only in its own session.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404
from django.utils.functional import cached_property

#: The number of sheets of one kind that a session remembers.
KEPT = 5


def begin(session: SessionBase, kind: str, sheet: dict[str, Any]) -> str:
    """Keep a new sheet in the session and return its token."""
    token = str(uuid4())
    session[kind] = dict([*session.get(kind, {}).items(), (token, sheet)][-KEPT:])
    return token


class OfSheet:
    """Base of the pages of a sheet (`token` in the address) begun in this session; any other raises Http404."""

    kind: ClassVar[str]
    request: Any
    kwargs: Any

    @cached_property
    def sheet(self) -> dict[str, Any]:
        found = self.request.session.get(self.kind, {}).get(str(self.kwargs["token"]))
        if found is None:
            raise Http404
        return found

    def keep(self, **changed: Any) -> None:
        """Save more values in the sheet."""
        self.sheet.update(changed)
        self.request.session.modified = True

    def forget(self) -> None:
        """Delete the sheet, which is finished."""
        del self.request.session[self.kind][str(self.kwargs["token"])]
        self.request.session.modified = True
