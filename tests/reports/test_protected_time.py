"""Protected time, worked out on paper."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.actions.practice_days import record_day
from learners.models import Enrolment, LostReason, ProtectedDay
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from reports.figures.asking import PlaceFilter, Question
from reports.figures.protected_time import protected_time
from tests.factories import learners as make
from tests.factories.reports import rows

pytestmark = pytest.mark.django_db
BY, DAY, ON = Job("test"), dt.timedelta(days=1), dt.date(2025, 6, 30)


def days(of: Enrolment, kind: str, *came: tuple[int, bool | None, str]) -> None:
    """Days so many before `ON`: taken, lost for a reason, or not said."""
    with acting_as(by=BY):
        for reason in {reason for _, _, reason in came if reason}:
            LostReason.objects.get_or_create(code=reason, defaults={"title": reason})
        for back, taken, reason in came:
            ProtectedDay.objects.create(
                person=of.person,
                kind=kind,
                effective_on=ON - back * DAY,
                taken=taken,
                reason_lost=reason,
            )


def of_june() -> Enrolment:
    """Two learners of the North East, one of whom moves to Wales on 20 June; and somebody who is no learner."""
    first, second = make.enrolment(), make.enrolment()
    days(
        first,
        "university",
        (0, True, ""),
        (7, False, "case_work"),
        (14, False, "case_work"),
        (21, False, "meeting"),
        (28, None, ""),
        (-1, None, ""),
    )
    days(second, "university", (11, False, ""), (9, True, ""), (10, False, "case_work"))
    days(second, "vocational", (40, True, ""))
    make.event(second, "moved_region", dt.date(2025, 6, 20), to_region=make.region("WAL"))
    with acting_as(by=BY):
        ProtectedDay.objects.create(
            person=make.person(), kind="university", effective_on=ON, taken=True
        )
    return first


def test_planned_taken_and_lost_by_region_kind_and_reason() -> None:
    of_june()
    # North East, university: the first's five to the day (the sixth is to come) and the second's of 19 June: six.
    # Lost: case work twice (33.3%), a meeting once (16.7%), once for no reason said. Wales: taken on 21 June, lost on 20 June.
    assert rows("protected-time", ON) == [
        {
            "region": "NE",
            "kind": "university",
            "reason": "",
            "planned": 2,
            "taken": 1,
            "lost": 0,
            "lost_percent": 0.0,
        },
        {
            "region": "NE",
            "kind": "university",
            "reason": "case_work",
            "planned": 2,
            "taken": 0,
            "lost": 2,
            "lost_percent": 33.3,
        },
        {
            "region": "NE",
            "kind": "university",
            "reason": "meeting",
            "planned": 1,
            "taken": 0,
            "lost": 1,
            "lost_percent": 16.7,
        },
        {
            "region": "NE",
            "kind": "university",
            "reason": "not_recorded",
            "planned": 1,
            "taken": 0,
            "lost": 1,
            "lost_percent": 16.7,
        },
        {
            "region": "NE",
            "kind": "vocational",
            "reason": "",
            "planned": 1,
            "taken": 1,
            "lost": 0,
            "lost_percent": 0.0,
        },
        {
            "region": "WAL",
            "kind": "university",
            "reason": "",
            "planned": 1,
            "taken": 1,
            "lost": 0,
            "lost_percent": 0.0,
        },
        {
            "region": "WAL",
            "kind": "university",
            "reason": "case_work",
            "planned": 1,
            "taken": 0,
            "lost": 1,
            "lost_percent": 50.0,
        },
    ]
    assert sum(row["planned"] for row in rows("protected-time", ON + DAY)) == 10


def test_as_it_was_known() -> None:
    first = of_june()
    known = now()
    record_day(
        by=BY, person=first.person, on=ON, kind="university", taken=False, reason_lost="meeting"
    )
    then, later = (protected_time(Question(ON, at))[:3] for at in (known, None))
    assert [row["taken"] for row in then] == [1, 0, 0]
    assert [(row["reason"], row["lost"]) for row in later] == [
        ("", 0),
        ("case_work", 2),
        ("meeting", 2),
    ]


def test_of_one_region() -> None:
    of_june()
    wales = PlaceFilter(everywhere=False, regions=frozenset({make.region("WAL").pk}))
    assert {row["region"] for row in rows("protected-time", ON, place=wales)} == {"WAL"}
    assert rows("protected-time", dt.date(2014, 1, 1)) == []
