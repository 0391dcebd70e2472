"""Allow somebody more rows in files than their roles allow in a day (`pqip/core/handing_out.py`)."""

from __future__ import annotations

from typing import Any

from pqip.core.acting import acting_as
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import ExportAllowance
from workforce.models import User

ALLOW = "workforce.allow_export"
MOST = 1_000_000


def allow_export(*, by: Any, email: str, rows: int, reason: str) -> ExportAllowance:
    """Allow that many more rows, for one day from now.

    Raises NotAllowed without the permission and for oneself, and RuleBroken for an unknown address
    and for no rows.
    """
    if not by.can(ALLOW):
        raise NotAllowed("You may not allow anybody more rows.")
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise RuleBroken("Nobody signs in with this e-mail address.", "email")
    if user.pk == by.pk:
        raise NotAllowed("Somebody else allows you more rows.")
    if not 1 <= rows <= MOST:
        raise RuleBroken(f"Enter a number of rows from 1 to {MOST:,}.", "rows")
    with acting_as(by=by, reason=reason):
        return ExportAllowance._default_manager.create(
            user=user, given_by=by, rows=rows, reason=reason
        )
