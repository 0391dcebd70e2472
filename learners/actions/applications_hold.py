"""Holding an application, so that of two writers at once one acts after the other."""

from __future__ import annotations

from learners.models import Application


def hold_application(application: Application) -> Application:
    """Lock an application until the transaction ends, and return it as it is now."""
    held = Application.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("campaign").get(pk=application.pk)
