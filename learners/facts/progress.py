"""Whether a learner is on track, behind or in need of action, and why.

Lists and reports decide it by the same questions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from learners.facts.modules_attention import flags
from learners.facts.status import units_expected
from learners.models import Enrolment
from learners.models.enrolments import Status
from learners.ports.vocational import Progress
from learners.rules.entry import FOURTH_MODULE_MONTHS
from pqip.core.formats import date_gov, plural

ON_TRACK, BEHIND, AT_RISK = "on_track", "behind", "at_risk"


@dataclass(frozen=True)
class ProgressGroup:
    """A learner's progress group, and the reasons in words; there are none if they are on track."""

    progress: str
    reasons: tuple[str, ...] = ()


def progress_group_of(
    enrolment: Enrolment, progress: Progress | None, on: dt.date
) -> ProgressGroup | None:
    """Return the progress group of a learner on a day, or None if they are not on the programme."""
    if enrolment.status not in (Status.ACTIVE, Status.DEFERRED):
        return None
    short, units = _units(enrolment, progress, on)
    action = [*_ends(enrolment, on), *_modules(enrolment, on)]
    if action or short >= units_at_risk():
        return ProgressGroup(AT_RISK, (*units, *action))
    return ProgressGroup(BEHIND, tuple(units)) if short > 0 else ProgressGroup(ON_TRACK)


def _units(enrolment: Enrolment, progress: Progress | None, on: dt.date) -> tuple[int, list[str]]:
    """Return how many units they are short, and the same in words."""
    if progress is None:
        return 0, []
    expected = units_expected({enrolment.pk: progress.units_total}, on).get(enrolment.pk, 0)
    short = expected - progress.units_achieved
    words = f"{plural(expected, 'unit')} expected by now, {progress.units_achieved} achieved"
    return short, [words] if short > 0 else []


def _ends(enrolment: Enrolment, on: dt.date) -> list[str]:
    reasons = []
    if enrolment.planned_end is not None and enrolment.planned_end < on:
        reasons.append("the planned end has passed")
    if enrolment.status == Status.DEFERRED:
        back = (
            enrolment.segments.filter(from_on__lte=on)
            .order_by("-from_on")
            .values_list("expected_return", flat=True)
            .first()
        )
        if back is not None and back < on:
            reasons.append(f"expected back on {date_gov(back)}")
    return reasons


def _modules(enrolment: Enrolment, on: dt.date) -> list[str]:
    found = flags([enrolment.pk], on).get(enrolment.pk)
    if found is None or not found.needs_action:
        return []
    failed = ["a module failed at the last permitted attempt"] if found.failed_last_attempt else []
    fourth = (
        [f"the fourth knowledge module not passed within {FOURTH_MODULE_MONTHS} months"]
        if found.fourth_late
        else []
    )
    overdue = (
        [f"a module overdue for {plural(found.days_overdue, 'day')}"] if found.is_overdue else []
    )
    return [*failed, *fourth, *overdue]


def units_at_risk() -> int:
    """Return the number of missing units from which a learner needs action (assumed; not from the
    service).
    """
    return int(getattr(settings, "PQIP_UNITS_AT_RISK", 2))
