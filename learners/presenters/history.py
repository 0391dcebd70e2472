"""Events and changes of a record as tables and as a timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from learners.models import Event
from learners.ports.timeline import TimelineEntry
from learners.presenters.events import details_of, title_of
from learners.queries.history_changes import Column as Changed
from learners.queries.history_changes import act_of, is_undone, model_of, replaced
from learners.rules.board import DECIDED
from pqip.core.formats import date_gov, datetime_gov, lower_first, short_date, short_datetime
from pqip.govuk import pages
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Cell, Column, Table

#: What the rows of a table are called in the history, if not as in the model.
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
#: Columns with another label than their model gives them.
CALLED = {
    "fte": "Hours (FTE)",
    "pdu": "Probation delivery unit",
    "pta": "Practice tutor assessor",
    "entry_cohort": "Cohort at entry",
}
OPERATIONS = {"insert": "Recorded", "update": "Changed", "delete": "Removed"}


def timeline(
    entries: Iterable[tuple[str, TimelineEntry]], names: Mapping[str, str], challenge: str = ""
) -> list[pages.Event]:
    """Return the entries of the timeline from pairs of strand and happening.

    `challenge` is the address where the learner says that an entry is wrong.
    """
    return [_entry(strand, each, names, challenge) for strand, each in entries]


def _entry(
    strand: str, each: TimelineEntry, names: Mapping[str, str], challenge: str
) -> pages.Event:
    row = each.row
    facts = [pages.Fact("Strand", strand), pages.Fact("Recorded", datetime_gov(row.recorded_at))]
    if row.is_void:
        undone = f"{datetime_gov(row.voided_at)} by {names.get(row.voided_by, row.voided_by)}: {row.void_reason}"
        facts.append(pages.Fact("Undone", undone))
    about = f"{each.title}, {date_gov(each.on)}"
    link = (
        Action("This is wrong", f"{challenge}?{urlencode({'about': about})}", "link", f": {about}")
        if challenge
        else None
    )
    return pages.Event(
        each.title, each.on, names.get(row.recorded_by, row.recorded_by), each.detail, link, facts
    )


def events_table(
    events: Iterable[Event], reasons: Mapping[str, str], *, may_undo: bool, see_break_reason: bool
) -> Table:
    """Return a table of live events in date order, with links to correct or undo for users who may."""
    rows = [
        [
            short_date(event.effective_on),
            Cell(
                title_of(event),
                second=details_of(event, reasons, see_break_reason=see_break_reason),
            ),
            Cell(actions=_amend(event) if may_undo else ()),
        ]
        for event in events
    ]
    columns = [Column("Date"), Column("What happened"), Column("Actions", hidden=True)]
    return Table("Events and terms", columns, rows, empty=Empty("Nothing is recorded yet."))


def _amend(event: Event) -> list[Action]:
    if event.kind == DECIDED:
        return []  # the board's own, on its page
    hidden = f" {lower_first(title_of(event))}"
    correct = Action("Correct", reverse("learners:correct", args=[event.public_id]), "link", hidden)
    if event.kind == "enrolled":
        return [correct]
    return [
        correct,
        Action("Undo", reverse("learners:undo", args=[event.public_id]), "link", hidden),
    ]


def changes_table(
    changes: Sequence[dict[str, Any]],
    columns: Sequence[Sequence[Changed]],
    referred: Mapping[tuple[type, Any], str],
    names: Mapping[str, str],
) -> Table:
    """Return a table of every change: when, by whom, what and why.

    It shows old and new values where a row changed in place, and the number of rows. Keys are shown
    as what they mean (`referred`): a person, a place, a pathway.
    """
    anew = replaced(changes)
    rows = [
        [
            short_datetime(one["at"]),
            names.get(one["actor"], one["actor"]),
            Cell(
                f"{_operation(one, anew)}: {_what(one)}",
                second="; ".join(_difference(*each, referred) for each in changed),
            ),
            one["reason"],
        ]
        for one, changed in zip(changes, columns, strict=True)
    ]
    heads = [Column("When"), Column("Who"), Column("What"), Column("Why")]
    return Table(
        "Every change", heads, rows, caption_hidden=True, empty=Empty("Nothing has been changed.")
    )


def _operation(change: dict[str, Any], anew: Collection[tuple[Any, ...]]) -> str:
    if not is_undone(change):
        return OPERATIONS[change["operation"]]
    return "Replaced" if act_of(change) in anew else "Undone"


def _what(change: dict[str, Any]) -> str:
    """Return what changed, with the number of rows, such as *study day, 52 times*."""
    times = f", {change['times']} times" if change["times"] > 1 else ""
    return TABLES.get(change["table_name"], called(change["table_name"])) + times


def called(table: str) -> str:
    """Return the name of a row of a table, as its model gives it."""
    model = model_of(table)
    return str(model._meta.verbose_name) if model else "something no longer kept"


def _difference(
    field: models.Field, before: Any, after: Any, referred: Mapping[tuple[type, Any], str]
) -> str:
    """Return a change of one column in words, such as *Status: Active → Withdrawn*."""
    own = str(field.verbose_name)
    name = CALLED.get(field.name, own[:1].upper() + own[1:])
    return f"{name}: {_in_words(field, before, referred)} → {_in_words(field, after, referred)}"


def _in_words(field: models.Field, value: Any, referred: Mapping[tuple[type, Any], str]) -> str:
    if value in (None, "", []):
        return "none"
    if field.related_model is not None:
        return referred.get((field.related_model, value), "no longer on record")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return date_gov(dt.date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))
