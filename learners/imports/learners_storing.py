"""Writes the planned rows of the `learners` dataset in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from learners.imports.allocations_held import Role
from learners.imports.common import CORRECTED, void_rows
from learners.imports.learners_known import PERSONAL, keys_by_name
from learners.imports.learners_placing import EQUALITY, PlannedRow
from learners.models import Allocation, Campaign, Cohort, Enrolment
from learners.models.enrolments import Status
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.words import folded
from workforce.actions.posts import PSO
from workforce.models import EqualityAnswers, Grade, Person


def store_people(planned: Sequence[PlannedRow]) -> None:
    """Write new people and changed personal details. Each row then knows its person's key."""
    new = {each.number: each for each in planned if each.person is None}
    keys = dict(zip(new, take_keys(Person, len(new)), strict=True)) if new else {}
    columns = ["id", "staff_number", *PERSONAL, "organisation", "region_id", "pdu_id", "grade_id"]
    grade = _grade()
    first = {each.number: each.events[0] for each in reversed(planned) if each.person is None}
    copy_rows(
        Person,
        columns,
        (
            [
                keys[number],
                number,
                *(
                    each.personal[name] or (None if name == "date_of_birth" else "")
                    for name in PERSONAL
                ),
                "",
                first[number].to_region_id,
                first[number].to_pdu_id,
                grade,
            ]
            for number, each in new.items()
        ),
    )
    changed = {
        each.person: each.personal for each in planned if each.person is not None and each.personal
    }
    people = list(Person.objects.filter(pk__in=changed))
    for person in people:
        for name, value in changed[person.pk].items():
            if value is not None:
                setattr(person, name, value)
    Person.objects.bulk_update(people, PERSONAL, batch_size=1000)
    for each in planned:
        each.person = each.person or keys[each.number]


def store_places(planned: Sequence[PlannedRow]) -> None:
    """Write new enrolments, cohorts and campaigns, and changed entry facts.

    Events then know their enrolment.
    """
    new = [each for each in planned if each.enrolment is None]
    cohorts = named(Cohort, {each.cohort for each in new})
    campaigns = named(Campaign, {each.campaign for each in planned if each.campaign})
    keys = take_keys(Enrolment, len(new)) if new else []
    columns = [
        "id",
        "person_id",
        "entry_cohort_id",
        "campaign_id",
        "entry_route",
        "level5_held",
        "modules_held",
        "status",
    ]
    copy_rows(
        Enrolment,
        columns,
        (
            [
                key,
                each.person,
                cohorts[folded(each.cohort)],
                campaigns.get(folded(each.campaign)),
                *each.entry.values(),
                Status.DUE_TO_START.value,
            ]
            for key, each in zip(keys, new, strict=True)
        ),
    )
    for key, each in zip(keys, new, strict=True):
        each.events[0].to_cohort_id = cohorts[folded(each.cohort)]
        for event in each.events:
            event.enrolment_id = key
    _change_entries([each for each in planned if each.enrolment], campaigns)
    for key, each in zip(keys, new, strict=True):
        each.enrolment = key


def _change_entries(planned: Iterable[PlannedRow], campaigns: Mapping[str, int]) -> None:
    changed = {
        each.enrolment: each for each in planned if each.enrolment and (each.entry or each.campaign)
    }
    rows = list(Enrolment.objects.filter(pk__in=changed))
    for row in rows:
        each = changed[row.pk]
        for name, value in each.entry.items():
            setattr(row, name, value)
        if each.campaign:
            row.campaign_id = campaigns[folded(each.campaign)]
    Enrolment.objects.bulk_update(
        rows, ["entry_route", "level5_held", "modules_held", "campaign"], batch_size=1000
    )


def named(model: Any, wanted: Iterable[str]) -> dict[str, int]:
    """Return keys by folded code or name, after creating those that are missing."""
    known = keys_by_name(model)
    missing = {folded(code): code for code in wanted if folded(code) not in known}
    made = model.objects.bulk_create([model(code=code) for code in sorted(missing.values())])
    return known | {folded(each.code): each.pk for each in made}


def _grade() -> int:
    return Grade.objects.values_list("pk", flat=True).get(code=PSO)


def store_allocations(planned: Sequence[PlannedRow], roles: Mapping[tuple[str, str], Role]) -> None:
    """Write the changes of each learner's assessor and line manager."""
    person = {each.number: each.person for each in planned}
    touched = [(number, name, role) for (number, name), role in roles.items() if number in person]
    void_rows(Allocation, (key for *_, role in touched for key in role.voided), CORRECTED)
    copy_rows(
        Allocation,
        ["person_id", "role", "other_id", "effective_on", "ended_on"],
        (
            [person[number], name, row.other, row.since, row.until]
            for number, name, role in touched
            for row in role.take_new()
        ),
    )


def store_equality(planned: Iterable[PlannedRow]) -> None:
    """Write equality answers into their own table."""
    given = {each.person: each.equality for each in planned if each.equality and each.person}
    held = {answer.person_id: answer for answer in EqualityAnswers.objects.filter(person__in=given)}
    for key, answers in given.items():
        answer = held.setdefault(key, EqualityAnswers(person_id=key))
        for question, code in answers.items():
            setattr(answer, question, code)
    new = [answer for answer in held.values() if answer.pk is None]
    known = [answer for answer in held.values() if answer.pk is not None]
    EqualityAnswers.objects.bulk_create(new, batch_size=2000)
    EqualityAnswers.objects.bulk_update(known, EQUALITY, batch_size=1000)
