"""What `check_ledger` says of waits, criteria, units and stamps: nothing of what actions recorded, and each difference."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Model

from assessments.models import AssessorRecord, CriterionMet, UnitAchievement, Wait
from pqip.core import proof
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from tests.factories import assessments as make
from tests.harness.database import without_guard
from workforce.models import Person

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 10)
BENEATH = {"by": Job("attack"), "reason": "Beneath the actions"}


def said(title: str) -> list[str]:
    """What the check of that title says."""
    return [words for one in proof.checks() if one.title == title for words in one.differences()]


@pytest.mark.parametrize("kept", [Wait, CriterionMet, UnitAchievement])
def test_rows_that_are_kept_otherwise_than_the_facts_say(kept: type[Model]) -> None:
    """Of one registration a row is gone; what is kept of the other is right."""
    registrations = [make.registration() for _ in range(2)]
    assessor = make.assessor()
    for one in registrations:
        make.decision(make.evidence(one), assessor, DAY)
        make.signoff(one, assessor)
    title, wrong = "Waits, criteria met and units achieved", registrations[1]
    assert said(title) == []
    of = "evidence__registration" if kept is Wait else "registration"
    with without_guard(kept._meta.db_table):
        assert kept.objects.filter(**{of: wrong}).first().delete()[0] == 1
    told = (
        f"Registration {wrong.pk}: what is kept differs from what its evidence and decisions say."
    )
    assert said(title) == [told]


def test_a_row_that_is_kept_twice() -> None:
    made = make.registration()
    make.decision(make.evidence(made), make.assessor(), DAY)
    twice = Wait.objects.get()
    twice.pk = None
    with acting_as(**BENEATH):
        twice.save(force_insert=True)
    assert len(said("Waits, criteria met and units achieved")) == 1


def test_everything_that_is_kept_of_a_registration_is_gone() -> None:
    make.evidence(make.registration())
    with acting_as(**BENEATH):
        Wait.objects.all().delete()
    assert len(said("Waits, criteria met and units achieved")) == 1


def awarded_anew(assessor: Person, achieved_on: dt.date | None) -> None:
    """Another record of the assessor, without stamping their decisions anew."""
    with acting_as(**BENEATH):
        AssessorRecord.objects.live().filter(person=assessor).update(
            voided_at=now(), void_reason="Beneath the actions"
        )
        make.assessor(assessor, achieved_on=achieved_on)


def test_stamps_that_say_otherwise_than_the_award() -> None:
    trainee, assessor, other = make.trainee(), make.assessor(), make.assessor()
    decided = [
        make.decision(make.evidence(make.registration(), reference=f"T-{place}"), who, DAY)
        for place, who in enumerate((trainee, assessor, other), start=1)
    ]
    assert said("Stamps of decisions") == []
    awarded_anew(trainee, DAY)
    awarded_anew(assessor, None)
    with without_guard("assessments_countersignstamp"):
        decided[2].stamps.live().update(voided_at=now(), void_reason="Beneath the actions")
    assert sorted(said("Stamps of decisions")) == [
        f"A decision on T-{place}: the stamp says a countersignature is {stamped}; the award says otherwise."
        for place, stamped in ((1, "needed"), (2, "not needed"), (3, "missing"))
    ]
