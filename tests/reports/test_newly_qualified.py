"""The newly qualified and leavers' own reasons, worked out on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from learners.models import Enrolment, LeaverWords, NewlyQualified, NewlyQualifiedWorkshop
from learners.rules.qualified import last_protected_day
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from reports.catalogue import find
from reports.figures.asking import Question
from reports.figures.leavers_reasons import leavers_reasons
from reports.figures.newly_qualified import newly_qualified
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import rows
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
BY, DAY, ON = Job("test"), dt.timedelta(days=1), dt.date(2025, 6, 30)


def officer(
    first: dt.date | None, of: str = "NE", *, qualified: dt.date = dt.date(2025, 1, 10), **kept: Any
) -> Enrolment:
    """Somebody who qualified, protected from `first` where that is given; else an officer from then on, and nothing recorded."""
    made = make.enrolment(start=dt.date(2023, 9, 4), in_region=of)
    make.event(made, "completed", qualified)
    make.event(made, "qualified", qualified)
    workshops = kept.pop("workshops", [])
    with acting_as(by=BY):
        if first is not None:
            until = last_protected_day(first)
            NewlyQualified.objects.create(
                enrolment=made, effective_on=first, protected_until=until, **kept
            )
        else:
            w.spell(made.person, qualified, in_region=of)
        for on, is_mandatory in workshops:
            NewlyQualifiedWorkshop.objects.create(
                enrolment=made, title="W", effective_on=on, is_mandatory=is_mandatory
            )
    return made


def of_june() -> Enrolment:
    """Five officers in the North East on 30 June 2025, one in Wales, and three who are none. Returns the second.

    First: protected from 1 October 2024, whose last protected day it is; everything kept.
    Second: from 15 May 2025; the reduction is 10%; no mentor; a flexible workshop only, and three months are not gone.
    Third: from 31 March; three months are complete on 30 June, without a mandatory workshop; the reduction ended the day before.
    Fourth: from the day itself; moved office; keeps no assessor; the reduction begins that day.
    Fifth: qualified on 1 October 2024, nothing recorded, still within nine months.
    """
    someone = make.person()
    whole = {"mentor": someone, "pta": someone, "office_moved": False}
    oct1 = dt.date(2024, 10, 1)
    officer(
        oct1,
        qualified=oct1,
        reduction_from=oct1,
        workshops=[(oct1, True), (oct1 + DAY, True)],
        **whole,
    )
    may = dt.date(2025, 5, 15)
    second = officer(
        may, pta=someone, reduction_percent=10, reduction_from=may, workshops=[(may, False)]
    )
    march = dt.date(2025, 3, 31)
    officer(
        march, reduction_from=march, reduction_until=ON - DAY, workshops=[(ON + DAY, True)], **whole
    )
    officer(ON, mentor=someone, office_moved=True, reduction_from=ON)
    officer(None, qualified=oct1)
    officer(
        dt.date(2025, 2, 3),
        "WAL",
        reduction_from=dt.date(2025, 2, 3),
        workshops=[(dt.date(2025, 2, 3), True)],
        **whole,
    )
    officer(oct1 - DAY, qualified=oct1 - DAY)  # protected until 29 June
    officer(ON + DAY, qualified=ON)  # from 1 July
    officer(None, qualified=oct1 - DAY)  # nine months were complete
    return second


def test_newly_qualified_by_region() -> None:
    of_june()
    # Reduction: first and fourth. Mentor: first, third, fourth. Workshops: first. PTA: first, second, third.
    # Exceptions: second (reduction, mentor), third (reduction, workshop), fourth (assessor, office), fifth (not recorded).
    assert rows("newly-qualified", ON) == [
        {"region": "NE", "protected": 4, "reduction_in_force": 2, "mentor": 3, "workshops_done": 1, "pta_retained": 3,
         "office_moved": 1, "exceptions": 4},
        {"region": "WAL", "protected": 1, "reduction_in_force": 1, "mentor": 1, "workshops_done": 1, "pta_retained": 1,
         "office_moved": 0, "exceptions": 0},
    ]  # fmt: skip


def test_the_day_after_it_is_another_answer() -> None:
    of_june()
    # First and fifth are past nine months; whoever begins on 1 July has nothing of it; the third attended a workshop.
    assert rows("newly-qualified", ON + DAY)[0] == {
        "region": "NE",
        "protected": 4,
        "reduction_in_force": 1,
        "mentor": 2,
        "workshops_done": 1,
        "pta_retained": 2,
        "office_moved": 1,
        "exceptions": 4,
    }


def test_what_was_not_known_then_does_not_count() -> None:
    second, instant = of_june(), now()
    with acting_as(by=BY, recorded_at=instant + DAY):
        NewlyQualifiedWorkshop.objects.create(enrolment=second, title="Late", effective_on=ON)
    then, late = (
        newly_qualified(Question(ON, known))[0] for known in (instant + DAY / 2, instant + 2 * DAY)
    )
    assert (then["workshops_done"], late["workshops_done"]) == (1, 2)
    assert (then["protected"], late["protected"]) == (4, 4)


def test_small_counts_are_hidden_whole() -> None:
    of_june()
    shown = find("newly-qualified").suppress(rows("newly-qualified", ON), 5)
    assert all(not isinstance(value, int) for name, value in shown[0].items() if name != "region")


def leaver(of: str, said: dt.date, *reasons: str) -> Enrolment:
    made = make.enrolment(start=dt.date(2024, 1, 8), in_region=of)
    make.event(made, "withdrawn", dt.date(2024, 6, 3))
    with acting_as(by=BY):
        LeaverWords.objects.create(
            enrolment=made, effective_on=said, reasons=list(reasons), words="Not for managers"
        )
    return made


def test_leavers_own_reasons_are_totals_of_twelve_months() -> None:
    for code in ("pay_and_reward", "staffing"):
        make.reason(code)
    for said, reasons in (
        (ON, ("staffing", "pay_and_reward")),
        (ON - 300 * DAY, ("staffing",)),
        (dt.date(2024, 7, 1), ("pay_and_reward",)),
        (dt.date(2024, 6, 30), ("staffing",)),
        (ON + DAY, ("staffing",)),
    ):
        leaver("NE", said, *reasons)
    leaver("WAL", ON, "staffing")
    second, instant = make.enrolment(start=dt.date(2024, 1, 8), in_region="WAL"), now()
    make.event(second, "withdrawn", dt.date(2024, 6, 3))
    assert rows("leavers-reasons", ON) == [
        {"region": "NE", "reason": "pay_and_reward", "named": 2, "named_first": 1},
        {"region": "NE", "reason": "staffing", "named": 2, "named_first": 2},
        {"region": "WAL", "reason": "staffing", "named": 1, "named_first": 1},
    ]
    with acting_as(by=BY, recorded_at=instant + DAY):
        LeaverWords.objects.create(
            enrolment=second, effective_on=ON, reasons=["pay_and_reward", "staffing"]
        )
    wales = [
        leavers_reasons(Question(ON, known))[2:] for known in (instant + DAY / 2, instant + 2 * DAY)
    ]
    assert [
        [(row["reason"], row["named"], row["named_first"]) for row in each] for each in wales
    ] == [[("staffing", 1, 1)], [("pay_and_reward", 1, 1), ("staffing", 2, 1)]]


def test_managers_see_small_totals_hidden_and_no_words() -> None:
    make.reason("staffing")
    leaver("NE", ON, "staffing")
    address = reverse("reports:report", args=["leavers-reasons"])
    for role in ("learning_manager", "regional_manager", "hr_partner", "national"):
        page = client_for(persona(role)).get(address, {"as_at": ON.isoformat()}).content.decode()
        assert ("fewer than 5 or withheld" in page) is (role != "hr_partner"), role
        assert "Not for managers" not in page
