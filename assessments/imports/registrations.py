"""Dataset `registrations`: candidates for a qualification, with target and certificate."""

from __future__ import annotations

from typing import Any

from assessments.actions.holding import hold
from assessments.actions.registering import FACT_FIELDS, copy_registration_facts, copy_registrations, firsts, version_for
from assessments.imports.base import (
    AssessmentDataset,
    people,
    qualification_words,
    qualifications,
    refuse_future,
    sound,
    void_changed,
)
from assessments.imports.current import Rows, registrations
from assessments.models import QualificationVersion, Registration, RegistrationFact
from assessments.rules.registering import Firsts, check_dates, check_day
from pqip.core.bulk import take_keys
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import Column, DatasetResource, Date, Text
from pqip.exchange.datasets import NEW, Context, Row, register
from workforce.imports import numbers

FIELDS = {"registered_on": "effective_on", "target_on": "target_on", "centre_number": "centre_number",
          "certificated_on": "certificated_on", "certificate_number": "certificate_number"}
COLUMNS = {field: column for column, field in FIELDS.items()}
TEXTS = ("centre_number", "certificate_number")


class RegistrationsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    qualification = Column(qualification_words(), key=True, required=True)
    registered_on = Column(Date(), required=True)
    target_on = Column(Date())
    centre_number = Column(Text(40))
    certificated_on = Column(Date())
    certificate_number = Column(Text(40))


@register
class Registrations(AssessmentDataset):
    name, title = "registrations", "Registrations"
    resource = RegistrationsResource

    def current(self, context: Context) -> Rows:
        return registrations(context, FIELDS)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        known = context.memory.setdefault("qualifications", qualifications())
        held = RegistrationFact.objects.live().filter(registration__person__in=found.values()).select_related("registration")
        facts = {(fact.registration.person_id, fact.registration.qualification_id): fact for fact in held}
        began = firsts([fact.registration_id for fact in facts.values()])
        whole = sound(rows)
        for row in rows:
            refuse_future(row, context, "registered_on", "certificated_on")
        for row in whole:
            taken = known.get(row["qualification"])
            if taken is None or not taken.versions.all():
                row.error("qualification", "has no units and criteria yet. Load them first")
            if not row.wrong:
                self._settle(row, context, found[row["staff_number"]], taken, facts, began)

    def _settle(self, row: Row, context: Context, person: int, taken: Any, facts: dict[tuple[int, int], RegistrationFact],
                began: dict[int, Firsts]) -> None:
        fact = facts.get((person, taken.pk))
        before = {column: getattr(fact, field) if fact else None for column, field in FIELDS.items()}
        after = {column: row[column] if row[column] is not None else _empty(column) for column in FIELDS if column in row.given}
        stated = {**before, **after}
        try:
            check_dates(began=stated["registered_on"], target=stated["target_on"], certificated=stated["certificated_on"],
                        today=context.today)
            if fact is not None and fact.effective_on != stated["registered_on"]:
                same = version_for(_versions(taken), stated["registered_on"]).pk == fact.registration.version_id
                check_day(stated["registered_on"], today=context.today, is_same_version=same, firsts=began[fact.registration_id])
        except RuleBroken as broken:
            row.misfit(COLUMNS.get(broken.field or "", broken.field or ""), broken.message)
        terms = {FIELDS[column]: _empty(column) if value is None else value for column, value in stated.items()}
        data = {"person": person, "qualification": taken, "terms": terms, "current": fact}
        if fact is None:
            row.new(after, data)
        else:
            row.settle(before, after, data)

    def write(self, rows: list[Row], context: Context) -> None:
        hold(registrations=[row.data["current"].registration_id for row in rows if row.data["current"]])
        void_changed(rows, context)
        new = [row for row in rows if row.kind == NEW]
        keys = take_keys(Registration, len(new))
        copy_registrations(_registration(row, key) for row, key in zip(new, keys, strict=True))
        known = {row.number: row.data["current"].registration_id for row in rows if row.data["current"]}
        known |= {row.number: key for row, key in zip(new, keys, strict=True)}
        copy_registration_facts((known[row.number], *(row.data["terms"][name] for name in FACT_FIELDS)) for row in rows)


def _registration(row: Row, key: int) -> tuple[int, int, int, int]:
    taken = row.data["qualification"]
    return key, row.data["person"], taken.pk, version_for(_versions(taken), row["registered_on"]).pk


def _versions(taken: Any) -> list[QualificationVersion]:
    """Versions of a qualification in order of their dates."""
    return sorted(taken.versions.all(), key=lambda version: version.from_date)


def _empty(column: str) -> str | None:
    return "" if column in TEXTS else None
