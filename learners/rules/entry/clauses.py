"""The entry rules as clauses.

Each has its wording, what the record shows, whether it is met, and its source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learners.rules.dates import add_months
from learners.rules.entry.facts import KNOWLEDGE_MODULES, Applicant, Thresholds, modules_counted
from pqip.core.formats import date_gov, plural

EXTERNAL, PROGRESSION, INTERNAL = "external", "pso_progression", "internal_moj"
#: The qualification level that a PSO needs, whatever the campaign asks of other applicants (rule C1
#: 10).
PSO_LEVEL = 3


class Answer(StrEnum):
    """Whether a clause is met."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_RECORDED = "not_recorded"
    CASE_BY_CASE = "case_by_case"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True)
class Clause:
    """One rule: its number in the list of facts, its wording, the answer, its source, and what the
    record shows.
    """

    number: str
    words: str
    answer: Answer
    source: str
    found: str = ""


def answered(value: bool | None) -> Answer:
    """Return the answer for True, False, or None (not recorded)."""
    return Answer.NOT_RECORDED if value is None else Answer.MET if value else Answer.NOT_MET


def eligibility(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    """Yield every clause of the entry route that must be met for any pathway."""
    of_route = {EXTERNAL: _external, PROGRESSION: _progression, INTERNAL: _internal}
    yield from of_route[applicant.route](applicant, rules)
    if applicant.left_on is not None and applicant.left_on <= applicant.applied_on:
        yield _returning(applicant, applicant.left_on, rules)
    if applicant.offered_on is not None and applicant.starts_on is not None:
        yield _carried_over(applicant.offered_on, applicant.starts_on, rules)


def _level(number: str, applicant: Applicant, needed: int, source: str) -> Clause:
    held = None if applicant.level is None else applicant.level >= needed
    return Clause(number, f"Holds a level {needed} qualification or higher", answered(held), source)


def _external(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    of_age = None if applicant.age is None else applicant.age >= rules.minimum_age
    born = f"Born on {date_gov(applicant.born_on)}" if applicant.born_on else ""
    yield Clause(
        "C1 1",
        f"At least {rules.minimum_age} on the day they applied",
        answered(of_age),
        "W24",
        born,
    )
    yield Clause(
        "C1 1",
        "Right to work in the UK and the Civil Service",
        answered(applicant.right_to_work),
        "W24",
    )
    yield _level(
        "C1 1",
        applicant,
        rules.level_required,
        "W24" if rules.level_required == PSO_LEVEL else "W25c",
    )
    yield Clause(
        "C1 1 and 7",
        "Experience, paid or unpaid, of working with challenging individuals",
        answered(applicant.has_experience),
        "W24; S3 §2.4",
    )
    yield Clause(
        "C1 1",
        "Lived in the UK for the last 3 years, for vetting",
        answered(applicant.resident_three_years),
        "W24",
    )


def _progression(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    yield _level("C1 10", applicant, PSO_LEVEL, "S4")
    yield from _service(applicant, rules)
    yield Clause("C1 11", "Directly employed", answered(applicant.directly_employed), "W27")
    yield Clause("C1 12", "Probationary period passed", answered(applicant.probation_passed), "W27")
    yield _procedure(applicant)
    yield Clause(
        "C1 14", "Mandatory learning up to date", answered(applicant.mandatory_in_date), "W27"
    )
    if not applicant.level5_held:
        yield Clause(
            "C1 15",
            "Without a level 5, a written level 4 assignment is done",
            answered(applicant.assignment_done),
            "W27",
        )


def _service(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    words = f"{plural(rules.service_months, 'month')} of effective service as a PSO, long absence left out"
    served_on = applicant.served_on(rules.service_months)
    if applicant.pso_until is not None and applicant.pso_until < applicant.applied_on:
        found = f"PSO until {date_gov(applicant.pso_until)}"
        yield Clause(
            "C1 16", "A former PSO is considered case by case", Answer.CASE_BY_CASE, "W27", found
        )
        return
    served = None if served_on is None else served_on <= applicant.applied_on
    found = f"Complete on {date_gov(served_on)}" if served_on else ""
    yield Clause("C1 10", words, answered(served), "S4", found)


def _procedure(applicant: Applicant) -> Clause:
    words = "No formal performance or other procedure that bars promotion"
    if applicant.procedure_bars is None and applicant.selection_over:
        return Clause(
            "C1 13",
            words,
            Answer.NOT_KEPT,
            "W27",
            "Asked for selection only; deleted once the pathway was decided",
        )
    barred = applicant.procedure_bars
    return Clause(
        "C1 13",
        words,
        answered(None if barred is None else not barred),
        "W27",
        "A matter of fact, never a veto",
    )


def _internal(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    enough = (
        applicant.level5_credits is not None and applicant.level5_credits >= rules.level5_credits
    )
    unknown = applicant.level5_held is None or (
        applicant.level5_held and applicant.level5_credits is None
    )
    found = (
        plural(applicant.level5_credits, "credit") if applicant.level5_credits is not None else ""
    )
    yield Clause(
        "C1 9",
        f"Level 5 of at least {rules.level5_credits} credits at level 5",
        answered(None if unknown else bool(applicant.level5_held) and enough),
        "S4; W25c",
        found,
    )


def _returning(applicant: Applicant, left_on: dt.date, rules: Thresholds) -> Clause:
    """Return the clause about applying again after leaving.

    Up to and including the day that many months after they left, they need the agreement of the
    region's lead.
    """
    words = f"Within {plural(rules.rejoin_months, 'month')} of leaving the programme, the regional learning lead agrees"
    left = f"Left on {date_gov(left_on)}"
    if applicant.applied_on > add_months(left_on, rules.rejoin_months):
        return Clause("C1 19", words, Answer.MET, "W24; W25d", f"{left}: longer ago than that")
    return Clause("C1 19", words, answered(applicant.rejoin_agreed), "W24; W25d", left)


def _carried_over(offered_on: dt.date, starts_on: dt.date, rules: Thresholds) -> Clause:
    words = f"An offer is carried over to later intakes for {plural(rules.rejoin_months, 'month')} at most"
    until = add_months(offered_on, rules.rejoin_months)
    return Clause("C1 20", words, answered(starts_on <= until), "W25e", f"Until {date_gov(until)}")


def of_pathway(applicant: Applicant, rules: Thresholds) -> Iterator[Clause]:
    """Yield the clauses that choose between pathways: level 5, and the knowledge modules."""
    yield Clause(
        "C1 2, 4 and 5",
        "Holds a level 5 qualification",
        answered(applicant.level5_held),
        "S4; S3 §2.4",
    )
    if not applicant.level5_held and applicant.route == PROGRESSION and rules.short_without_level5:
        yield Clause(
            "C1 8",
            "Under the rules of the time, a PSO without one takes 15 months, too",
            Answer.MET,
            "W27",
        )
    if not applicant.level5_held:
        return
    if applicant.route == PROGRESSION:
        yield Clause("C1 8", "A PSO with a level 5 can qualify in 15 months", Answer.MET, "S3 §2.4")
        return
    counted = modules_counted(
        applicant.modules_held, applicant.modules_started, rules.modules_started
    )
    found = f"{counted} of {len(KNOWLEDGE_MODULES)} count"
    only_begun = counted - modules_counted(applicant.modules_held, (), 0)
    if only_begun:
        found += f", {only_begun} of them only begun when they applied (C1 6, W25b)"
    words = f"At least {rules.modules_for_short} of the {len(KNOWLEDGE_MODULES)} knowledge modules covered"
    yield Clause("C1 2", words, answered(counted >= rules.modules_for_short), "S4", found)
