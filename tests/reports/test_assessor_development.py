"""Assessor development on paper: packages assessed and quality assured, as at a day and as known at an instant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assessments.models import Sample
from learners.models import Review
from pqip.core.acting import acting_as
from pqip.core.ledger import supersede, void
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments as a
from tests.factories import quality
from tests.factories.reports import row
from workforce.models import Person

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)
AUGUST = dt.date(2025, 8, 31)
SAMPLED = dt.date(2025, 9, 5)


def packages(as_at: dt.date = END, known_at: dt.datetime | None = None) -> tuple[int, int]:
    """Packages assessed and quality assured in the one region there is."""
    found = row("assessor-development", as_at, known_at, region="NE")
    return found["packages_assessed"], found["packages_quality_assured"]


@pytest.fixture
def trainee() -> Person:
    return a.trainee()


@pytest.fixture
def award(trainee: Person) -> Any:
    return a.registration(trainee, of=a.qualification("TAQA3"))


def sample(decision: Any, by: Person, **sampled: Any) -> Sample:
    with acting_as(by=a.BY):
        return Sample.objects.create(
            decision=decision,
            quality_assurer=by,
            effective_on=dt.date(2025, 8, 15),
            stage="interim",
            due_on=END,
            **sampled,
        )


def test_packages_are_those_with_a_final_decision_and_of_these_the_ones_sampled(award: Any) -> None:
    # Four pieces: two decided by a qualified assessor (one sampled, one only planned to be), one decided by a trainee and not
    # countersigned, one not decided.
    mentor, verifier = a.assessor(), quality.quality_assurer()
    first, second = (a.decision(a.evidence(award), mentor) for _ in range(2))
    a.decision(a.evidence(award), a.trainee())
    a.evidence(award)
    sample(first, verifier, sampled_on=SAMPLED, verdict="supported")
    sample(second, verifier)
    assert packages() == (2, 1)
    assert packages(SAMPLED - dt.timedelta(days=1)) == (2, 0)
    assert packages(SAMPLED) == (2, 1)


def test_two_samples_of_one_piece_are_one_package(award: Any) -> None:
    mentor, verifier = a.assessor(), quality.quality_assurer()
    piece = a.evidence(award)
    for number in (1, 2):
        made = a.decision(piece, mentor, number=number)
        sample(
            made,
            verifier,
            sampled_on=SAMPLED,
            verdict="supported" if number == 1 else "not_supported",
        )
    assert packages() == (1, 1)


def test_what_is_recorded_or_undone_later_leaves_what_was_known(award: Any) -> None:
    made = a.decision(a.evidence(award), a.assessor())
    planned = sample(made, quality.quality_assurer())
    planned_only = safe_known_at()
    done = supersede(
        planned,
        by=a.BY,
        reason="Sampled",
        sampled_on=SAMPLED,
        verdict="action",
        action="Say more",
        action_due_on=END,
    )
    told = safe_known_at()
    with acting_as(by=a.BY):
        void([done], by=a.BY, reason="Wrong decision")
    assert packages() == (1, 0)
    assert packages(known_at=told) == (1, 1)
    assert packages(known_at=planned_only) == (1, 0)


def test_evidence_for_another_qualification_is_no_package(trainee: Person, award: Any) -> None:
    other = a.registration(trainee, of=a.qualification("VQ5"))
    made = a.decision(a.evidence(other), a.assessor())
    sample(made, quality.quality_assurer(), sampled_on=SAMPLED, verdict="supported")
    assert packages() == (0, 0)


def test_reviews_are_those_held_by_the_day(trainee: Person) -> None:
    held = {
        dt.date(2025, 7, 1): dt.date(2025, 7, 3),
        dt.date(2025, 8, 1): dt.date(2025, 9, 1),
        dt.date(2025, 9, 1): None,
    }
    with acting_as(by=a.BY):
        for due, on in held.items():
            Review.objects.create(person=trainee, effective_on=due, held_on=on, kind="assessor")
    assert row("assessor-development", END, region="NE")["reviews_held"] == 2
    assert row("assessor-development", AUGUST, region="NE")["reviews_held"] == 1
