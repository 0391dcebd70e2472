"""Whether a learner is on track, behind or in need of action, and why: by the same questions as lists and reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.academic_facts import flags
from learners.facts import units_expected
from learners.models import Enrolment
from learners.models.enrolments import Status
from learners.needs import units_at_risk
from learners.ports import Progress
from pqip.govuk.formats import date_gov, plural

ON_TRACK, BEHIND, AT_RISK = "on_track", "behind", "at_risk"


@dataclass(frozen=True)
class Standing:
    """The group they are in, and the reasons in words; none where they are on track."""

    progress: str
    reasons: tuple[str, ...] = ()


def standing_of(enrolment: Enrolment, progress: Progress | None, on: dt.date) -> Standing | None:
    """How somebody on the programme stands on a day; None for whoever is not on it."""
    if enrolment.status not in (Status.ACTIVE, Status.DEFERRED):
        return None
    short, units = _units(enrolment, progress, on)
    action = [*_ends(enrolment, on), *_modules(enrolment, on)]
    if action or short >= units_at_risk():
        return Standing(AT_RISK, (*units, *action))
    return Standing(BEHIND, tuple(units)) if short > 0 else Standing(ON_TRACK)


def _units(enrolment: Enrolment, progress: Progress | None, on: dt.date) -> tuple[int, list[str]]:
    """How many units short, and that in words."""
    if progress is None:
        return 0, []
    expected = units_expected({enrolment.pk: progress.units_total}, on).get(enrolment.pk, 0)
    short = expected - progress.units_achieved
    said = f"{plural(expected, 'unit')} expected by now, {progress.units_achieved} achieved"
    return short, [said] if short > 0 else []


def _ends(enrolment: Enrolment, on: dt.date) -> list[str]:
    said = []
    if enrolment.planned_end is not None and enrolment.planned_end < on:
        said.append("the planned end has passed")
    if enrolment.status == Status.DEFERRED:
        back = enrolment.segments.filter(from_on__lte=on).order_by("-from_on").values_list("expected_return", flat=True).first()
        if back is not None and back < on:
            said.append(f"expected back on {date_gov(back)}")
    return said


def _modules(enrolment: Enrolment, on: dt.date) -> list[str]:
    found = flags([enrolment.pk], on).get(enrolment.pk)
    if found is None or not found.needs_action:
        return []
    failed = ["a module failed at the last permitted attempt"] if found.failed_last_attempt else []
    fourth = ["the six months for the fourth module have passed"] if found.fourth_late else []
    return [*failed, *fourth, *([f"a module overdue for {plural(found.days_overdue, 'day')}"] if found.is_overdue else [])]
