"""The entry rules as clauses: the words of each, what the record shows, met or not, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learners.rules.dates import add_months
from learners.rules.entry.facts import KNOWLEDGE_MODULES, Came, Thresholds, modules_counted
from pqip.govuk.formats import date_gov, plural

EXTERNAL, PROGRESSION, INTERNAL = "external", "pso_progression", "internal_moj"
#: The level a PSO needs whatever the campaign asks of others (rule C1 10).
PSO_LEVEL = 3


class Answer(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_RECORDED = "not_recorded"
    CASE_BY_CASE = "case_by_case"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True)
class Clause:
    """One rule: its number in the list of facts, its words, the answer, its source, and what the record shows."""

    number: str
    words: str
    answer: Answer
    source: str
    found: str = ""


def answered(value: bool | None) -> Answer:
    """A yes, a no, or nothing recorded."""
    return Answer.NOT_RECORDED if value is None else Answer.MET if value else Answer.NOT_MET


def eligibility(came: Came, rules: Thresholds) -> Iterator[Clause]:
    """Every clause of their route that must be met, whichever pathway fits."""
    of_route = {EXTERNAL: _external, PROGRESSION: _progression, INTERNAL: _internal}
    yield from of_route[came.route](came, rules)
    if came.left_on is not None and came.left_on <= came.applied_on:
        yield _returning(came, rules)
    if came.offered_on is not None and came.starts_on is not None:
        yield _carried_over(came, rules)


def _level(number: str, came: Came, needed: int, source: str) -> Clause:
    held = None if came.level is None else came.level >= needed
    return Clause(number, f"Holds a level {needed} qualification or higher", answered(held), source)


def _external(came: Came, rules: Thresholds) -> Iterator[Clause]:
    of_age = None if came.age is None else came.age >= rules.minimum_age
    born = f"Born on {date_gov(came.born_on)}" if came.born_on else ""
    yield Clause("C1 1", f"At least {rules.minimum_age} on the day they applied", answered(of_age), "W24", born)
    yield Clause("C1 1", "Right to work in the UK and the Civil Service", answered(came.right_to_work), "W24")
    yield _level("C1 1", came, rules.level_required, "W24" if rules.level_required == PSO_LEVEL else "W25c")
    yield Clause(
        "C1 1 and 7", "Experience, paid or unpaid, of working with challenging individuals", answered(came.has_experience),
        "W24; S3 §2.4",
    )
    yield Clause("C1 1", "Lived in the UK for the last 3 years, for vetting", answered(came.resident_three_years), "W24")


def _progression(came: Came, rules: Thresholds) -> Iterator[Clause]:
    yield _level("C1 10", came, PSO_LEVEL, "S4")
    yield from _service(came, rules)
    yield Clause("C1 11", "Directly employed", answered(came.directly_employed), "W27")
    yield Clause("C1 12", "Probationary period passed", answered(came.probation_passed), "W27")
    yield _procedure(came)
    yield Clause("C1 14", "Mandatory learning up to date", answered(came.mandatory_in_date), "W27")
    if not came.level5_held:
        yield Clause("C1 15", "Without a level 5, a written level 4 assignment is done", answered(came.assignment_done), "W27")


def _service(came: Came, rules: Thresholds) -> Iterator[Clause]:
    words = f"{plural(rules.service_months, 'month')} of effective service as a PSO, long absence left out"
    served_on = came.served_on(rules.service_months)
    if came.pso_until is not None and came.pso_until < came.applied_on:
        found = f"PSO until {date_gov(came.pso_until)}"
        yield Clause("C1 16", "A former PSO is considered case by case", Answer.CASE_BY_CASE, "W27", found)
        return
    served = None if served_on is None else served_on <= came.applied_on
    found = f"Complete on {date_gov(served_on)}" if served_on else ""
    yield Clause("C1 10", words, answered(served), "S4", found)


def _procedure(came: Came) -> Clause:
    words = "No formal performance or other procedure that bars promotion"
    if came.procedure_bars is None and came.selection_over:
        return Clause("C1 13", words, Answer.NOT_KEPT, "W27", "Asked for selection only; deleted once the pathway was decided")
    barred = came.procedure_bars
    return Clause("C1 13", words, answered(None if barred is None else not barred), "W27", "A matter of fact, never a veto")


def _internal(came: Came, rules: Thresholds) -> Iterator[Clause]:
    enough = came.level5_credits is not None and came.level5_credits >= rules.level5_credits
    known = None if came.level5_held is None or (came.level5_held and came.level5_credits is None) else True
    found = plural(came.level5_credits, "credit") if came.level5_credits is not None else ""
    yield Clause(
        "C1 9", f"Level 5 of at least {rules.level5_credits} credits at level 5",
        answered(None if known is None else bool(came.level5_held) and enough), "S4; W25c", found,
    )


def _returning(came: Came, rules: Thresholds) -> Clause:
    """Who applies again up to and on the day so many months after leaving needs the agreement of the region's lead."""
    words = f"Within {plural(rules.rejoin_months, 'month')} of leaving the programme, the regional learning lead agrees"
    left = f"Left on {date_gov(came.left_on)}"
    if came.applied_on > add_months(came.left_on, rules.rejoin_months):  # type: ignore[arg-type]
        return Clause("C1 19", words, Answer.MET, "W24; W25d", f"{left}: longer ago than that")
    return Clause("C1 19", words, answered(came.rejoin_agreed), "W24; W25d", left)


def _carried_over(came: Came, rules: Thresholds) -> Clause:
    words = f"An offer is carried over to later intakes for {plural(rules.rejoin_months, 'month')} at most"
    until = add_months(came.offered_on, rules.rejoin_months)  # type: ignore[arg-type]
    return Clause("C1 20", words, answered(came.starts_on <= until), "W25e", f"Until {date_gov(until)}")  # type: ignore[operator]


def of_pathway(came: Came, rules: Thresholds) -> Iterator[Clause]:
    """The clauses that tell the pathways apart: level 5, and the knowledge modules."""
    yield Clause("C1 2, 4 and 5", "Holds a level 5 qualification", answered(came.level5_held), "S4; S3 §2.4")
    if not came.level5_held and came.route == PROGRESSION and rules.short_without_level5:
        yield Clause("C1 8", "Under the rules of the time, a PSO without one takes 15 months, too", Answer.MET, "W27")
    if not came.level5_held:
        return
    if came.route == PROGRESSION:
        yield Clause("C1 8", "A PSO with a level 5 can qualify in 15 months", Answer.MET, "S3 §2.4")
        return
    counted = modules_counted(came.modules_held, came.modules_started, rules.modules_started)
    found = f"{counted} of {len(KNOWLEDGE_MODULES)} count"
    only_begun = counted - modules_counted(came.modules_held, (), 0)
    if only_begun:
        found += f", {only_begun} of them only begun when they applied (C1 6, W25b)"
    words = f"At least {rules.modules_for_short} of the {len(KNOWLEDGE_MODULES)} knowledge modules covered"
    yield Clause("C1 2", words, answered(counted >= rules.modules_for_short), "S4", found)
