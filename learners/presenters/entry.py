"""How a learner came in: the facts, the rules clause by clause, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from learners.entry_facts import Entry
from learners.models import Enrolment, EntryFacts, PathwayDecision
from learners.rules.entry import Answer, Clause, Verdict
from pqip.govuk.formats import date_gov, number, short_date
from pqip.govuk.pages import Empty, Summary, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

ANSWERS = {
    Answer.MET: Tag("Met", "green"), Answer.NOT_MET: Tag("Not met", "yellow"), Answer.NOT_RECORDED: Tag("Not recorded", "blue"),
    Answer.CASE_BY_CASE: Tag("Case by case", "purple"), Answer.NOT_KEPT: Tag("Not kept", "grey"),
}
YES_NO = {True: "Yes", False: "No", None: ""}


def verdict_words(entry: Entry, names: Mapping[str, str]) -> str:
    """What the rules say, in a sentence or two; `names` gives pathways their names by code."""
    leads_to = names.get(entry.advice.leads_to, entry.advice.leads_to)
    if entry.advice.verdict == Verdict.FITS:
        fourth = " The fourth knowledge module is due within the first 6 months." if entry.advice.owes_fourth else ""
        return f"The rules lead to {leads_to}.{fourth}"
    return {
        Verdict.NOT_ELIGIBLE: "The rules advise no pathway: a rule of their route is not met.",
        Verdict.CASE_BY_CASE: f"A former PSO is considered case by case. Level 5 and the modules would lead to {leads_to}.",
        Verdict.NOT_RECORDED: f"Not enough is recorded to advise a pathway. What is recorded would lead to {leads_to}.",
    }[entry.advice.verdict]


def rules_note(entry: Entry) -> str:
    """Which version of the rules was asked."""
    of = f"the campaign {entry.rules.campaign}" if entry.rules.campaign else "every campaign"
    assumed = " Assumed in part; not from the service." if entry.rules.assumed else ""
    return f"Rules of {of} from {date_gov(entry.rules.effective_on)}. {entry.rules.source.rstrip('.')}.{assumed}"


def clauses_table(title: str, clauses: Iterable[Clause], note: str = "") -> Table:
    """Each clause with its answer, what the record shows, and where the rule stands."""
    rows = [
        [Cell(each.words, second=each.found), ANSWERS[each.answer], f"{each.number}: {each.source}"] for each in clauses
    ]
    return Table(title, [Column("Rule"), Column("Answer"), Column("Source")], rows, note=note)


def decisions_table(decisions: Iterable[PathwayDecision], names: Mapping[str, str]) -> Table:
    """What was decided, latest first."""
    rows = [
        [short_date(row.effective_on), Cell(row.chosen, second=row.reason), Cell(row.advised or "", empty="None"),
         names.get(row.recorded_by, "")]
        for row in decisions
    ]
    columns = [Column("Decided"), Column("Pathway"), Column("The rules advised"), Column("By")]
    return Table("Decisions", columns, rows, empty=Empty("No pathway has been decided yet."))


def facts_summary(enrolment: Enrolment, facts: EntryFacts | None, bars: bool | None) -> Summary:
    """What they came with. What is not recorded says so."""
    rows = [
        _row("Entry route", enrolment.get_entry_route_display()),
        _row("Level 5 held", YES_NO[enrolment.level5_held]),
        _row("Knowledge modules held", ", ".join(enrolment.modules_held) or "None"),
        _row("Campaign", enrolment.campaign or ""),
    ]
    if facts is None:
        return Summary(rows)
    rows.insert(0, _row("Applied on", facts.effective_on))
    rows += [_row(label, getattr(facts, name)) for name, label in LABELS.items() if _worth_showing(facts, enrolment, name)]
    if bars is not None:
        rows.append(SummaryRow("A formal procedure bars promotion", f"{YES_NO[bars]} (deleted once a pathway is decided)"))
    return Summary(rows)


LABELS = {
    "modules_started": "Knowledge modules only begun", "level5_credits": "Credits at level 5", "level3_held": "Level 3 held",
    "right_to_work": "Right to work", "has_experience": "Experience of working with challenging individuals",
    "resident_three_years": "Lived in the UK for the last 3 years", "pso_from": "PSO since", "pso_until": "PSO until",
    "days_absent": "Days of long absence as a PSO", "directly_employed": "Directly employed",
    "probation_passed": "Probationary period passed", "mandatory_in_date": "Mandatory learning up to date",
    "assignment_done": "Written level 4 assignment done", "rejoin_agreed": "Return agreed by the regional learning lead",
    "offered_on": "Told they were successful on",
}
#: Facts that only one route asks for.
OF_ROUTE = {
    "external": {"right_to_work", "has_experience", "resident_three_years"},
    "pso_progression": {
        "pso_from", "pso_until", "days_absent", "directly_employed", "probation_passed", "mandatory_in_date", "assignment_done",
    },
    "internal_moj": set(),
}
#: Facts that are shown only where there is something to say.
ONLY_GIVEN = {"modules_started", "pso_until", "rejoin_agreed", "offered_on", "level5_credits", "assignment_done"}


def _worth_showing(facts: EntryFacts, enrolment: Enrolment, name: str) -> bool:
    others = {each for route, names in OF_ROUTE.items() if route != enrolment.entry_route for each in names}
    return name not in others and not (name in ONLY_GIVEN and getattr(facts, name) in (None, []))


def _row(label: str, value: Any) -> SummaryRow:
    return SummaryRow(label, _said(value), empty="Not recorded")


def _said(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return YES_NO[value]
    if isinstance(value, dt.date):
        return date_gov(value)
    if isinstance(value, list):
        return ", ".join(value)
    return number(value) if isinstance(value, int) else str(value)
