"""Events and changes of a record as tables and as a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from learners.chronicle import Happening
from learners.models import Event
from learners.presenters.words import details_of, title_of
from learners.rules.board import KINDS
from pqip.core.models import AuditEntry
from pqip.govuk import pages
from pqip.govuk.formats import date_gov, datetime_gov, short_date, short_datetime
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Cell, Column, Table

TABLES = {
    "workforce_person": "Personal details",
    "workforce_spell": "Post",
    "workforce_absence": "Absence",
    "workforce_personmerge": "Two records merged",
    "learners_enrolment": "Place",
    "learners_event": "Event",
    "learners_allocation": "Allocation",
    "learners_moduleresult": "Module result",
    "learners_trainingrecord": "Training",
    "learners_review": "Review",
    "learners_inductionrecord": "Induction",
    "learners_practiceobservation": "Observation of practice",
    "workforce_equalityanswers": "Equality answers",
    "assessments_registration": "Registration",
}
OPERATIONS = {"insert": "Recorded", "update": "Changed", "delete": "Removed"}
#: Tables whose values the history never shows.
SENSITIVE = frozenset({"workforce_equalityanswers"})
VOIDED = frozenset({"voided_at", "voided_by", "void_reason"})


def timeline(told: Iterable[tuple[str, Happening]], names: Mapping[str, str], challenge: str = "") -> list[pages.Event]:
    """What happened, strand and happening, as entries. `challenge` is where the learner says that one is wrong."""
    return [_entry(strand, each, names, challenge) for strand, each in told]


def _entry(strand: str, each: Happening, names: Mapping[str, str], challenge: str) -> pages.Event:
    row = each.row
    facts = [pages.Fact("Strand", strand), pages.Fact("Recorded", datetime_gov(row.recorded_at))]
    if row.is_void:
        undone = f"{datetime_gov(row.voided_at)} by {names.get(row.voided_by, row.voided_by)}: {row.void_reason}"
        facts.append(pages.Fact("Undone", undone))
    about = f"{each.title}, {date_gov(each.on)}"
    link = Action("This is wrong", f"{challenge}?{urlencode({'about': about})}", "link", f": {about}") if challenge else None
    return pages.Event(each.title, each.on, names.get(row.recorded_by, row.recorded_by), each.detail, link, facts)


def events_table(events: Iterable[Event], reasons: Mapping[str, str], *, may_undo: bool, see_break_reason: bool) -> Table:
    """Live events in order of date, each with a way to correct or undo it for those who may."""
    rows = [
        [
            short_date(event.effective_on),
            Cell(title_of(event), second=details_of(event, reasons, see_break_reason=see_break_reason)),
            Cell(actions=_amend(event) if may_undo else ()),
        ]
        for event in events
    ]
    columns = [Column("Date"), Column("What happened"), Column("Actions", hidden=True)]
    return Table("Events and terms", columns, rows, empty=Empty("Nothing is recorded yet."))


def _amend(event: Event) -> list[Action]:
    hidden = f" {title_of(event).lower()}"
    if event.kind == KINDS[1]:
        return []  # the board's own, on its page
    correct = Action("Correct", reverse("learners:correct", args=[event.public_id]), "link", hidden)
    if event.kind == "enrolled":
        return [correct]
    return [correct, Action("Undo", reverse("learners:undo", args=[event.public_id]), "link", hidden)]


def changes_table(entries: Iterable[AuditEntry], names: Mapping[str, str]) -> Table:
    """Every row written: when, by whom, what, why; before and after where a value changed in place."""
    rows = [
        [
            short_datetime(entry.at),
            names.get(entry.actor, entry.actor),
            Cell(f"{_operation(entry)}: {TABLES.get(entry.table_name, entry.table_name).lower()}", second=_difference(entry)),
            entry.reason,
        ]
        for entry in entries
    ]
    columns = [Column("When"), Column("Who"), Column("What"), Column("Why")]
    return Table("Every change", columns, rows, caption_hidden=True, empty=Empty("Nothing has been changed."))


def _operation(entry: AuditEntry) -> str:
    return "Undone" if entry.operation == "update" and "voided_at" in (entry.after or {}) else OPERATIONS[entry.operation]


def _difference(entry: AuditEntry) -> str:
    if entry.operation != "update" or entry.table_name in SENSITIVE:
        return ""
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in after if name not in VOIDED]
    return "; ".join(
        f"{name.removesuffix('_id').replace('_', ' ')}: {_said(before.get(name))} → {_said(after[name])}" for name in names
    )


def _said(value: object) -> str:
    return "blank" if value in (None, "") else str(value)
