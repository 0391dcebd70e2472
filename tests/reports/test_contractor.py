"""A contractor's whole engagement brought in from files, and its totals read from the reports (rule C3 57).

Between August 2020 and April 2023 one contractor developed 225 trainee assessors: 158 achieved the award, 13,000 of their
decisions were countersigned, 1,500 packages of theirs were assessed and 1,300 reviews were held. The rows are made up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.factories.reports import rows
from tests.learners.files import bring_in, done

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2020, 8, 1), dt.date(2023, 4, 30)
TRAINEES, ACHIEVED, DECIDED, PACKAGES, REVIEWS, RETURNED = 225, 158, 13_000, 1_500, 1_300, 1_400
REGIONS = ("NE", "YH", "NW")
COUNTERSIGNERS = ("X001", "X002", "X003", "X004")
#: Every trainee registers in 2020 and 2021; those who achieve do so a year later, after their last decision.
NUMBERS = [f"T{number:03}" for number in range(1, TRAINEES + 1)]
REGISTERED = {
    number: dt.date(2020, 8, 1) + dt.timedelta(days=2 * place)
    for place, number in enumerate(NUMBERS)
}
LEARNERS = [f"L{number:03}" for number in range(1, 101)]


def months() -> Iterator[dt.date]:
    """The last day of each month of the engagement."""
    day = FIRST
    while day <= LAST:
        following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        yield following - dt.timedelta(days=1)
        day = following


def member(number: str, region: str, grade: str, **more: str) -> dict[str, str]:
    return {
        "staff_number": number,
        "email": f"{number.lower()}@example.com",
        "first_name": "Kit",
        "last_name": "Made-up",
        "grade": grade,
        "region": region,
        "fte": "1.0",
        "start_date": "2018-01-01",
        **more,
    }


def people(tmp_path: Path) -> None:
    """The trainees and candidates of the Service, and the contractor's countersigners, who are outside it."""
    places = cycle(REGIONS)
    outside = {"organisation": "Assessment Partners Limited"}
    done(
        bring_in(
            tmp_path,
            "staff",
            *(member(number, next(places), "PTA") for number in NUMBERS),
            *(member(number, next(places), "PSO") for number in LEARNERS),
            *(member(number, "NE", "OTHER", **outside) for number in COUNTERSIGNERS),
        )
    )
    authority = {"countersign_from": "2015-01-01", "allowed_qualifications": "VQ5;VQ3;TAQA3"}
    awards = {number: award_of(number) for number in NUMBERS[:ACHIEVED]}
    done(
        bring_in(
            tmp_path,
            "assessors",
            *(
                {"staff_number": number, "taqa_achieved_on": "2014-01-01", **authority}
                for number in COUNTERSIGNERS
            ),
            *(
                {
                    "staff_number": number,
                    "taqa_registered_on": day,
                    "taqa_achieved_on": awards.get(number, ""),
                }
                for number, day in REGISTERED.items()
            ),
        )
    )
    done(
        bring_in(
            tmp_path,
            "registrations",
            *(
                {"staff_number": number, "qualification": code, "registered_on": day}
                for code, day_of in (
                    ("TAQA3", REGISTERED),
                    ("VQ3", dict.fromkeys(LEARNERS, dt.date(2020, 8, 1))),
                )
                for number, day in day_of.items()
            ),
        )
    )


def award_of(number: str) -> dt.date:
    """The day a trainee achieved the award: 420 days after registering."""
    return REGISTERED[number] + dt.timedelta(days=420)


def evidence(reference: str, candidate: str, qualification: str, on: dt.date) -> dict[str, Any]:
    return {
        "reference": reference,
        "staff_number": candidate,
        "qualification": qualification,
        "title": "Made-up evidence",
        "method": "observation",
        "submitted_on": on,
        "criteria": "1.1.1",
    }


def decision(reference: str, assessor: str, on: dt.date, **signed: Any) -> dict[str, Any]:
    return {
        "evidence_reference": reference,
        "assessor": assessor,
        "decided_on": on,
        "criteria_met": "1.1.1",
        "feedback": "Clear and complete.",
        **signed,
    }


def decided_and_countersigned(tmp_path: Path) -> None:
    """Decisions of the trainees, each within a year of registering and countersigned five days later."""
    pieces, decisions = [], []
    turns = zip(
        cycle(NUMBERS), cycle(LEARNERS), cycle(COUNTERSIGNERS), range(DECIDED), strict=False
    )
    for number, learner, countersigner, place in islice(turns, DECIDED):
        on = REGISTERED[number] + dt.timedelta(days=10 + 6 * (place // TRAINEES))
        pieces.append(evidence(f"D{place:05}", learner, "VQ3", on))
        is_returned = place < RETURNED
        decisions.append(
            decision(
                f"D{place:05}",
                number,
                on,
                countersigner=countersigner,
                countersigned_on=on + dt.timedelta(days=5),
                countersign_outcome="returned" if is_returned else "agreed",
                countersign_feedback="Say how they showed it." if is_returned else "",
            )
        )
    done(bring_in(tmp_path, "evidence", *pieces))
    done(bring_in(tmp_path, "decisions", *decisions))


def packages_and_reviews(tmp_path: Path) -> None:
    """The trainees' own portfolios, assessed by the contractor's qualified assessors, and the reviews held with them."""
    pieces, decisions, reviews = [], [], []
    for place, number in enumerate(islice(cycle(NUMBERS), PACKAGES)):
        on = REGISTERED[number] + dt.timedelta(days=20 + 30 * (place // TRAINEES))
        pieces.append(evidence(f"P{place:04}", number, "TAQA3", on))
        decisions.append(
            decision(f"P{place:04}", COUNTERSIGNERS[place % 4], on + dt.timedelta(days=7))
        )
    for place, number in enumerate(islice(cycle(NUMBERS), REVIEWS)):
        due = REGISTERED[number] + dt.timedelta(days=60 * (1 + place // TRAINEES))
        reviews.append({"staff_number": number, "due_on": due, "held_on": due, "kind": "assessor"})
    done(bring_in(tmp_path, "evidence", *pieces))
    done(bring_in(tmp_path, "decisions", *decisions))
    done(bring_in(tmp_path, "reviews", *reviews))


def test_the_contractors_totals_come_out_of_the_reports(tmp_path: Path) -> None:
    people(tmp_path)
    decided_and_countersigned(tmp_path)
    packages_and_reviews(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a load of this size

    developed = rows("assessor-development", LAST)
    assert [row["region"] for row in developed] == ["NE", "YH", "NW"]
    names = (
        "registered",
        "achieved",
        "packages_assessed",
        "packages_quality_assured",
        "reviews_held",
    )
    assert {name: sum(row[name] for row in developed) for name in names} == {
        "registered": TRAINEES,
        "achieved": ACHIEVED,
        "packages_assessed": PACKAGES,
        "packages_quality_assured": 0,
        "reviews_held": REVIEWS,
    }
    assert {row["median_months_to_achieve"] for row in developed} == {13.8}  # 420 days ÷ 30.4375

    by_month = [row for day in months() for row in rows("countersigning", day)]
    ours = [row for row in by_month if row["assessor"] in REGISTERED]
    assert sum(row["decisions"] for row in ours) == DECIDED
    assert sum(row["agreed"] + row["returned"] for row in by_month) == DECIDED
    assert sum(row["returned"] for row in by_month) == RETURNED
    assert sum(row["awaiting_countersignature"] for row in rows("countersigning", LAST)) == 0
