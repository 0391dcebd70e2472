"""Tells people that something was recorded in their name, so that they can look at it and dispute
it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from pqip.messages.sending import send
from workforce.models import User


def tell_named(kind: str, people: Collection[int], *, by: Any, page: str) -> None:
    """Send the notice `kind` to each person with an active account, once in a transaction, with a
    link to the page.
    """
    users = list(User.objects.filter(person__in=people, is_active=True)) if people else []
    if not users:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        reference = f"{kind}:{cursor.fetchone()[0]}"
    for user in users:
        send(
            kind,
            to=user,
            reference=reference,
            by=by,
            context={"link": f"{settings.SITE_ADDRESS}{reverse(page)}"},
        )
