"""The rules alone: when criteria are met, units achieved, and what waits for the service."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.models import AssessorRecord
from assessments.rules.assessors import check_terms
from assessments.rules.countersigning import check_countersigner
from assessments.rules.decisions import check_assessor, check_order
from assessments.rules.evidence import check_registered, may_show
from assessments.rules.units_signing_off import check_signer
from pqip.core.errors import RuleBroken
from pqip.core.pii_check import refuse_case_identifiers

ONE, TWO = 1, 2


def day(number: int) -> dt.date:
    return dt.date(2026, 3, 1) + dt.timedelta(days=number)


def may(**changes: object) -> None:
    terms = {"achieved_on": day(0), "countersign_from": day(0), "allowed_qualifications": ["VQ5"]}
    usual = {
        "countersigner": 1,
        "assessor": 2,
        "candidate": 3,
        "qualification": "VQ5",
        "decided_on": day(5),
        "on": day(5),
        "today": day(9),
    }
    authority = AssessorRecord(
        **{**terms, **{key: changes.pop(key) for key in set(terms) & set(changes)}}
    )
    check_countersigner(authority, **{**usual, **changes})


def test_a_qualified_countersigner_may_on_the_day_of_the_decision() -> None:
    may()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"countersigner": 2}, "of their own"),
        ({"countersigner": 3}, "their own evidence"),
        ({"on": day(4)}, "before the day"),
        ({"on": day(10)}, "today or in the past"),
        ({"achieved_on": day(6)}, "not a qualified assessor"),
        ({"countersign_from": day(6)}, "no authority"),
        ({"allowed_qualifications": ["VQ3"]}, "no authority to countersign VQ5"),
    ],
)
def test_who_may_not_countersign(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        may(**changes)


@pytest.mark.parametrize(
    "text", ["Report on X123456", "Prison visit, A1234BC", "PNC 2012/123456Z", "case x123456."]
)
def test_case_identifiers_are_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="without identifying"):
        refuse_case_identifiers("title", text)


@pytest.mark.parametrize(
    "text",
    [
        "Pre-sentence report 3 of 4",
        "MAPPA level 2 meeting",
        "OASys review, June 2026",
        "FL3 and A12345",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    refuse_case_identifiers("title", text)


def test_nobody_decides_or_signs_off_what_is_their_own() -> None:
    check_assessor(assessor=ONE, candidate=TWO)
    check_signer(signer=ONE, candidate=TWO)
    with pytest.raises(RuleBroken, match="Nobody decides their own evidence"):
        check_assessor(assessor=ONE, candidate=ONE)
    with pytest.raises(RuleBroken, match="Nobody signs off a unit of their own"):
        check_signer(signer=TWO, candidate=TWO)


def test_a_decision_on_screen_is_dated_on_or_after_the_one_before() -> None:
    check_order(decided_on=day(1), latest_on=None)
    check_order(decided_on=day(1), latest_on=day(1))
    with pytest.raises(RuleBroken, match="before the one it follows"):
        check_order(decided_on=day(0), latest_on=day(1))


def test_evidence_is_submitted_on_or_after_the_day_registered() -> None:
    check_registered(day(1), None)
    check_registered(day(1), day(1))
    with pytest.raises(RuleBroken, match="before the candidate was registered"):
        check_registered(day(0), day(1))


def test_a_criterion_that_names_no_way_is_shown_in_any() -> None:
    assert may_show([], "observation")
    assert may_show(["observation", "product"], "product")
    assert not may_show(["observation"], "product")


@pytest.mark.parametrize(
    ("terms", "refused"),
    [
        ({"registered_on": day(1), "achieved_on": day(1)}, ""),
        ({"registered_on": day(2), "achieved_on": day(1)}, "before the assessor registered"),
        ({"achieved_on": day(5)}, ""),
        ({"achieved_on": day(6)}, "today or in the past"),
        ({"lapsed_on": day(1)}, "only after it was achieved"),
        ({"achieved_on": day(1), "lapsed_on": day(1)}, ""),
        ({"countersign_until": day(1)}, "day from which they may countersign"),
        ({"countersign_from": day(1), "countersign_until": day(1)}, ""),
        ({"countersign_from": day(2), "countersign_until": day(1)}, "on or after the first"),
        ({"competent_on": day(6)}, "today or in the past"),
        ({"may_assess": True}, "occupational competence"),
        ({"assured_qualifications": ["VQ5"]}, "day from which they may quality assure"),
        ({"target_caseload": 100}, ""),
        ({"target_caseload": 101}, "from 0 to 100"),
        ({"weekly_hours": 61}, "from 0 to 60"),
    ],
)
def test_an_award_an_authority_and_a_capacity_that_can_be(
    terms: dict[str, object], refused: str
) -> None:
    if not refused:
        check_terms(terms, today=day(5))
        return
    with pytest.raises(RuleBroken, match=refused):
        check_terms(terms, today=day(5))
