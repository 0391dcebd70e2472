"""People of the Service: add, correct, and change numbers."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from pqip.core.expressions import Bare
from pqip.core.scope import Scope
from pqip.exchange.datasets import DIFFERENT
from workforce.actions.posts import begin_post
from workforce.models import Person, Spell
from workforce.models.holding import PATIENCE, at_most
from workforce.queries.alike import (
    alike_on_record,
    details_of,
    hold_creation_of_people,
    numbers_on_record,
)
from workforce.rules.alike import (
    HIDDEN,
    NOTHING_SHARED,
    PersonDetails,
    sentences_of,
    shared_with,
    withheld,
)
from workforce.rules.numbers import bare, fault, folded

security = logging.getLogger("security.authz")
NUMBER_ONCE = {"workforce_person_number_once", "workforce_person_staff_number_key"}
MANAGE_PEOPLE = "workforce.manage_people"
BUSY = "A file that adds people is being brought in. Nothing was changed; try again in a moment."
MAY_BE, SAME_AS_ADDED = "They may be the same person", "The same person as somebody added on screen"
PERSONAL = ("first_name", "last_name", "email", "date_of_birth", "organisation")


@dataclass(frozen=True)
class IdentityQuestion:
    """Whether a new person is one on record: the reasons, in sentences, and who it may be.

    Only people within reach are given, by number and name.
    """

    alike: list[str]
    choices: list[tuple[str, str]]


class MayBeKnown(RuleBroken):
    """A new person shares an e-mail address, or a name and date of birth, with somebody on record.

    Only the user who adds them can say whether they are the same person.
    """

    def __init__(self, question: IdentityQuestion) -> None:
        super().__init__(f"{MAY_BE}: {'; '.join(question.alike)}.", "staff_number")
        self.question = question


def record_person(
    *,
    by: Any,
    staff_number: str,
    first_name: str,
    last_name: str,
    starts_on: dt.date,
    post: dict[str, Any],
    answer: str = "",
    **personal: Any,
) -> Person:
    """Add a person with their first post, and nobody twice, by the same rules as a file.

    `post` is what `begin_post` takes. `answer` says who they are if they may be somebody on record:
    `DIFFERENT`, or the number of that person, who then takes the new number, keeps their record,
    and begins the post unless they hold one then or later. Raises RuleBroken for a number of a
    wrong form, for one that somebody has in any case or with other leading zeros, and for a place
    out of reach. Raises MayBeKnown if the answer is missing.
    """
    _check_form(staff_number)
    personal["email"] = personal.get("email", "").lower()
    details = PersonDetails(
        personal["email"], f"{first_name} {last_name}", personal.get("date_of_birth")
    )
    with acting_as(by=by):
        scope = _reach(by)
        if not scope.covers(post["region"].pk, post["pdu"].pk if post.get("pdu") else None):
            raise RuleBroken("Choose a region or unit that you look after.", "region")
        with at_most(PATIENCE, BUSY):
            hold_creation_of_people()
        known = _who_they_are(staff_number, details, scope.condition(Person.SCOPE), answer, by)
        if known is not None:
            return _is_known(by, known, staff_number, starts_on, post)
        with _taken_number_refused():
            person = Person.objects.create(
                staff_number=staff_number, first_name=first_name, last_name=last_name, **personal
            )
        begin_post(by=by, person=person, on=starts_on, **post)
    person.refresh_from_db()
    return person


def _reach(by: Any) -> Scope:
    """Return where and whom a user may add people; a named job may everywhere."""
    return Scope(everywhere=True) if getattr(by, "is_job", False) else by.scope(MANAGE_PEOPLE)


def _who_they_are(
    number: str, details: PersonDetails, reached: Q, answer: str, by: Any
) -> Person | None:
    """Return the person on record whom the answer names, or None for a new person.

    Raises RuleBroken for an impossible answer, and MayBeKnown if it is missing.
    """
    reachable = Person.objects.filter(reached)
    found = numbers_on_record([number], reached)
    like = (
        found.like.get(bare(number))
        or reachable.numbered(number).values_list("staff_number", flat=True).first()
    )
    if like is not None and like != answer:
        name = reachable.get(staff_number=like).name
        raise RuleBroken(
            f"“{number}” is the number of {name} ({like}) on record. Open their record instead.",
            "staff_number",
        )
    person = None
    if answer and answer != DIFFERENT:
        person = reachable.not_merged().filter(staff_number=answer).first()
        if person is None:
            raise RuleBroken(
                "There is nobody on record with this staff number whom you look after.", "answer"
            )
        if not details.may_be(details_of(person)):
            raise RuleBroken(f"“{answer}” {NOTHING_SHARED}.", "answer")
    elif answer != DIFFERENT:
        shared, choices = shared_with(details, alike_on_record([details], reached))
        if HIDDEN in shared:
            note_hidden(by, 1)
        if shared:
            raise MayBeKnown(IdentityQuestion(sentences_of(shared), list(choices.items())))
    if found.outside:
        raise RuleBroken(withheld([number]), "staff_number")
    return person


def note_hidden(by: Any, rows: int) -> None:
    """Log as a security event how many new people shared something with somebody out of the user's
    reach.
    """
    extra = {
        "event": "asked of somebody out of reach",
        "user_key": getattr(by, "pk", None),
        "detail": rows,
    }
    security.warning("somebody new shares something with somebody out of reach", extra=extra)


def _is_known(
    by: Any, person: Person, number: str, starts_on: dt.date, post: dict[str, Any]
) -> Person:
    """Give somebody on record the new number, and the post unless they hold one then or later."""
    if person.staff_number != number:
        change_staff_number(by=by, person=person, staff_number=number, reason=SAME_AS_ADDED)
    if not Spell.objects.live().not_over(starts_on).filter(person=person).exists():
        begin_post(by=by, person=person, on=starts_on, **post)
    person.refresh_from_db()
    return person


def correct_person(*, by: Any, person: Person, reason: str = "", **changes: Any) -> Person:
    """Correct personal attributes (`PERSONAL`). Posts have their own actions."""
    unknown = set(changes) - set(PERSONAL)
    if unknown:
        raise TypeError(f"Not an attribute of a person: {', '.join(sorted(unknown))}.")
    with acting_as(by=by, reason=reason):
        held = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        for name, value in changes.items():
            setattr(held, name, value.lower() if name == "email" else value)
        held.save(update_fields=[*changes])
    person.refresh_from_db()
    return person


def change_staff_number(*, by: Any, person: Person, staff_number: str, reason: str) -> Person:
    """Give somebody another staff number, such as the payroll's instead of `APP:` and an
    application number.
    """
    change_staff_numbers(by=by, numbers={person.pk: staff_number}, reason=reason)
    person.refresh_from_db()
    return person


def change_staff_numbers(*, by: Any, numbers: Mapping[int, str], reason: str) -> None:
    """Give people other staff numbers, by their keys.

    Raises RuleBroken for a number of a wrong form, and for one that somebody else has, even with
    other leading zeros.
    """
    for number in numbers.values():
        _check_form(number)
    with acting_as(by=by, reason=reason), _taken_number_refused():
        _check_zeros(numbers)
        held = list(
            Person.objects.filter(pk__in=numbers)
            .order_by("pk")
            .select_for_update(no_key=True, of=("self",))
        )
        for person in held:
            person.staff_number = numbers[person.pk]
        Person.objects.bulk_update(held, ["staff_number"], batch_size=1000)


def _check_zeros(numbers: Mapping[int, str]) -> None:
    """Raise RuleBroken for a number that differs from somebody else's only by leading zeros.

    Spreadsheets remove leading zeros, so two such numbers never belong to two people.
    """
    wanted = {bare(number): key for key, number in numbers.items()}
    others = (
        Person.objects.alias(bare=Bare("staff_number"))
        .filter(bare__in=wanted)
        .exclude(pk__in=numbers)
    )
    for number in others.values_list("staff_number", flat=True):
        if folded(number) != folded(numbers[wanted[bare(number)]]):
            raise RuleBroken(
                f"{number} on record is this number, but for leading zeros. Check it.",
                "staff_number",
            )


def _check_form(number: str) -> None:
    if wrong := fault(number, settings.PQIP_STAFF_NUMBER_FORM):
        raise RuleBroken(f"“{number}” {wrong}.", "staff_number")


@contextmanager
def _taken_number_refused() -> Iterator[None]:
    """Turn the database's refusal of a number that somebody has into RuleBroken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if (
            getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            not in NUMBER_ONCE
        ):
            raise
        raise RuleBroken("This staff number is taken.", "staff_number") from None
