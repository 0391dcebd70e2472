"""Events and changes of a record as tables and as a timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from learners.change_facts import act_of, called, differences, is_undone, replaced
from learners.chronicle import Happening
from learners.models import Event
from learners.presenters.words import details_of, title_of
from learners.rules.board import KINDS
from pqip.govuk import pages
from pqip.govuk.formats import date_gov, datetime_gov, lower_first, short_date, short_datetime
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Cell, Column, Table

#: What the rows of a table are, where the history calls them otherwise than the model does.
TABLES = {
    "workforce_person": "personal details",
    "workforce_user": "account",
    "workforce_spell": "post",
    "workforce_absence": "absence",
    "workforce_personmerge": "two records made one",
    "workforce_equalityanswers": "equality answers",
    "learners_enrolment": "place on the programme",
    "learners_event": "event of the programme",
    "learners_allocation": "who looks after whom",
    "learners_moduleresult": "module result",
    "learners_trainingrecord": "training",
    "learners_trainingexemption": "exemption from a course",
    "learners_followup": "follow-up of a course",
    "learners_review": "review",
    "learners_reviewpart": "part of a review",
    "learners_reviewaction": "action agreed at a review",
    "learners_protectedday": "study day",
    "learners_inductionrecord": "induction",
    "learners_practiceobservation": "observation of practice",
    "assessments_registration": "registration for a qualification",
    "assessments_assessorrecord": "what is known of them as assessor",
    "assessments_cpdentry": "professional development as assessor",
    "assessments_handover": "handover",
    "assessments_attendance": "attendance at standardisation",
}
OPERATIONS = {"insert": "Recorded", "update": "Changed", "delete": "Removed"}


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
    if event.kind == KINDS[1]:
        return []  # the board's own, on its page
    hidden = f" {lower_first(title_of(event))}"
    correct = Action("Correct", reverse("learners:correct", args=[event.public_id]), "link", hidden)
    if event.kind == "enrolled":
        return [correct]
    return [correct, Action("Undo", reverse("learners:undo", args=[event.public_id]), "link", hidden)]


def changes_table(changes: Sequence[dict[str, Any]], names: Mapping[str, str]) -> Table:
    """Every change: when, by whom, what, why; before and after where a value changed in place, and how many rows it was."""
    anew = replaced(changes)
    rows = [
        [
            short_datetime(one["at"]),
            names.get(one["actor"], one["actor"]),
            Cell(
                f"{_operation(one, anew)}: {_what(one)}", second="; ".join(f"{name}: {was} → {now}" for name, was, now in values)
            ),
            one["reason"],
        ]
        for one, values in zip(changes, differences(changes), strict=True)
    ]
    columns = [Column("When"), Column("Who"), Column("What"), Column("Why")]
    return Table("Every change", columns, rows, caption_hidden=True, empty=Empty("Nothing has been changed."))


def _operation(change: dict[str, Any], anew: Collection[tuple[Any, ...]]) -> str:
    if not is_undone(change):
        return OPERATIONS[change["operation"]]
    return "Replaced" if act_of(change) in anew else "Undone"


def _what(change: dict[str, Any]) -> str:
    """*study day, 52 times*."""
    times = f", {change['times']} times" if change["times"] > 1 else ""
    return TABLES.get(change["table_name"], called(change["table_name"])) + times
