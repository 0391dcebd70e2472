"""Change which reports are made for a place each month, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.errors import NotAllowed, RuleBroken
from reports.catalogue import find
from reports.models import Recipient, Schedule
from reports.queries.recipients import account_to_tell, accounts_told
from workforce.models import Region, User

MANAGE = "reports.manage_schedules"


def change_schedule(
    *, by: Any, schedule: Schedule, reports: Sequence[str], is_active: bool
) -> Schedule:
    """Set which reports are made for a place each month, and whether any are; return the schedule.

    Raises RuleBroken for no report or an unknown one.
    """
    names = [find(name).name for name in reports]
    if is_active and not names:
        raise RuleBroken("Choose at least one report, or switch the place off.", "reports")
    with acting_as(by=_allowed(by), reason="Monthly reports"):
        kept = _kept(schedule.region)
        kept.reports, kept.is_active = names or kept.reports, is_active
        kept.save(update_fields=["reports", "is_active"])
    return kept


def add_recipient(*, by: Any, schedule: Schedule, email: str) -> User:
    """Tell an account from now on, and return it.

    Raises RuleBroken where it may not see the place's reports, or is told already.
    """
    user = account_to_tell(schedule, email)
    if user is None:
        raise RuleBroken(
            "Nobody with this address may see all of this place’s reports. Give them a role first.",
            "email",
        )
    if user in [one.user for one in accounts_told(schedule)]:
        raise RuleBroken("They are told already.", "email")
    _record_recipient(by, schedule, user, is_left_out=False)
    return user


def remove_recipient(*, by: Any, schedule: Schedule, user: User) -> None:
    """Stop telling an account, even where its role would have it told."""
    _record_recipient(by, schedule, user, is_left_out=True)


def _record_recipient(by: Any, schedule: Schedule, user: User, *, is_left_out: bool) -> None:
    with acting_as(by=_allowed(by), reason="Who is told of monthly reports"):
        Recipient.objects.update_or_create(
            schedule=_kept(schedule.region), user=user, defaults={"is_left_out": is_left_out}
        )


def _kept(region: Region | None) -> Schedule:
    """Return the place's row, creating it where there is none."""
    kept, _made = Schedule.objects.get_or_create(region=region)
    return kept


def _allowed(by: Any) -> Any:
    if not by.can(MANAGE):
        raise NotAllowed("You may not change monthly reports.")
    return by
