"""Awards that the university gave to a learner: record, correct and undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.facts.awards import titles_for
from learners.models import Enrolment, UniversityAward
from learners.models.holding import hold
from learners.rules.awards import check_award
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void


def record_award(
    *, by: Any, enrolment: Enrolment, award: str, awarded_on: dt.date, classification: str = ""
) -> UniversityAward:
    """Record an award, which is part of the third element of completion.

    Raises RuleBroken (see `rules/awards`), also if this award is recorded already.
    """
    with acting_as(by=by, reason="University award"):
        hold(enrolments=[enrolment.pk])
        _check(Enrolment.objects.get(pk=enrolment.pk), award, awarded_on)
        if UniversityAward.objects.live().filter(enrolment=enrolment, award=award).exists():
            raise RuleBroken("This award is recorded already. Correct what is recorded.", "award")
        return UniversityAward.objects.create(
            enrolment=enrolment, award=award, effective_on=awarded_on, classification=classification
        )


def correct_award(
    *, by: Any, award: UniversityAward, reason: str, awarded_on: dt.date, classification: str = ""
) -> UniversityAward:
    """Correct the day or the classification.

    Raises RuleBroken as `record_award` does, and Conflict if it was changed in the meantime.
    """
    with acting_as(by=by, reason=reason):
        hold(enrolments=[award.enrolment_id])
        _check(Enrolment.objects.get(pk=award.enrolment_id), award.award, awarded_on)
        return supersede(
            award, by=by, reason=reason, effective_on=awarded_on, classification=classification
        )


def void_award(*, by: Any, award: UniversityAward, reason: str) -> None:
    """Undo an award recorded in error.

    Raises Conflict if it was undone or corrected in the meantime.
    """
    with acting_as(by=by, reason=reason):
        hold(enrolments=[award.enrolment_id])
        void([award], by=by, reason=reason)


def _check(enrolment: Enrolment, award: str, awarded_on: dt.date) -> None:
    offered = titles_for(enrolment)
    check_award(
        award=award,
        awarded_on=awarded_on,
        offered=offered,
        start=enrolment.start_date,
        today=today(),
    )
