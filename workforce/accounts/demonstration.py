"""Keeps accounts of the demonstration, whose password is published, away from real people's
records.

They are recognised by their addresses: demonstrations use names that are reserved for examples (RFC
2606), where nobody has a mailbox. Outside a demonstration no such account is created or signs in,
and web, worker and scheduler do not start on a database that holds one.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import DatabaseError

from workforce.models import User

log = logging.getLogger("pqip.start")
RESERVED = r"@([^@]+\.)?(example\.(com|net|org)|example|test|invalid|localhost)$"
#: The exit status by which a web process tells its server not to start it again.
NO_START = 3
WHAT_TO_DO = (
    "Real people's records need a database of their own: point DATABASE_URL at one where seed_demo never ran. "
    "To go on with made-up people in this one, set PQIP_DEMO=yes."
)


def is_made_up(email: str) -> bool:
    """Return True if nobody can have this address."""
    return bool(re.search(RESERVED, email.strip().lower()))


def refusal() -> str:
    """Return why this process must not start here; empty if it may.

    Raises DatabaseError if the database cannot be queried.
    """
    if settings.PQIP_DEMO:
        return ""
    found = list(
        User.objects.filter(email__iregex=RESERVED).order_by("pk").values_list("email", flat=True)
    )
    if not found:
        return ""
    return f"This database holds {len(found)} of the demonstration's accounts, such as {found[0]}; their password is published."


def refuse_to_start(**kwargs: Any) -> None:
    """End the process if it must not start.

    If the database cannot be reached, it starts: nobody can sign in then either.
    """
    try:
        why = refusal()
    except DatabaseError as error:
        log.warning(
            "accounts not looked at", extra={"event": "start", "detail": type(error).__name__}
        )
        return
    if why:
        sys.stderr.write(f"{why}\n{WHAT_TO_DO}\n")
        raise SystemExit(NO_START)


@register(Tags.security, deploy=True)
def no_demonstration_accounts(**kwargs: Any) -> list[CheckMessage]:
    """System check: report the same before a process is started."""
    try:
        why = refusal()
    except DatabaseError:
        return [
            Info(
                "The database could not be asked for accounts of the demonstration.",
                id="workforce.I001",
            )
        ]
    return [Error(why, hint=WHAT_TO_DO, id="workforce.E001")] if why else []
