"""Entry rules at their boundaries, named after the rule they hold (rules C1 1 to 20). No database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from learners.rules.entry import (
    Advice,
    Answer,
    Applicant,
    Thresholds,
    Verdict,
    advise,
    check_decision,
    check_due,
    check_open,
    due_pathway,
    modules_counted,
)
from pqip.core.errors import RuleBroken

APPLIED = dt.date(2025, 3, 17)
TODAY, BEFORE_2024 = Thresholds(), Thresholds(level_required=5, short_without_level5=True)
THREE, FOUR, TWO = ["CJS", "UCCB", "PPP"], ["CJS", "UCCB", "PPP", "REHAB"], ["CJS", "UCCB"]
EXTERNAL = Applicant(
    APPLIED,
    level5_held=True,
    modules_held=THREE,
    born_on=dt.date(2000, 1, 1),
    has_experience=True,
    right_to_work=True,
    resident_three_years=True,
)
PSO = Applicant(
    APPLIED,
    route="pso_progression",
    level5_held=True,
    pso_from=dt.date(2024, 1, 1),
    directly_employed=True,
    probation_passed=True,
    mandatory_in_date=True,
    procedure_bars=False,
)
INTERNAL = Applicant(
    APPLIED, route="internal_moj", level5_held=True, level5_credits=120, modules_held=THREE
)


def asked(applicant: Applicant, rules: Thresholds = TODAY, **facts: object) -> Advice:
    return advise(replace(applicant, **facts), rules)  # type: ignore[arg-type]


def answer(advice: Advice, number: str, words: str = "") -> Answer:
    return next(
        each.answer for each in advice.clauses if each.number == number and words in each.words
    )


def test_every_clause_has_words_an_answer_and_a_source() -> None:
    again = replace(PSO, level5_held=False, left_on=APPLIED, offered_on=APPLIED, starts_on=APPLIED)
    for applicant in (EXTERNAL, PSO, INTERNAL, again):
        for clause in advise(applicant, TODAY).clauses:
            assert clause.number.startswith("C1 ")
            assert clause.words
            assert clause.source


@pytest.mark.parametrize(("born", "expected"), [
    (dt.date(2007, 3, 17), Answer.MET), (dt.date(2007, 3, 18), Answer.NOT_MET), (None, Answer.NOT_RECORDED),
])  # fmt: skip
def test_c1_1_eighteen_on_the_day(born: dt.date | None, expected: Answer) -> None:
    assert answer(asked(EXTERNAL, born_on=born), "C1 1", "At least 18") == expected


def test_c1_1_born_on_a_leap_day_is_eighteen_on_1_march() -> None:
    leap = dt.date(2008, 2, 29)
    assert (
        asked(EXTERNAL, born_on=leap, applied_on=dt.date(2026, 2, 28)).verdict
        == Verdict.NOT_ELIGIBLE
    )
    assert asked(EXTERNAL, born_on=leap, applied_on=dt.date(2026, 3, 1)).verdict == Verdict.FITS


@pytest.mark.parametrize("fact", ["right_to_work", "has_experience", "resident_three_years"])
def test_c1_1_and_7_of_external_applicants(fact: str) -> None:
    assert asked(EXTERNAL, **{fact: False}).verdict == Verdict.NOT_ELIGIBLE
    assert asked(EXTERNAL, **{fact: None}).verdict == Verdict.NOT_RECORDED
    assert asked(EXTERNAL, **{fact: None}).pathway is None


def test_c1_1_a_level_3_is_enough_today_and_a_level_5_was_needed_before() -> None:
    without = replace(EXTERNAL, level5_held=False, level3_held=True)
    assert advise(without, TODAY).pathway == "PQIP27"
    assert advise(without, BEFORE_2024).verdict == Verdict.NOT_ELIGIBLE
    assert advise(replace(without, level3_held=None), TODAY).verdict == Verdict.NOT_RECORDED
    assert advise(EXTERNAL, BEFORE_2024).pathway == "PQIP15"


@pytest.mark.parametrize(("held", "pathway", "fourth"), [
    (THREE, "PQIP15", True), (FOUR, "PQIP15", False), (TWO, "PQIP21", False), (["CJS", "CJS", "UCCB"], "PQIP21", False),
    (["CJS", "UCCB", "OTHER"], "PQIP21", False),
])  # fmt: skip
def test_c1_2_and_4_three_of_the_knowledge_modules(
    held: list[str], pathway: str, fourth: bool
) -> None:
    advice = asked(EXTERNAL, modules_held=held)
    assert (advice.pathway, advice.owes_fourth) == (pathway, fourth)


def test_c1_5_without_level_5_the_modules_do_not_count() -> None:
    advice = asked(EXTERNAL, level5_held=False, level3_held=True, modules_held=THREE)
    assert (advice.pathway, advice.owes_fourth) == ("PQIP27", False)


@pytest.mark.parametrize(("held", "started", "allowed", "pathway"), [
    (TWO, ["PPP"], 1, "PQIP15"), (TWO, ["PPP"], 0, "PQIP21"),
    (["CJS"], ["UCCB", "PPP"], 1, "PQIP21"), (TWO, ["CJS"], 1, "PQIP21"),
])  # fmt: skip
def test_c1_6_the_third_module_counts_once_begun(
    held: list[str], started: list[str], allowed: int, pathway: str
) -> None:
    advice = asked(
        EXTERNAL, Thresholds(modules_started=allowed), modules_held=held, modules_started=started
    )
    assert advice.pathway == pathway


def test_c1_6_a_module_only_begun_is_said_to_be() -> None:
    advice = asked(EXTERNAL, modules_held=TWO, modules_started=["PPP"])
    assert "3 of 4 count, 1 of them only begun" in next(
        each.found for each in advice.clauses if each.number == "C1 2"
    )
    assert advice.owes_fourth
    assert modules_counted(FOUR, ["CJS"], 4) == 4


def test_c1_8_a_pso_with_level_5_takes_15_months_whatever_the_modules() -> None:
    assert asked(PSO, modules_held=[]).pathway == "PQIP15"


@pytest.mark.parametrize(("credits", "verdict"), [
    (120, Verdict.FITS), (119, Verdict.NOT_ELIGIBLE), (None, Verdict.NOT_RECORDED),
])  # fmt: skip
def test_c1_9_credits_at_level_5_of_the_internal_route(
    credits: int | None, verdict: Verdict
) -> None:
    assert asked(INTERNAL, level5_credits=credits).verdict == verdict


def test_c1_9_the_internal_route_needs_a_level_5_and_is_15_or_21_months() -> None:
    assert asked(INTERNAL, level5_held=False).verdict == Verdict.NOT_ELIGIBLE
    assert asked(INTERNAL, modules_held=TWO).pathway == "PQIP21"


@pytest.mark.parametrize(("since", "absent", "expected"), [
    (dt.date(2024, 9, 17), 0, Answer.MET),  # exactly 6 months on 17 March 2025
    (dt.date(2024, 9, 18), 0, Answer.NOT_MET),  # one day less
    (dt.date(2024, 9, 17), 1, Answer.NOT_MET),  # a day of long absence is no effective service
    (dt.date(2024, 8, 18), 27, Answer.MET),  # 18 February 2025 and 27 days: 17 March
    (dt.date(2024, 8, 18), 28, Answer.NOT_MET),
    (None, 0, Answer.NOT_RECORDED),
])  # fmt: skip
def test_c1_10_six_months_of_effective_service(
    since: dt.date | None, absent: int, expected: Answer
) -> None:
    assert (
        answer(asked(PSO, pso_from=since, days_absent=absent), "C1 10", "effective service")
        == expected
    )


@pytest.mark.parametrize(("number", "fact"), [
    ("C1 11", "directly_employed"), ("C1 12", "probation_passed"), ("C1 14", "mandatory_in_date"),
])  # fmt: skip
def test_c1_11_12_and_14_of_pso_progression(number: str, fact: str) -> None:
    for value, expected in (
        (True, Answer.MET),
        (False, Answer.NOT_MET),
        (None, Answer.NOT_RECORDED),
    ):
        assert answer(asked(PSO, **{fact: value}), number) == expected


def test_c1_13_a_procedure_that_bars_promotion_is_a_fact_and_not_kept_after_selection() -> None:
    assert asked(PSO, procedure_bars=True).verdict == Verdict.NOT_ELIGIBLE
    assert asked(PSO, procedure_bars=None).verdict == Verdict.NOT_RECORDED
    after = asked(PSO, procedure_bars=None, selection_over=True)
    assert (answer(after, "C1 13"), after.verdict) == (Answer.NOT_KEPT, Verdict.FITS)


def test_c1_15_without_level_5_the_written_assignment_is_needed() -> None:
    without = replace(PSO, level5_held=False, level3_held=True)
    assert advise(without, TODAY).verdict == Verdict.NOT_RECORDED
    assert advise(replace(without, assignment_done=True), TODAY).pathway == "PQIP27"
    assert advise(replace(without, assignment_done=True), BEFORE_2024).pathway == "PQIP15"
    assert all(each.number != "C1 15" for each in asked(PSO).clauses)


def test_c1_16_a_former_pso_is_considered_case_by_case() -> None:
    advice = asked(PSO, pso_until=APPLIED - dt.timedelta(days=1))
    assert (advice.verdict, advice.pathway) == (Verdict.CASE_BY_CASE, None)
    assert asked(PSO, pso_until=APPLIED).pathway == "PQIP15"


@pytest.mark.parametrize(("left", "agreed", "verdict"), [
    (dt.date(2024, 3, 17), None, Verdict.NOT_RECORDED),  # 12 months to the day: within
    (dt.date(2024, 3, 17), True, Verdict.FITS), (dt.date(2024, 3, 17), False, Verdict.NOT_ELIGIBLE),
    (dt.date(2024, 3, 16), None, Verdict.FITS),  # a day longer ago
])  # fmt: skip
def test_c1_19_a_return_within_12_months_needs_agreement(
    left: dt.date, agreed: bool | None, verdict: Verdict
) -> None:
    assert asked(EXTERNAL, left_on=left, rejoin_agreed=agreed).verdict == verdict


def test_c1_20_an_offer_is_carried_over_for_12_months_at_most() -> None:
    told = dt.date(2024, 9, 1)
    assert asked(EXTERNAL, offered_on=told, starts_on=dt.date(2025, 9, 1)).verdict == Verdict.FITS
    assert (
        asked(EXTERNAL, offered_on=told, starts_on=dt.date(2025, 9, 2)).verdict
        == Verdict.NOT_ELIGIBLE
    )


@pytest.mark.parametrize(
    ("route", "level5", "modules", "expected"),
    [
        ("external", True, ["CJS", "UCCB", "PPP"], "PQIP15"),
        ("external", True, ["CJS", "UCCB", "PPP", "REHAB"], "PQIP15"),
        ("external", True, ["CJS", "UCCB"], "PQIP21"),
        ("external", True, ["CJS", "CJS", "UCCB"], "PQIP21"),
        ("external", True, ["CJS", "UCCB", "OTHER"], "PQIP21"),
        ("external", False, ["CJS", "UCCB", "PPP"], "PQIP27"),
        ("pso_progression", True, [], "PQIP15"),
        ("pso_progression", False, [], "PQIP27"),
        ("internal_moj", True, [], "PQIP21"),
    ],
)
def test_the_pathway_that_entry_facts_lead_to(
    route: str, level5: bool, modules: list[str], expected: str
) -> None:
    assert due_pathway(entry_route=route, level5_held=level5, modules_held=modules) == expected


class Pathway(SimpleNamespace):
    def __str__(self) -> str:
        return "13 months"


PILOT = Pathway(code="PQIP13", opens_on=dt.date(2021, 1, 1), closes_on=dt.date(2022, 2, 28))


@pytest.mark.parametrize("day", [dt.date(2021, 1, 1), dt.date(2022, 2, 28)])
def test_a_pathway_is_open_on_its_first_and_last_day(day: dt.date) -> None:
    check_open(PILOT, day)


@pytest.mark.parametrize("day", [dt.date(2020, 12, 31), dt.date(2022, 3, 1)])
def test_and_closed_the_day_before_and_after(day: dt.date) -> None:
    with pytest.raises(
        RuleBroken, match="13 months takes starters 1 January 2021 to 28 February 2022 only"
    ):
        check_open(PILOT, day)


def test_another_pathway_needs_a_reason() -> None:
    check_due(PILOT, "PQIP13", "")
    check_due(PILOT, "PQIP15", "Agreed by the pathways team")
    with pytest.raises(RuleBroken, match="lead to PQIP15"):
        check_due(PILOT, "PQIP15", " ")


@pytest.mark.parametrize(("facts", "said"), [
    ({}, "The rules lead to PQIP15"), ({"right_to_work": False}, "A rule of their route is not met"),
    ({"right_to_work": None}, "Not enough is recorded"),
])  # fmt: skip
def test_a_decision_against_or_without_advice_needs_a_reason(
    facts: dict[str, object], said: str
) -> None:
    advice = asked(EXTERNAL, **facts)
    check_decision(PILOT, advice, "Agreed by the pathways team")
    with pytest.raises(RuleBroken, match=said):
        check_decision(PILOT, advice, " ")
    check_decision(Pathway(code="PQIP15"), asked(EXTERNAL), "")
