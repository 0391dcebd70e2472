"""The pathway that fits, from the clauses: or none, because a clause is not met or because not enough is recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from learners.rules.entry.clauses import PROGRESSION, Answer, Clause, eligibility, of_pathway
from learners.rules.entry.facts import Came, Thresholds, modules_counted, owes_fourth

SHORT, EXTENDED, WITHOUT_LEVEL5 = "PQIP15", "PQIP21", "PQIP27"


class Verdict(StrEnum):
    FITS = "fits"
    NOT_ELIGIBLE = "not_eligible"
    CASE_BY_CASE = "case_by_case"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Advice:
    """What the rules say. `leads_to` is the pathway that level 5 and the modules lead to, whatever else is missing."""

    verdict: Verdict
    leads_to: str
    pathway_clauses: tuple[Clause, ...]
    eligibility_clauses: tuple[Clause, ...]
    owes_fourth: bool = False

    @property
    def pathway(self) -> str | None:
        """The pathway advised; None where the rules advise none."""
        return self.leads_to if self.verdict == Verdict.FITS else None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return self.pathway_clauses + self.eligibility_clauses

    def answering(self, answer: Answer) -> list[Clause]:
        """The clauses answered so."""
        return [clause for clause in self.clauses if clause.answer == answer]


def advise(came: Came, rules: Thresholds) -> Advice:
    """Every clause of the route, and the pathway that fits.

    One clause not met: no pathway. A former PSO: none, a person decides. Something not recorded: none yet. The
    pathway's own clauses choose between pathways, so a *no* there is an answer and bars nobody.
    """
    choosing = tuple(of_pathway(came, rules))
    needed = tuple(eligibility(came, rules))
    counted = modules_counted(came.modules_held, came.modules_started, rules.modules_started)
    fourth = owes_fourth(level5_held=came.level5_held, counted=counted, needed=rules.modules_for_short)
    leads_to = due_pathway(
        entry_route=came.route, level5_held=bool(came.level5_held), modules_held=came.modules_held,
        modules_started=came.modules_started, rules=rules,
    )
    return Advice(_verdict(choosing, needed), leads_to, choosing, needed, fourth and leads_to == SHORT)


def _verdict(choosing: tuple[Clause, ...], needed: tuple[Clause, ...]) -> Verdict:
    answers = [clause.answer for clause in needed]
    if Answer.NOT_MET in answers:
        return Verdict.NOT_ELIGIBLE
    if Answer.CASE_BY_CASE in answers:
        return Verdict.CASE_BY_CASE
    if Answer.NOT_RECORDED in [*answers, *(clause.answer for clause in choosing)]:
        return Verdict.NOT_RECORDED
    return Verdict.FITS


def due_pathway(
    *, entry_route: str, level5_held: bool, modules_held: Collection[str], modules_started: Collection[str] = (),
    rules: Thresholds | None = None,
) -> str:
    """The code of the pathway that level 5, the modules and the route lead to (rules C1 2, 4, 5 and 8)."""
    rules = rules or Thresholds()
    if entry_route == PROGRESSION and (level5_held or rules.short_without_level5):
        return SHORT
    if not level5_held:
        return WITHOUT_LEVEL5
    counted = modules_counted(modules_held, modules_started, rules.modules_started)
    return SHORT if counted >= rules.modules_for_short else EXTENDED
