"""What learners is told of the vocational strand, for many people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assessments.derived.proof import derived, stamps
from assessments.models import CriterionMet, Registration, Wait
from assessments.rules.waiting import due_by
from learners.ports import vocational
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.ledger import supersede
from tests.factories import assessments as make
from tests.factories.learners import person
from workforce.models import BankHoliday

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 10)


@pytest.fixture
def candidate() -> Registration:
    return make.registration(of=make.qualification("VQ5"))


def test_people_are_registered_for_the_diploma_once(candidate: Registration) -> None:
    strand, other = vocational.vocational(), person()
    for _time in range(2):
        strand.register({candidate.person_id: DAY, other.pk: DAY}, by=Job("test"))
    assert Registration.objects.filter(person__in=[candidate.person_id, other.pk]).count() == 2


def test_progress_of_many(candidate: Registration, django_assert_num_queries: Any) -> None:
    first = make.unit(candidate).criteria.values_list("code", flat=True)
    assessor = make.assessor()
    make.decision(make.evidence(candidate, DAY), assessor, DAY, met=tuple(first))
    make.evidence(candidate, DAY)
    make.signoff(candidate, assessor)
    asked = [candidate.person_id, person().pk]
    with django_assert_num_queries(1):
        found = vocational.vocational().progress_of(asked, today())
    progress = found[candidate.person_id]
    assert (progress.units_achieved, progress.criteria_met) == (1, len(first))
    assert not progress.is_complete
    with django_assert_num_queries(1):
        units = vocational.vocational().units_of(asked, today())
    assert units == {
        candidate.person_id: vocational.Units(progress.units_achieved, progress.units_total)
    }


def test_what_the_service_owes_is_due_next(candidate: Registration) -> None:
    make.decision(make.evidence(candidate, DAY), make.trainee(), DAY)
    make.evidence(candidate, DAY)
    steps = vocational.vocational().due_next([candidate.person_id], today())[candidate.person_id]
    assert {(step.title, step.waiting_for, step.overdue) for step in steps} == {
        ("Evidence waits for a decision (1)", "service", True),
        ("Decisions wait for a countersignature (1)", "service", True),
    }


def test_what_came_today_is_due_ten_working_days_on(candidate: Registration) -> None:
    make.evidence(candidate, today())
    (step,) = vocational.vocational().due_next([candidate.person_id], today())[candidate.person_id]
    assert (step.on, step.overdue) == (
        due_by(today(), set(BankHoliday.objects.values_list("date", flat=True))),
        False,
    )


def test_what_is_kept_is_proved_and_a_difference_is_found(candidate: Registration) -> None:
    make.decision(make.evidence(candidate, DAY), make.assessor(), DAY)
    assert list(derived()) == []
    with acting_as(by=Job("attack")):
        CriterionMet.objects.filter(registration=candidate).delete()
        Wait.objects.filter(evidence__registration=candidate).update(to_on=None)
    assert len(list(derived())) == 1


def test_stamps_are_proved(candidate: Registration) -> None:
    trainee = make.trainee()
    make.decision(make.evidence(candidate, DAY), trainee, DAY)
    assert list(stamps()) == []
    record = trainee.assessor_records.get()
    with acting_as(by=Job("attack"), reason="Beneath the actions"):
        type(record).objects.filter(pk=record.pk).update(
            voided_at=record.recorded_at, void_reason="x"
        )
        make.assessor(trainee, achieved_on=DAY)
    assert len(list(stamps())) == 1


def test_the_diploma_of_psos_is_achieved_with_the_last_unit_or_the_certificate(
    django_assert_num_queries: Any,
) -> None:
    """On whichever day comes first; the VQ5 of others says nothing of it."""
    registered, by_units, certified = (
        make.registration(of=make.qualification("VQ3")) for _ in range(3)
    )
    make.registration(of=make.qualification("VQ5"))
    assessor = make.assessor()
    units = make.choose(by_units, 5, 6)
    for unit in units:
        codes = unit.criteria.values_list("code", flat=True)
        make.decision(make.evidence(by_units, DAY), assessor, DAY, met=tuple(codes))
        make.signoff(by_units, assessor, unit.number, on=DAY + dt.timedelta(days=unit.number))
    with acting_as(by=Job("test")):
        for each, on in ((by_units, DAY + dt.timedelta(days=99)), (certified, DAY)):
            supersede(
                each.facts.live().get(), by=Job("test"), reason="Certificate", certificated_on=on
            )
    last = DAY + dt.timedelta(days=units[-1].number)
    asked = [each.person_id for each in (registered, by_units, certified)]

    def achieved(on: dt.date) -> list[dt.date | None]:
        found = vocational.vocational().pso_diplomas(asked, on)
        return [found[key].achieved_on for key in asked]

    assert achieved(last) == [None, last, DAY]
    assert achieved(last - dt.timedelta(days=1)) == [None, None, DAY]
    with django_assert_num_queries(1):
        assert vocational.vocational().pso_diplomas([], DAY) == {}
