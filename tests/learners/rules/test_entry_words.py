"""What each clause of entry says beside its answer, and what nobody has recorded; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from learners.rules.entry import (
    FOURTH_MODULE_MONTHS,
    Advice,
    Answer,
    Applicant,
    Thresholds,
    Verdict,
    advise,
    check_open,
    due_pathway,
    modules_counted,
    owes_fourth,
)
from learners.rules.entry.clauses import PSO_LEVEL, Clause

from .test_entry import (
    APPLIED,
    BEFORE_2024,
    EXTERNAL,
    FOUR,
    INTERNAL,
    PSO,
    THREE,
    TODAY,
    TWO,
    asked,
)

DAY = dt.timedelta(days=1)


def clause(advice: Advice, number: str, words: str = "") -> Clause:
    return next(each for each in advice.clauses if each.number == number and words in each.words)


def test_the_numbers_of_today() -> None:
    assert Thresholds() == Thresholds(
        level_required=3, modules_for_short=3, modules_started=1, level5_credits=120, service_months=6, minimum_age=18,
        rejoin_months=12, short_without_level5=False,
    )  # fmt: skip
    assert (FOURTH_MODULE_MONTHS, PSO_LEVEL) == (6, 3)


def test_of_whom_nothing_is_recorded() -> None:
    bare = Applicant(APPLIED)
    assert (bare.level, bare.age, bare.served_on(6), bare.days_absent, bare.selection_over) == (
        None,
        None,
        None,
        0,
        False,
    )
    advice = advise(bare, TODAY)
    assert {each.answer for each in advice.clauses} == {Answer.NOT_RECORDED}
    assert (advice.verdict, advice.pathway, advice.leads_to, advice.owes_fourth) == (
        Verdict.NOT_RECORDED, None, "PQIP27", False,
    )  # fmt: skip
    assert Advice(Verdict.FITS, "PQIP15", (), ()).owes_fourth is False


@pytest.mark.parametrize(("level5", "level3", "level"), [
    (True, None, 5), (True, False, 5), (False, True, 3), (None, True, 3), (False, False, 0), (None, False, 0), (None, None, None),
    (False, None, None),
])  # fmt: skip
def test_the_highest_level_known(
    level5: bool | None, level3: bool | None, level: int | None
) -> None:
    assert Applicant(APPLIED, level5_held=level5, level3_held=level3).level == level


@pytest.mark.parametrize(("born", "age"), [
    ("2000-03-16", 25), ("2000-03-17", 25), ("2000-03-18", 24), ("2000-02-28", 25), ("2000-04-01", 24), ("2000-12-01", 24),
])  # fmt: skip
def test_whole_years_on_the_day(born: str, age: int) -> None:
    """Applied on 17 March 2025."""
    assert Applicant(APPLIED, born_on=dt.date.fromisoformat(born)).age == age


@pytest.mark.parametrize(("level3", "rules", "answer"), [
    (True, TODAY, Answer.MET), (False, TODAY, Answer.NOT_MET), (None, TODAY, Answer.NOT_RECORDED),
    (True, BEFORE_2024, Answer.NOT_MET),
])  # fmt: skip
def test_the_level_asked(level3: bool | None, rules: Thresholds, answer: Answer) -> None:
    found = clause(
        asked(EXTERNAL, rules, level5_held=None, level3_held=level3),
        "C1 1",
        "qualification or higher",
    )
    assert (found.answer, found.words) == (
        answer,
        f"Holds a level {rules.level_required} qualification or higher",
    )
    assert found.source == ("W24" if rules is TODAY else "W25c")
    of_pso = clause(
        asked(PSO, rules, level5_held=False, level3_held=level3), "C1 10", "qualification or higher"
    )
    assert of_pso.answer == (answer if rules is TODAY else Answer.MET)


def test_what_the_record_shows() -> None:
    assert clause(asked(EXTERNAL), "C1 1", "At least 18").found == "Born on 1 January 2000"
    assert clause(asked(EXTERNAL, born_on=None), "C1 1", "At least 18").found == ""
    assert clause(asked(PSO), "C1 10", "effective service").found == "Complete on 1 July 2024"
    assert clause(asked(PSO, pso_from=None), "C1 10", "effective service").found == ""
    assert clause(asked(PSO, pso_until=APPLIED - DAY), "C1 16").found == "PSO until 16 March 2025"
    assert clause(asked(PSO), "C1 13").found == "A matter of fact, never a veto"
    assert clause(asked(INTERNAL), "C1 9").found == "120 credits"
    assert clause(asked(INTERNAL, level5_credits=None), "C1 9").found == ""


@pytest.mark.parametrize(("held", "credits", "answer"), [
    (True, 119, Answer.NOT_MET), (True, 120, Answer.MET), (True, 121, Answer.MET), (True, None, Answer.NOT_RECORDED),
    (False, None, Answer.NOT_MET), (False, 120, Answer.NOT_MET), (None, 120, Answer.NOT_RECORDED),
    (None, None, Answer.NOT_RECORDED),
])  # fmt: skip
def test_credits_of_the_internal_route(
    held: bool | None, credits: int | None, answer: Answer
) -> None:
    assert (
        clause(asked(INTERNAL, level5_held=held, level5_credits=credits), "C1 9").answer == answer
    )


@pytest.mark.parametrize(("bars", "over", "answer"), [
    (None, False, Answer.NOT_RECORDED), (None, True, Answer.NOT_KEPT), (True, True, Answer.NOT_MET), (False, True, Answer.MET),
    (True, False, Answer.NOT_MET), (False, False, Answer.MET),
])  # fmt: skip
def test_a_procedure_after_selection(bars: bool | None, over: bool, answer: Answer) -> None:
    assert clause(asked(PSO, procedure_bars=bars, selection_over=over), "C1 13").answer == answer


@pytest.mark.parametrize(("days", "is_former"), [(-1, True), (0, False), (1, False)])
def test_a_pso_until_the_day_they_applied_is_one(days: int, is_former: bool) -> None:
    numbers = [each.number for each in asked(PSO, pso_until=APPLIED + days * DAY).clauses]
    assert ("C1 16" in numbers) == is_former


@pytest.mark.parametrize(("days", "is_asked"), [(-1, True), (0, True), (1, False)])
def test_who_left_up_to_the_day_they_applied_returns(days: int, is_asked: bool) -> None:
    left = asked(EXTERNAL, left_on=APPLIED + days * DAY)
    assert ("C1 19" in [each.number for each in left.clauses]) == is_asked


@pytest.mark.parametrize(
    ("agreed", "answer"), [(True, Answer.MET), (False, Answer.NOT_MET), (None, Answer.NOT_RECORDED)]
)
def test_a_return_a_few_months_later_is_agreed_to(agreed: bool | None, answer: Answer) -> None:
    found = clause(asked(EXTERNAL, left_on=dt.date(2024, 12, 1), rejoin_agreed=agreed), "C1 19")
    assert found.answer == answer


def test_a_return_says_how_long_ago_they_left() -> None:
    ago = dt.date(2024, 3, 17)
    assert clause(asked(EXTERNAL, left_on=ago), "C1 19").found == "Left on 17 March 2024"
    assert (
        clause(asked(EXTERNAL, left_on=ago - DAY), "C1 19").found
        == "Left on 16 March 2024: longer ago than that"
    )


@pytest.mark.parametrize(
    ("days", "answer"), [(-1, Answer.MET), (0, Answer.MET), (1, Answer.NOT_MET)]
)
def test_an_offer_until_twelve_months_after(days: int, answer: Answer) -> None:
    offered = dt.date(2024, 9, 1)
    found = clause(
        asked(EXTERNAL, offered_on=offered, starts_on=dt.date(2025, 9, 1) + days * DAY), "C1 20"
    )
    assert (found.answer, found.found) == (answer, "Until 1 September 2025")
    for facts in ({"offered_on": offered}, {"starts_on": offered}):
        assert "C1 20" not in [each.number for each in asked(EXTERNAL, **facts).clauses]


@pytest.mark.parametrize(("facts", "rules", "numbers"), [
    ({"level5_held": True}, TODAY, ["C1 2, 4 and 5", "C1 8"]), ({"level5_held": False}, TODAY, ["C1 2, 4 and 5"]),
    ({"level5_held": False}, BEFORE_2024, ["C1 2, 4 and 5", "C1 8"]),
    ({"level5_held": True}, BEFORE_2024, ["C1 2, 4 and 5", "C1 8"]),
])  # fmt: skip
def test_clauses_that_tell_the_pathways_of_a_pso_apart(
    facts: dict[str, object], rules: Thresholds, numbers: list[str]
) -> None:
    assert [each.number for each in asked(PSO, rules, **facts).pathway_clauses] == numbers
    assert [each.number for each in asked(EXTERNAL, rules, level5_held=False).pathway_clauses] == [
        "C1 2, 4 and 5"
    ]


@pytest.mark.parametrize(("held", "started", "found", "answer"), [
    (TWO, [], "2 of 4 count", Answer.NOT_MET), (THREE, [], "3 of 4 count", Answer.MET), (FOUR, [], "4 of 4 count", Answer.MET),
    (TWO, ["PPP"], "3 of 4 count, 1 of them only begun when they applied (C1 6, W25b)", Answer.MET),
])  # fmt: skip
def test_modules_that_count(
    held: list[str], started: list[str], found: str, answer: Answer
) -> None:
    said = clause(asked(EXTERNAL, modules_held=held, modules_started=started), "C1 2")
    assert (said.found, said.answer) == (found, answer)


@pytest.mark.parametrize(("held", "started", "allowed", "counted"), [
    ([], [], 1, 0), (TWO, ["PPP", "REHAB"], 1, 3), (TWO, ["PPP", "REHAB"], 2, 4), (TWO, ["PPP"], 2, 3), (TWO, TWO, 2, 2),
    (["OTHER"], ["ANOTHER"], 2, 0), (TWO, ["PPP"], 0, 2),
])  # fmt: skip
def test_modules_held_and_of_those_begun_as_many_as_are_allowed(
    held: list[str], started: list[str], allowed: int, counted: int
) -> None:
    assert modules_counted(held, started, allowed) == counted


@pytest.mark.parametrize(("level5", "counted", "needed", "owes"), [
    (True, 3, 3, True), (True, 2, 3, False), (True, 4, 3, False), (True, 4, 4, False), (False, 3, 3, False), (None, 3, 3, False),
    (True, 2, 2, True),
])  # fmt: skip
def test_who_owes_the_fourth(level5: bool | None, counted: int, needed: int, owes: bool) -> None:
    assert owes_fourth(level5_held=level5, counted=counted, needed=needed) is owes


def test_a_pso_owes_no_fourth_but_who_comes_with_three() -> None:
    assert asked(PSO, modules_held=THREE).owes_fourth
    assert not asked(PSO, modules_held=TWO).owes_fourth
    assert asked(EXTERNAL, right_to_work=False).leads_to == "PQIP15"
    two_needed = Thresholds(modules_for_short=2)
    assert not advise(
        replace(EXTERNAL, level5_held=False, modules_held=TWO), two_needed
    ).owes_fourth


def test_one_clause_not_met_is_the_verdict_whatever_else_is_missing() -> None:
    both = asked(PSO, pso_until=APPLIED - DAY, directly_employed=False)
    assert both.verdict == Verdict.NOT_ELIGIBLE
    assert (
        asked(PSO, pso_until=APPLIED - DAY, directly_employed=None).verdict == Verdict.CASE_BY_CASE
    )
    assert (
        asked(PSO, level5_held=None, level3_held=True, assignment_done=True).verdict
        == Verdict.NOT_RECORDED
    )


def test_a_pathway_by_the_rules_of_the_time() -> None:
    facts = {"entry_route": "pso_progression", "level5_held": False, "modules_held": []}
    assert due_pathway(**facts) == "PQIP27"
    assert due_pathway(**facts, rules=BEFORE_2024) == "PQIP15"
    external = {"entry_route": "external", "level5_held": True, "modules_held": TWO}
    assert due_pathway(**external, rules=Thresholds(modules_for_short=2)) == "PQIP15"
    assert due_pathway(**external, modules_started=["PPP"]) == "PQIP15"
    assert due_pathway(**external | {"level5_held": False}, rules=BEFORE_2024) == "PQIP27"


@pytest.mark.parametrize(
    ("opens", "closes"), [(None, None), (APPLIED, None), (None, APPLIED), (APPLIED, APPLIED)]
)
def test_a_pathway_without_a_first_or_last_day_is_open(
    opens: dt.date | None, closes: dt.date | None
) -> None:
    check_open(SimpleNamespace(opens_on=opens, closes_on=closes), APPLIED)
