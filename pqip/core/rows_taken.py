"""How many rows about people each user takes out in files. The log (`access_log.py`) says which files, and for what
purpose.

A file is checked against earlier ones and counted in the same step, which only one file of a user is in at a time: two
requested at the very same moment are checked one after the other. The step ends before either file is made.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.models import ExportAllowance, RowsTaken

A_DAY = dt.timedelta(days=1)
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('rows-taken:' || %s, 0))"
security = logging.getLogger("security.authz")


@contextmanager
def counting(user: Any) -> Iterator[None]:
    """Enclose the step that checks and counts a file of this user; a second one waits for the first."""
    with acting_as(by=user):
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [user.pk])
        yield


def rows_taken(user: Any, since: dt.datetime) -> int:
    """Return how many rows about people a user has taken out since an instant."""
    return _sum(RowsTaken._default_manager.filter(user=user, at__gte=since))


def rows_allowed(user: Any, since: dt.datetime) -> int:
    """Return how many more rows than usual somebody else has allowed the user since an instant."""
    return _sum(ExportAllowance._default_manager.filter(user=user, at__gte=since))


def take(user: Any, rows: int) -> None:
    """Count a file with this many rows; call it within `counting`, after the check."""
    RowsTaken._default_manager.create(user=user, rows=rows)


def unusual(user: Any) -> dict[str, int]:
    """Return how many rows a user has taken out within a day where that is unusual (`PQIP_UNUSUAL_ROWS`), and log it; else
    {}.

    The entry goes to the security log.
    """
    rows = rows_taken(user, now() - A_DAY)
    if rows <= settings.PQIP_UNUSUAL_ROWS:
        return {}
    security.warning(
        "more taken out than usual",
        extra={"event": "unusual volume", "user_key": user.pk, "detail": rows},
    )
    return {"unusual": rows}


def _sum(found: Any) -> int:
    return found.aggregate(rows=Sum("rows"))["rows"] or 0
