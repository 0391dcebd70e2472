"""Names, numbers and equality answers when two records are merged and separated again.

The ledgers beside them keep what was known.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models

from pqip.core.ledger import kept_columns
from workforce.actions.merges_plan import MergePlan
from workforce.models import EqualityAnswers, EqualityRecord, Person, PersonMerge, PersonRecord

DETAILS = tuple(kept_columns(PersonRecord))
ANSWERS = tuple(kept_columns(EqualityRecord))
WORDS: dict[type[PersonRecord | EqualityRecord], str] = {
    PersonRecord: "their name, number, address or date of birth",
    EqualityRecord: "their equality answers",
}


def merge(plan: MergePlan) -> None:
    """Write the name and answers of the person who stays.

    They are those of the record that was named, or of the other where it has none.
    """
    named, other = _of(plan.named), _of(plan.other)
    theirs = {
        **{name: named[name] or other[name] for name in DETAILS},
        "organisation": named["organisation"],
    }
    _write_details({plan.kept.pk: theirs, plan.gone.pk: other})
    answers = {
        row.person_id: {name: getattr(row, name) for name in ANSWERS}
        for row in EqualityAnswers.objects.filter(person__in=plan.both)
    }
    if plan.gone.pk in answers:
        first, second = answers.get(plan.named.pk, {}), answers.get(plan.other.pk, {})
        merged_answers = {name: first.get(name) or second.get(name, "") for name in ANSWERS}
        _write_answers({plan.kept.pk: merged_answers, plan.gone.pk: None})


def put_back(merge: PersonMerge) -> None:
    """Write what each record said before."""
    before = {key: _before(PersonRecord, key, merge) for key in (merge.stays_id, merge.goes_id)}
    _write_details(
        {key: {name: getattr(row, name) for name in DETAILS} for key, row in before.items() if row}
    )
    answers = {key: _before(EqualityRecord, key, merge) for key in (merge.stays_id, merge.goes_id)}
    _write_answers(
        {
            key: {name: getattr(row, name) for name in ANSWERS} if row else None
            for key, row in answers.items()
        }
    )


def changed_since(merge: PersonMerge) -> list[str]:
    """Return in words what is no longer as the merge left it."""
    return [
        words
        for ledger, words in WORDS.items()
        for key in (merge.stays_id, merge.goes_id)
        if _content(_after(ledger, key, merge))
        != _content(_of_person(ledger, key).filter(voided_at=None).first())
    ]


def _of_person(
    ledger: type[PersonRecord | EqualityRecord], person: int
) -> models.QuerySet[PersonRecord | EqualityRecord]:
    return ledger._base_manager.filter(person=person)


def _before(ledger: type[PersonRecord | EqualityRecord], person: int, merge: PersonMerge) -> Any:
    """Return what was known about somebody just before the merge."""
    rows = _of_person(ledger, person).filter(recorded_at__lt=merge.recorded_at)
    return rows.filter(
        models.Q(voided_at=None) | models.Q(voided_at__gte=merge.recorded_at)
    ).first()


def _after(ledger: type[PersonRecord | EqualityRecord], person: int, merge: PersonMerge) -> Any:
    """Return what was known about them just after it."""
    rows = _of_person(ledger, person).filter(recorded_at__lte=merge.recorded_at)
    return rows.filter(models.Q(voided_at=None) | models.Q(voided_at__gt=merge.recorded_at)).first()


def _content(row: Any) -> tuple[Any, ...] | None:
    return None if row is None else tuple(getattr(row, name) for name in kept_columns(type(row)))


def _of(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in DETAILS}


def _write_details(wanted: dict[int, dict[str, Any]]) -> None:
    """Write what differs. Two numbers that are exchanged first pass through one that nobody has."""
    held = {person.pk: person for person in Person.objects.filter(pk__in=wanted)}
    changed = [key for key in wanted if _of(held[key]) != wanted[key]]
    held_numbers = {held[key].staff_number for key in changed}
    for key in changed:
        if (
            wanted[key]["staff_number"] != held[key].staff_number
            and wanted[key]["staff_number"] in held_numbers
        ):
            Person.objects.filter(pk=key).update(staff_number=f"M{uuid4().hex[:28]}")
    for key in changed:
        Person.objects.filter(pk=key).update(**wanted[key])


def _write_answers(wanted: dict[int, dict[str, Any] | None]) -> None:
    for key, answers in wanted.items():
        held = EqualityAnswers.objects.filter(person=key).first()
        if answers is None:
            if held is not None:
                held.delete()
        elif held is None:
            EqualityAnswers.objects.create(person_id=key, **answers)
        elif any(getattr(held, name) != value for name, value in answers.items()):
            EqualityAnswers.objects.filter(pk=held.pk).update(**answers)
