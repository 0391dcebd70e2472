"""Tells the countersigners a file names that countersignatures were imported in their name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection

from pqip.messages.sending import send
from workforce.models import User

KIND = "countersignatures_imported"


def tell_countersigners(people: Collection[int], *, by: Any) -> None:
    """A notice to each who has an account, once for each import, told where to look."""
    users = list(User.objects.filter(person__in=people, is_active=True)) if people else []
    if not users:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        reference = f"{KIND}:{cursor.fetchone()[0]}"
    for user in users:
        send(KIND, to=user, reference=reference, by=by)

