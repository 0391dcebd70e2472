"""Work on many records at once, kept in the session as keys under a token: no name or number stands in an address.

What is under way, and what an undo would take back, is known in its own session only.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404
from django.utils.functional import cached_property

#: Sheets of one kind that a session remembers.
KEPT = 5


def begin(session: SessionBase, kind: str, sheet: dict[str, Any]) -> str:
    """Remember a sheet. Returns its token."""
    token = str(uuid4())
    session[kind] = dict([*session.get(kind, {}).items(), (token, sheet)][-KEPT:])
    return token


class OfSheet:
    """A page of a sheet (`token` in its address) begun with the same sign-in; any other is not found."""

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
        """Remember more of the sheet."""
        self.sheet.update(changed)
        self.request.session.modified = True

    def forget(self) -> None:
        """The sheet is done with."""
        del self.request.session[self.kind][str(self.kwargs["token"])]
        self.request.session.modified = True
