"""Say what is made for a place each month, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pqip.core.acting import act
from pqip.core.errors import NotAllowed, RuleBroken
from reports.catalogue import find
from reports.models import Recipient, Schedule
from reports.recipients import may_be_told, told
from workforce.models import Region, User

MANAGE = "reports.manage_schedules"


def change_schedule(*, by: Any, schedule: Schedule, reports: Sequence[str], is_active: bool) -> Schedule:
    """Say which reports a place has made each month, and whether any. Raises RuleBroken for none or an unknown one."""
    names = [find(name).name for name in reports]
    if is_active and not names:
        raise RuleBroken("Choose at least one report, or switch the place off.", "reports")
    with act(by=_allowed(by), reason="Monthly reports"):
        kept = _kept(schedule.region)
        kept.reports, kept.is_active = names or kept.reports, is_active
        kept.save(update_fields=["reports", "is_active"])
    return kept


def add_recipient(*, by: Any, schedule: Schedule, email: str) -> User:
    """Tell somebody from now on. Raises RuleBroken where they may not see the place's reports, or are told already."""
    user = may_be_told(schedule, email)
    if user is None:
        raise RuleBroken("Nobody with this address may see all of this place’s reports. Give them a role first.", "email")
    if user in [one.user for one in told(schedule)]:
        raise RuleBroken("They are told already.", "email")
    _say(by, schedule, user, is_left_out=False)
    return user


def remove_recipient(*, by: Any, schedule: Schedule, user: User) -> None:
    """Tell somebody no longer, whatever their role says."""
    _say(by, schedule, user, is_left_out=True)


def _say(by: Any, schedule: Schedule, user: User, *, is_left_out: bool) -> None:
    with act(by=_allowed(by), reason="Who is told of monthly reports"):
        Recipient.objects.update_or_create(schedule=_kept(schedule.region), user=user, defaults={"is_left_out": is_left_out})


def _kept(region: Region | None) -> Schedule:
    """The place's row, made where there was none."""
    kept, _made = Schedule.objects.get_or_create(region=region)
    return kept


def _allowed(by: Any) -> Any:
    if not by.can(MANAGE):
        raise NotAllowed("You may not change monthly reports.")
    return by
