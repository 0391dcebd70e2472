"""What `check_ledger` says of learners: nothing of what actions recorded, and each difference."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.actions.qualified import qualify, register
from learners.models import Enrolment
from pqip.core import proof
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from tests.factories import learners as make
from tests.harness.database import without_guard
from tests.learners.test_posts_follow import enrolled
from tests.learners.test_posts_of_who_never_started import due
from workforce.actions.register import enter
from workforce.models import RegisterEntry, Spell

pytestmark = pytest.mark.django_db
BY = Job("test")
LEFT, COMPLETED = dt.date(2025, 3, 1), dt.date(2025, 4, 15)
QUALIFIED, REGISTERED = dt.date(2025, 5, 1), dt.date(2025, 6, 1)


def said(title: str) -> list[str]:
    """What the check of that title says."""
    return [words for one in proof.checks() if one.title == title for words in one.differences()]


def test_a_timeline_that_is_kept_otherwise_than_the_events_say() -> None:
    made = [make.enrolment() for _ in range(3)]
    make.event(made[0], "deferred", LEFT, expected_return=COMPLETED)
    title = "Learners' timelines"
    assert said(title) == []
    with acting_as(by=BY):
        made[0].segments.filter(status="deferred").update(status="active")
        made[2].segments.all().delete()
    assert said(title) == [
        f"Enrolment {made[place].pk}: the kept timeline differs from what its events say."
        for place in (0, 2)
    ]


def test_columns_that_differ_from_the_timeline_today() -> None:
    made = [make.enrolment() for _ in range(2)]
    title = "Learners' standing today"
    assert said(title) == []
    with acting_as(by=BY):
        Enrolment.objects.filter(pk=made[1].pk).update(fte="0.60")
    assert said(title) == [
        f"Enrolment {made[1].pk}: what is kept of its standing differs from its timeline and allocations."
    ]


def test_what_a_learner_came_with_differs_from_what_was_recorded_last() -> None:
    made = make.enrolment()
    title = "What learners came with"
    assert said(title) == []
    with without_guard("learners_enrolment"):
        Enrolment.objects.filter(pk=made.pk).update(modules_held=[])
    assert said(title) == [
        f"Enrolment {made.pk}: what the learner came with differs from what was recorded last."
    ]


@pytest.fixture
def registered() -> Enrolment:
    """Somebody who joined the register by the programme."""
    made = make.enrolment(start=dt.date(2024, 1, 15))
    make.event(made, "completed", COMPLETED)
    qualify(by=BY, enrolment=made, on=QUALIFIED)
    register(by=BY, enrolment=made, on=REGISTERED)
    assert said("The professional register") == []
    return made


def beneath(made: Enrolment, **changes: Any) -> list[str]:
    """What the check says once the learner's entry is changed where no action sees it."""
    with without_guard("workforce_registerentry"):
        RegisterEntry.objects.live().filter(person=made.person).update(**changes)
    return said("The professional register")


def test_who_joined_the_register_and_has_no_entry(registered: Enrolment) -> None:
    assert beneath(registered, voided_at=now(), void_reason="Beneath") == [
        f"Person {registered.person_id}: joined the register by the programme, and is not entered in it."
    ]


@pytest.mark.parametrize("column", ["qualified_on", "effective_on"])
def test_an_entry_that_says_another_day_than_the_programme(
    registered: Enrolment, column: str
) -> None:
    told = f"Person {registered.person_id}: is entered in the register otherwise than the programme says."
    assert beneath(registered, **{column: dt.date(2025, 5, 20)}) == [told]


def test_an_entry_that_somebody_made_by_hand_may_say_another_day() -> None:
    made = make.enrolment(start=dt.date(2024, 1, 15))
    make.event(made, "completed", COMPLETED)
    enter(
        by=BY, person=made.person, award_type="PQIP", qualified_on=QUALIFIED, entered_on=QUALIFIED
    )
    qualify(by=BY, enrolment=made, on=QUALIFIED)
    register(by=BY, enrolment=made, on=REGISTERED)
    assert said("The professional register") == []


def test_posts_that_differ_from_what_the_programme_says() -> None:
    """Of four whose posts the programme began, the first has none any more, that of the third has other hours, and the
    fourth did not start and is still in post.
    """
    made = [*(enrolled() for _ in range(3)), due(make.person())]
    title = "Learners' posts"
    assert said(title) == []
    with acting_as(by=BY):
        Spell.objects.live().filter(person=made[0].person).update(
            voided_at=now(), void_reason="Follows the programme"
        )
    with without_guard("workforce_spell"):
        Spell.objects.live().filter(person=made[2].person).update(fte="0.5")
    make.event(made[3], "did_not_start", dt.date(2025, 1, 15))
    assert said(title) == [
        f"Person {made[place].person_id}: the posts differ from what the programme and HR say."
        for place in (0, 2, 3)
    ]
