"""System checks: every view declares a permission, every permission exists, and the deployment is safe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError, connection

from pqip.core.access import PUBLIC, SIGNED_IN, declared_permission, every_url, is_library
from pqip.core.permissions import catalogue
from pqip.core.snapshot import MAY_BECOME, REPORTS_ROLE


@register(Tags.security)
def every_view_declares_a_permission(**kwargs: Any) -> list[Error]:
    """Report views that declare no permission, or an unknown one."""
    known = {PUBLIC, SIGNED_IN, *catalogue}
    return [
        Error(
            f"The view of {path or '/'} declares no known permission.",
            hint='Give it `permission = "app.code"` from the catalogue, PUBLIC or SIGNED_IN.',
            id="core.E001",
        )
        for _name, path, callback in every_url()
        if not is_library(callback) and declared_permission(callback) not in known
    ]


@register(Tags.security, deploy=True)
def no_demonstration_in_production(**kwargs: Any) -> list[Error]:
    """Report demonstration accounts with published passwords outside the demonstration."""
    if not settings.PQIP_DEMO:
        return []
    return [
        Error(
            "PQIP_DEMO is on.",
            hint="Unset PQIP_DEMO on a host that holds real people's records.",
            id="core.E002",
        )
    ]


@register(Tags.security, deploy=True)
def reports_read_with_a_role_of_their_own(**kwargs: Any) -> list[CheckMessage]:
    """Report a missing database role for reports: one that cannot write and cannot see logs and credentials."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(MAY_BECOME)
            (found,) = cursor.fetchone()
    except DatabaseError:
        return [
            Info(
                "The database could not be asked for the role that reports read with.",
                id="core.I002",
            )
        ]
    if found:
        return []
    hint = (
        f"As the database's administrator: CREATE ROLE {REPORTS_ROLE} NOLOGIN; GRANT {REPORTS_ROLE} TO "
        f'"{settings.APPLICATION_ROLE}"; then run manage.py migrate.'
    )
    return [Warning("Reports read with the application's role.", hint=hint, id="core.W007")]
