"""Who may look after somebody: what each role asks at its boundaries: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.allocations import Assessing, Nominee, RoleRequest, Stretch, notes, refusal

D, DAY = dt.date, dt.timedelta(days=1)
ON = D(2026, 6, 1)
PSO, PO, PTA = (
    Stretch(D(2020, 1, 1), None, "PSO"),
    Stretch(D(2020, 1, 1), None, "PO"),
    Stretch(D(2020, 1, 1), None, "PTA"),
)
TRAINEE = Assessing(registered_on=D(2026, 1, 1))
SIGNER = Assessing(
    achieved_on=D(2020, 1, 1), countersigns_from=D(2021, 1, 1), countersigns=("VQ5",)
)


def who(*posts: Stretch, **fields: Any) -> Nominee:
    return Nominee(**{"name": "Ann Rees", "posts": posts, **fields})


def asked(role: str, first: D = ON, last: D | None = None, **fields: Any) -> RoleRequest:
    return RoleRequest(role, Stretch(first, last), ON, **fields)


@pytest.mark.parametrize(("one", "is_refused", "noted"), [
    (who(PTA), False, 0), (who(PO), False, 1), (who(PSO), True, 1), (who(PSO, assessing=TRAINEE), False, 0),
    (who(grade="PSO"), True, 1), (who(), False, 1), (who(is_outside=True, assessing=TRAINEE), False, 0),
    (who(Stretch(D(2020, 1, 1), None, "CA")), True, 1), (who(PSO, assessing=Assessing(target_caseload=5)), True, 0),
    (who(PSO, assessing=TRAINEE, learns=[Stretch(ON)]), True, 0), (who(learns=[Stretch(D(2025, 1, 1), ON - DAY)]), False, 1),
    (who(PTA, learns=[Stretch(D(2019, 1, 1))]), False, 0),  # a place that nobody ended
    (who(PTA, assessing=Assessing(achieved_on=D(2020, 1, 1), lapsed_on=ON)), False, 1),
])  # fmt: skip
def test_an_assessor_of_learners(one: Nominee, is_refused: bool, noted: int) -> None:
    assert bool(refusal(one, asked("pta"))) == is_refused
    assert len(notes(one, asked("pta"))) == noted


def test_somebody_who_becomes_an_officer_before_the_first_day_is_not_held_to_what_they_were() -> (
    None
):
    one = who(Stretch(D(2020, 1, 1), ON - DAY, "PSO"), Stretch(ON, None, "PO"))
    assert not refusal(one, asked("pta"))
    assert refusal(one, asked("pta", ON - DAY))


@pytest.mark.parametrize(
    ("last", "words"), [(ON + 9 * DAY, ""), (ON + 10 * DAY, "leaves on 10 June 2026"), (None, "")]
)
def test_a_post_that_ends_before_the_last_day(last: D | None, words: str) -> None:
    one = who(Stretch(D(2020, 1, 1), ON - DAY, "PO"), Stretch(ON, ON + 9 * DAY, "PTA"))
    assert words in refusal(one, asked("pta", last=last))
    assert notes(one, asked("pta")) == ["Ann Rees leaves on 10 June 2026."]


def test_who_has_left_or_is_still_to_come() -> None:
    left, comes = who(Stretch(D(2020, 1, 1), ON - DAY, "PTA")), who(Stretch(ON + DAY, None, "PTA"))
    assert "not in post on 1 June 2026" in refusal(left, asked("pta"))
    assert "not in post before 2 June 2026" in refusal(comes, asked("pta"))
    assert not refusal(comes, asked("pta", ON + DAY))
    assert not refusal(left, asked("pta", D(2025, 1, 1), D(2025, 12, 31))), "of days gone by"
    assert not refusal(left, asked("pta", D(2025, 1, 1), is_history=True))
    assert notes(left, asked("pta", D(2025, 1, 1), is_history=True)) == [
        "Ann Rees is no longer in post."
    ]
    lasts = asked("pta", D(2025, 1, 1), is_history=True, could_end=True)
    assert (
        refusal(left, lasts)
        == "Ann Rees is not in post on 1 June 2026. Give the last day it lasted, or choose somebody else."
    )
    assert not refusal(left, asked("pta", D(2025, 1, 1), ON - DAY, is_history=True, could_end=True))


def test_who_is_away_on_the_first_day_or_before_the_last() -> None:
    one = who(PTA, away=[Stretch(ON + DAY, ON + 5 * DAY)])
    assert not refusal(one, asked("pta", last=ON))
    assert "away from 2 June 2026 to 6 June 2026" in refusal(one, asked("pta", last=ON + DAY))
    assert not refusal(one, asked("pta")), "it lasts longer than the absence"
    assert notes(one, asked("pta")) == ["Ann Rees is away from 2 June 2026 to 6 June 2026."]
    assert refusal(one, asked("pta", ON + 5 * DAY))
    assert not refusal(one, asked("pta", ON + 6 * DAY))


@pytest.mark.parametrize(
    ("changes", "last", "words"),
    [
        ({}, None, ""),
        ({"countersigns_until": ON + DAY}, ON + DAY, ""),
        ({"countersigns_until": ON}, ON + DAY, "after 1 June 2026"),
        ({"countersigns_until": ON + DAY}, None, "after 2 June 2026"),
        ({"lapsed_on": ON + DAY}, ON, ""),
        ({"lapsed_on": ON + DAY}, ON + DAY, "after 1 June 2026"),
        ({"countersigns_from": ON + DAY}, None, "on 1 June 2026"),
        ({"countersigns_until": ON - DAY}, None, "on 1 June 2026"),
        ({"achieved_on": None}, None, "Record their award"),
        ({"countersigns": ()}, None, "any qualification"),
        ({"countersigns": ("VQ3",)}, None, "VQ5, of which decisions wait"),
    ],
)
def test_a_countersigner_up_to_the_last_day(
    changes: dict[str, Any], last: D | None, words: str
) -> None:
    held = Assessing(**{**vars(SIGNER), **changes})
    said = refusal(who(PO, assessing=held), asked("countersigner", last=last, codes=("VQ5",)))
    assert words in said if words else said == ""


def test_nobody_countersigns_where_a_decision_on_their_own_evidence_waits() -> None:
    one = who(PO, assessing=SIGNER)
    assert "own evidence waits" in refusal(
        one, asked("countersigner", codes=("VQ5",), own_waits=True)
    )
    assert not refusal(one, asked("countersigner", codes=("VQ5",)))


def test_history_of_a_countersigner_and_a_quality_assurer() -> None:
    ended = Assessing(**{**vars(SIGNER), "countersigns_until": D(2022, 1, 1)})
    one = who(PO, assessing=ended)
    assert not refusal(one, asked("countersigner", D(2021, 6, 1), is_history=True))
    assert notes(one, asked("countersigner", D(2021, 6, 1), is_history=True))
    assert refusal(one, asked("countersigner", D(2022, 1, 2), is_history=True)), (
        "no authority on any of the days"
    )
    lasts = asked("countersigner", D(2021, 6, 1), is_history=True, could_end=True)
    assert (
        refusal(one, lasts)
        == "Ann Rees may not countersign on 1 June 2026. Give the last day it lasted."
    )
    assert not refusal(
        one, asked("countersigner", D(2021, 6, 1), ON - DAY, is_history=True, could_end=True)
    )
    ending = Assessing(**{**vars(SIGNER), "countersigns_until": ON + DAY})
    assert not refusal(who(PO, assessing=ending), lasts), "an end that lies ahead is only said"
    assert notes(who(PO, assessing=ending), lasts)
    assert refusal(who(PO), asked("countersigner", D(2021, 6, 1), is_history=True))
    assert refusal(who(PO), asked("iqa"))
    assert not refusal(who(PO), asked("iqa", D(2021, 6, 1), is_history=True)), (
        "no file says who may"
    )
    assures = Assessing(assures_from=ON, assures_until=ON + DAY, assures=("VQ5",))
    assert not refusal(who(PO, assessing=assures), asked("iqa", last=ON + DAY))
    assert refusal(who(PO, assessing=assures), asked("iqa", last=ON + 2 * DAY))


def test_a_line_manager_and_a_mentor() -> None:
    spo = Stretch(D(2020, 1, 1), None, "SPO")
    assert (refusal(who(spo), asked("line_manager")), notes(who(spo), asked("line_manager"))) == (
        "",
        [],
    )
    assert notes(who(PO), asked("line_manager")) == ["Ann Rees is not a senior probation officer."]
    assert refusal(who(PSO), asked("line_manager"))
    assert (refusal(who(PO), asked("mentor")), notes(who(PO), asked("mentor"))) == ("", [])
    assert not refusal(who(PSO), asked("mentor"))
    assert notes(who(PSO), asked("mentor"))
    assert refusal(who(PSO, learns=[Stretch(D(2026, 1, 1))]), asked("mentor"))
