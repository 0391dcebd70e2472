"""A learner's entry: the facts, the rules clause by clause, and the decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from learners.facts.entry import Entry
from learners.models import Enrolment, EntryFacts, PathwayDecision
from learners.rules.entry import NO_FIRST_TERMS, Answer, Clause, Verdict
from pqip.core.formats import date_gov, number, short_date
from pqip.govuk.pages import Empty, Summary, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

ANSWERS = {
    Answer.MET: Tag("Met", "green"),
    Answer.NOT_MET: Tag("Not met", "yellow"),
    Answer.NOT_RECORDED: Tag("Not recorded", "blue"),
    Answer.CASE_BY_CASE: Tag("Case by case", "purple"),
    Answer.NOT_KEPT: Tag("Not kept", "grey"),
}
YES_NO = {True: "Yes", False: "No", None: ""}


def entry_words(entry: Entry | None, names: Mapping[str, str]) -> str:
    """Return what is missing where no first terms are stated, and what the rules say.

    `names` gives the names of pathways by code.
    """
    if entry is None:
        return f"{NO_FIRST_TERMS} Nor is it recorded when they applied, so no rule can be asked."
    verdict = _verdict_words(entry, names)
    return verdict if entry.first else f"{NO_FIRST_TERMS} {verdict}"


def _verdict_words(entry: Entry, names: Mapping[str, str]) -> str:
    """Return what the rules say, in a sentence or two."""
    leads_to = names.get(entry.advice.leads_to, entry.advice.leads_to)
    if entry.advice.verdict == Verdict.FITS:
        fourth = (
            " The fourth knowledge module is due within the first 6 months."
            if entry.advice.owes_fourth
            else ""
        )
        return f"The rules lead to {leads_to}.{fourth}"
    return {
        Verdict.NOT_ELIGIBLE: "The rules advise no pathway: a rule of their route is not met.",
        Verdict.CASE_BY_CASE: f"A former PSO is considered case by case. Level 5 and the modules would lead to {leads_to}.",
        Verdict.NOT_RECORDED: f"Not enough is recorded to advise a pathway. What is recorded would lead to {leads_to}.",
    }[entry.advice.verdict]


def rules_note(entry: Entry) -> str:
    """Return which version of the rules was used."""
    of = f"the campaign {entry.rules.campaign}" if entry.rules.campaign else "every campaign"
    assumed = " Assumed in part; not from the service." if entry.rules.assumed else ""
    return f"Rules of {of} from {date_gov(entry.rules.effective_on)}. {entry.rules.source.rstrip('.')}.{assumed}"


def clauses_tables(entry: Entry | None, *, sees_everything: bool) -> list[Table]:
    """Return tables of what the pathway follows from and, for users who see everything, of what their route asks for."""
    if entry is None:
        return []
    advice, note = entry.advice, rules_note(entry)
    choosing = clauses_table("What the pathway follows from", advice.pathway_clauses, note)
    if not sees_everything:
        return [choosing]
    return [choosing, clauses_table("What their route asks for", advice.eligibility_clauses)]


def clauses_table(title: str, clauses: Iterable[Clause], note: str = "") -> Table:
    """Return a table of clauses with the answer, what the record shows, and the source."""
    rows = [
        [Cell(each.words, second=each.found), ANSWERS[each.answer], f"{each.number}: {each.source}"]
        for each in clauses
    ]
    return Table(title, [Column("Rule"), Column("Answer"), Column("Source")], rows, note=note)


def decisions_table(decisions: Iterable[PathwayDecision], names: Mapping[str, str]) -> Table:
    """Return a table of decisions, the latest first."""
    rows = [
        [
            short_date(row.effective_on),
            Cell(row.chosen, second=row.reason),
            Cell(row.advised or "", empty="None"),
            names.get(row.recorded_by, ""),
        ]
        for row in decisions
    ]
    columns = [Column("Decided"), Column("Pathway"), Column("The rules advised"), Column("By")]
    return Table("Decisions", columns, rows, empty=Empty("No pathway has been decided yet."))


def facts_summary(enrolment: Enrolment, entry: Entry | None) -> Summary:
    """Return a summary of the entry facts, which says where nothing is recorded."""
    facts = entry.facts if entry else None
    rows = [
        _row("Entry route", enrolment.get_entry_route_display()),
        _row("Level 5 held", YES_NO[enrolment.level5_held]),
        _row("Knowledge modules held", ", ".join(enrolment.modules_held) or "None"),
        _row("Campaign", enrolment.campaign or ""),
    ]
    if facts is None:
        return Summary(rows)
    rows.insert(0, _row("Applied on", facts.effective_on))
    rows += [
        _row(label, getattr(facts, name))
        for name, label in LABELS.items()
        if _worth_showing(facts, enrolment, name)
    ]
    if entry is not None and (bars := entry.applicant.procedure_bars) is not None:
        rows.append(
            SummaryRow(
                "A formal procedure bars promotion",
                f"{YES_NO[bars]} (deleted once a pathway is decided)",
            )
        )
    return Summary(rows)


LABELS = {
    "modules_started": "Knowledge modules only begun",
    "level5_credits": "Credits at level 5",
    "level3_held": "Level 3 held",
    "right_to_work": "Right to work",
    "has_experience": "Experience of working with challenging individuals",
    "resident_three_years": "Lived in the UK for the last 3 years",
    "pso_from": "PSO since",
    "pso_until": "PSO until",
    "days_absent": "Days of long absence as a PSO",
    "directly_employed": "Directly employed",
    "probation_passed": "Probationary period passed",
    "mandatory_in_date": "Mandatory learning up to date",
    "assignment_done": "Written level 4 assignment done",
    "rejoin_agreed": "Return agreed by the regional learning lead",
    "offered_on": "Told they were successful on",
}
#: Facts that only one entry route asks for.
OF_ROUTE = {
    "external": {"right_to_work", "has_experience", "resident_three_years"},
    "pso_progression": {
        "pso_from",
        "pso_until",
        "days_absent",
        "directly_employed",
        "probation_passed",
        "mandatory_in_date",
        "assignment_done",
    },
    "internal_moj": set(),
}
#: Facts that are shown only if they hold something.
ONLY_GIVEN = {
    "modules_started",
    "pso_until",
    "rejoin_agreed",
    "offered_on",
    "level5_credits",
    "assignment_done",
}


def _worth_showing(facts: EntryFacts, enrolment: Enrolment, name: str) -> bool:
    others = {
        each
        for route, names in OF_ROUTE.items()
        if route != enrolment.entry_route
        for each in names
    }
    return name not in others and not (name in ONLY_GIVEN and getattr(facts, name) in (None, []))


def _row(label: str, value: Any) -> SummaryRow:
    return SummaryRow(label, _in_words(value), empty="Not recorded")


def _in_words(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return YES_NO[value]
    if isinstance(value, dt.date):
        return date_gov(value)
    if isinstance(value, list):
        return ", ".join(value)
    return number(value) if isinstance(value, int) else str(value)
