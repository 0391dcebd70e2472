"""Dataset `registrations`: candidates for a qualification, with target and certificate."""

from __future__ import annotations

from typing import Any

from assessments.actions.registering import FACT_FIELDS, copy_registration_facts, copy_registrations, version_for
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
from assessments.models import Registration, RegistrationFact
from pqip.core.bulk import take_keys
from pqip.exchange.cleaning import Column, DatasetResource, Date, Text
from pqip.exchange.datasets import NEW, Context, Row, register
from workforce.imports import numbers

FIELDS = {"registered_on": "effective_on", "target_on": "target_on", "centre_number": "centre_number",
          "certificated_on": "certificated_on", "certificate_number": "certificate_number"}
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
        whole = sound(rows)
        for row in rows:
            refuse_future(row, context, "registered_on", "certificated_on")
        for row in whole:
            taken = known.get(row["qualification"])
            if taken is None or not taken.versions.all():
                row.error("qualification", "has no units and criteria yet. Load them first")
            if not row.wrong:
                self._settle(row, found[row["staff_number"]], taken, facts)

    def _settle(self, row: Row, person: int, taken: Any, facts: dict[tuple[int, int], RegistrationFact]) -> None:
        fact = facts.get((person, taken.pk))
        before = {column: getattr(fact, field) if fact else None for column, field in FIELDS.items()}
        after = {column: row[column] if row[column] is not None else _empty(column) for column in FIELDS if column in row.given}
        stated = {**before, **after}
        for column in ("target_on", "certificated_on"):
            if stated[column] and stated[column] < stated["registered_on"]:
                row.error(column, "is before the day registered. Use that day or a later one")
        terms = {FIELDS[column]: _empty(column) if value is None else value for column, value in stated.items()}
        data = {"person": person, "qualification": taken, "terms": terms, "current": fact}
        if fact is None:
            row.new(after, data)
        else:
            row.settle(before, after, data)

    def write(self, rows: list[Row], context: Context) -> None:
        void_changed(rows, context)
        new = [row for row in rows if row.kind == NEW]
        keys = take_keys(Registration, len(new))
        copy_registrations(_registration(row, key) for row, key in zip(new, keys, strict=True))
        known = {row.number: row.data["current"].registration_id for row in rows if row.data["current"]}
        known |= {row.number: key for row, key in zip(new, keys, strict=True)}
        copy_registration_facts((known[row.number], *(row.data["terms"][name] for name in FACT_FIELDS)) for row in rows)


def _registration(row: Row, key: int) -> tuple[int, int, int, int]:
    taken = row.data["qualification"]
    versions = sorted(taken.versions.all(), key=lambda version: version.from_date)
    return key, row.data["person"], taken.pk, version_for(versions, row["registered_on"]).pk


def _empty(column: str) -> str | None:
    return "" if column in TEXTS else None
