"""The pathway that fits, worked out from the clauses.

No pathway fits where a clause is not met or too little is recorded.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from learners.rules.entry.clauses import PROGRESSION, Answer, Clause, eligibility, of_pathway
from learners.rules.entry.facts import Applicant, Thresholds, modules_counted, owes_fourth

SHORT, EXTENDED, WITHOUT_LEVEL5 = "PQIP15", "PQIP21", "PQIP27"


class Verdict(StrEnum):
    """What the rules say about a pathway."""

    FITS = "fits"
    NOT_ELIGIBLE = "not_eligible"
    CASE_BY_CASE = "case_by_case"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Advice:
    """What the rules say.

    `leads_to` is the pathway that level 5 and the modules point to, even if something else is
    missing.
    """

    verdict: Verdict
    leads_to: str
    pathway_clauses: tuple[Clause, ...]
    eligibility_clauses: tuple[Clause, ...]
    owes_fourth: bool = False

    @property
    def pathway(self) -> str | None:
        """The pathway that the rules advise, or None if they advise none."""
        return self.leads_to if self.verdict == Verdict.FITS else None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, in order."""
        return self.pathway_clauses + self.eligibility_clauses


def advise(applicant: Applicant, rules: Thresholds) -> Advice:
    """Return every clause of the entry route, and the pathway that fits.

    If a clause is not met, no pathway fits. For a former PSO a person decides. If something is not
    recorded, no pathway is advised yet. The clauses that choose between pathways exclude nobody:
    *no* is an answer to them.
    """
    choosing = tuple(of_pathway(applicant, rules))
    needed = tuple(eligibility(applicant, rules))
    counted = modules_counted(
        applicant.modules_held, applicant.modules_started, rules.modules_started
    )
    fourth = owes_fourth(
        level5_held=applicant.level5_held, counted=counted, needed=rules.modules_for_short
    )
    leads_to = due_pathway(
        entry_route=applicant.route,
        level5_held=bool(applicant.level5_held),
        modules_held=applicant.modules_held,
        modules_started=applicant.modules_started,
        rules=rules,
    )
    return Advice(
        _verdict(choosing, needed), leads_to, choosing, needed, fourth and leads_to == SHORT
    )


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
    *,
    entry_route: str,
    level5_held: bool,
    modules_held: Collection[str],
    modules_started: Collection[str] = (),
    rules: Thresholds | None = None,
) -> str:
    """Return the code of the pathway that level 5, the modules and the route lead to (rules C1 2,
    4, 5 and 8).
    """
    rules = rules or Thresholds()
    if entry_route == PROGRESSION and (level5_held or rules.short_without_level5):
        return SHORT
    if not level5_held:
        return WITHOUT_LEVEL5
    counted = modules_counted(modules_held, modules_started, rules.modules_started)
    return SHORT if counted >= rules.modules_for_short else EXTENDED
