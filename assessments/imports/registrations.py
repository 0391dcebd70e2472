"""Dataset `registrations`: candidates for a qualification, with target and certificate."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.actions.registrations import (
    FACT_FIELDS,
    copy_registration_facts,
    copy_registrations,
    firsts,
    version_for,
)
from assessments.imports.base import (
    AssessmentDataset,
    people,
    qualification_words,
    qualifications,
    refuse_future,
    void_changed,
    without_errors,
)
from assessments.imports.current import Rows, registrations
from assessments.imports.registrations_options import VERSION, Options, write
from assessments.models import QualificationVersion, Registration, RegistrationFact
from assessments.models.holding import hold
from assessments.queries.sampling import CLAIM
from assessments.rules.registrations import Firsts, check_dates, check_day
from learners.imports.opening import Openings
from pqip.core.bulk import take_keys
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, ListOf, Text
from pqip.exchange.datasets import NEW, Context, Row, register
from workforce.imports import numbers
from workforce.models import Person

FIELDS = {
    "registered_on": "effective_on",
    "target_on": "target_on",
    "centre_number": "centre_number",
    "certificated_on": "certificated_on",
    "certificate_number": "certificate_number",
}
COLUMNS = {field: column for column, field in FIELDS.items()}
TEXTS = ("centre_number", "certificate_number")
CERTIFICATE = ("certificated_on", "certificate_number")


class RegistrationsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    qualification = ImportColumn(qualification_words(), key=True, required=True)
    registered_on = ImportColumn(Date(), required=True)
    target_on = ImportColumn(Date())
    centre_number = ImportColumn(Text(40))
    certificated_on = ImportColumn(Date())
    certificate_number = ImportColumn(Text(40))
    version = ImportColumn(
        Text(40),
        help="Another version than the one in force on the day, such as 2012, the assessor’s Certificate.",
    )
    optional_units = ImportColumn(
        ListOf(Text(2)), help="Numbers of the optional units chosen. Blank: as they are."
    )


@register
class Registrations(AssessmentDataset):
    name, title = "registrations", "Registrations"
    resource = RegistrationsResource

    def current(self, context: Context) -> Rows:
        return registrations(context, FIELDS)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        known = context.memory.setdefault("qualifications", qualifications())
        held = (
            RegistrationFact.objects.live()
            .filter(registration__person__in=found.values())
            .select_related("registration")
        )
        facts = {
            (fact.registration.person_id, fact.registration.qualification_id): fact for fact in held
        }
        began = firsts([fact.registration_id for fact in facts.values()])
        options = Options([fact.registration_id for fact in facts.values()])
        context.memory.setdefault("openings", Openings(context))
        context.memory["regions"] = dict(
            Person.objects.filter(pk__in=found.values()).values_list("pk", "region_id")
        )
        valid = without_errors(rows)
        for row in rows:
            refuse_future(row, context, "registered_on", "certificated_on")
        for row in valid:
            qualification = known.get(row["qualification"])
            if qualification is None or not _versions(qualification):
                row.error("qualification", "has no units and criteria yet. Load them first")
            if not row.wrong:
                self._settle(
                    row, context, found[row["staff_number"]], qualification, facts, began, options
                )

    def _settle(
        self,
        row: Row,
        context: Context,
        person: int,
        qualification: Any,
        facts: dict[tuple[int, int], RegistrationFact],
        began: dict[int, Firsts],
        options: Options,
    ) -> None:
        fact = facts.get((person, qualification.pk))
        before: dict[str, Any] = {
            column: getattr(fact, field) if fact else None for column, field in FIELDS.items()
        }
        after = {
            column: row[column] if row[column] is not None else _empty(column)
            for column in FIELDS
            if column in row.given
        }
        stated = {**before, **after}
        try:
            check_dates(
                began=stated["registered_on"],
                target=stated["target_on"],
                certificated=stated["certificated_on"],
                today=context.today,
            )
            if fact is not None and fact.effective_on != stated["registered_on"]:
                same = _is_same_version(qualification, fact, stated["registered_on"])
                check_day(
                    stated["registered_on"],
                    today=context.today,
                    is_same_version=same,
                    firsts=began[fact.registration_id],
                )
        except RuleBroken as broken:
            row.rule_error(COLUMNS.get(broken.field or "", broken.field or ""), broken.message)
        terms = {
            FIELDS[column]: _empty(column) if value is None else value
            for column, value in stated.items()
        }
        self._refuse_certificate(row, context, person, before, stated)
        held = fact.registration_id if fact else None
        version = options.version_of(
            row, qualification, held, version_for(_versions(qualification), stated["registered_on"])
        )
        old, new, chosen = options.settle(row, version, held)
        data = {
            "person": person,
            "qualification": qualification,
            "terms": terms,
            "current": fact,
            "version": version,
            "chosen": chosen,
        }
        if fact is None:
            row.new({**after, **new, **({VERSION: row[VERSION]} if row[VERSION] else {})}, data)
        else:
            row.settle({**before, **old}, {**after, **new}, data)

    def _refuse_certificate(
        self,
        row: Row,
        context: Context,
        person: int,
        before: dict[str, Any],
        stated: dict[str, Any],
    ) -> None:
        """Refuse a certificate from a user who may not claim it, as the screen does.

        History before the region opened may come from anybody.
        """
        changed = [
            column for column in CERTIFICATE if (before[column] or "") != (stated[column] or "")
        ]
        if not changed or context.may(CLAIM):
            return
        day = stated["certificated_on"] or before["certificated_on"] or context.today
        if not context.memory["openings"].is_history(context.memory["regions"].get(person), day):
            row.error(
                changed[0],
                "the VQ centre records certificates. Leave it as it is, or ask the national team.",
                quote=False,
            )

    def write(self, rows: list[Row], context: Context) -> None:
        hold(
            registrations=[
                row.data["current"].registration_id for row in rows if row.data["current"]
            ]
        )
        void_changed(rows, context)
        new = [row for row in rows if row.kind == NEW]
        keys = take_keys(Registration, len(new))
        copy_registrations(_registration(row, key) for row, key in zip(new, keys, strict=True))
        known = {
            row.number: row.data["current"].registration_id for row in rows if row.data["current"]
        }
        known |= {row.number: key for row, key in zip(new, keys, strict=True)}
        copy_registration_facts(
            (known[row.number], *(row.data["terms"][name] for name in FACT_FIELDS)) for row in rows
        )
        write(
            (
                (known[row.number], row.data["terms"]["effective_on"], row.data["chosen"])
                for row in rows
            ),
            context,
        )


def _registration(row: Row, key: int) -> tuple[int, int, int, int]:
    return key, row.data["person"], row.data["qualification"].pk, row.data["version"]


def _versions(qualification: Any) -> list[QualificationVersion]:
    """Return the versions of a qualification that apply by date (not by choice), in order of their dates."""
    return sorted(
        (one for one in qualification.versions.all() if not one.by_choice),
        key=lambda version: version.from_date,
    )


def _is_same_version(qualification: Any, fact: RegistrationFact, day: dt.date) -> bool:
    """Return whether the row's day of registration leaves the version as it is, as the screen asks."""
    held = next(
        one for one in qualification.versions.all() if one.pk == fact.registration.version_id
    )
    of_day, before = (
        version_for(_versions(qualification), one) for one in (day, fact.effective_on)
    )
    return held.by_choice or of_day in (held, before)


def _empty(column: str) -> str | None:
    return "" if column in TEXTS else None
