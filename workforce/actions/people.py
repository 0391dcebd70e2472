"""People of the Service: recorded, corrected, renumbered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from pqip.core.acting import act
from pqip.core.errors import RuleBroken
from pqip.core.expressions import Bare
from pqip.core.scope import Scope
from pqip.exchange.datasets import DIFFERENT
from workforce.actions.holding import PATIENCE, at_most
from workforce.actions.posts import begin_post
from workforce.known_people import (
    ASK_NATIONAL,
    HIDDEN,
    NOTHING_SHARED,
    alike_on_record,
    numbers_on_record,
    one_at_a_time,
    said_alike,
    shared_with,
    told_of,
    withheld,
)
from workforce.models import Person, Spell
from workforce.rules.alike import Told
from workforce.rules.numbers import bare, fault, folded

NUMBER_ONCE = {"workforce_person_number_once", "workforce_person_staff_number_key"}
MANAGE_PEOPLE = "workforce.manage_people"
BUSY = "A file that adds people is being brought in. Nothing was changed; try again in a moment."
MAY_BE, SAME_AS_ADDED = "They may be the same person", "The same person as somebody added on screen"
PERSONAL = ("first_name", "last_name", "email", "date_of_birth", "organisation")


@dataclass(frozen=True)
class Asked:
    """Somebody new may be somebody on record: why, in sentences, and who of those within reach, by number and name."""

    alike: list[str]
    choices: list[tuple[str, str]]


class MayBeKnown(RuleBroken):
    """Somebody new shares an e-mail address, or a name and date of birth, with somebody on record: only whoever adds them can
    say whether they are one."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(f"{MAY_BE}: {'; '.join(asked.alike)}.", "staff_number")
        self.asked = asked


def record_person(
    *, by: Any, staff_number: str, first_name: str, last_name: str, starts_on: dt.date, post: dict[str, Any],
    answer: str = "", **personal: Any
) -> Person:
    """Somebody new, with their first post; nobody twice, by the same rules as a file. `post` as `begin_post` takes it.

    `answer` says who they are where they may be somebody on record: `DIFFERENT`, or the number of the one they are. That
    one takes the new number and keeps what is recorded, and begins the post where none is held then or later.

    Raises RuleBroken for a number of no form, or that somebody has, in whatever case or with other leading zeros, and for a
    place out of reach; MayBeKnown where the answer is missing.
    """
    _check_form(staff_number)
    personal["email"] = personal.get("email", "").lower()
    told = Told(personal["email"], f"{first_name} {last_name}", personal.get("date_of_birth"))
    with act(by=by):
        scope = _reach(by)
        if not scope.covers(post["region"].pk, post["pdu"].pk if post.get("pdu") else None):
            raise RuleBroken("Choose a region or unit that you look after.", "region")
        with at_most(PATIENCE, BUSY):
            one_at_a_time()
        known = _who_they_are(staff_number, told, scope.condition(Person.SCOPE), answer)
        if known is not None:
            return _is_known(by, known, staff_number, starts_on, post)
        with _taken():
            person = Person.objects.create(staff_number=staff_number, first_name=first_name, last_name=last_name, **personal)
        begin_post(by=by, person=person, on=starts_on, **post)
    person.refresh_from_db()
    return person


def _reach(by: Any) -> Scope:
    """Whom and where somebody may add people; a named job everywhere."""
    return Scope(everywhere=True) if getattr(by, "is_job", False) else by.scope(MANAGE_PEOPLE)


def _who_they_are(number: str, told: Told, reached: Q, answer: str) -> Person | None:
    """Whom on record the answer names; None for somebody new. Raises RuleBroken where that cannot be, MayBeKnown without it."""
    reachable = Person.objects.filter(reached)
    found = numbers_on_record([number], reached)
    like = found.like.get(bare(number)) or reachable.numbered(number).values_list("staff_number", flat=True).first()
    if like is not None and like != answer:
        name = reachable.get(staff_number=like).name
        raise RuleBroken(f"“{number}” is the number of {name} ({like}) on record. Open their record instead.", "staff_number")
    person = None
    if answer and answer != DIFFERENT:
        person = reachable.standing().filter(staff_number=answer).first()
        if person is None:
            raise RuleBroken("There is nobody on record with this staff number whom you look after.", "answer")
        if not told.may_be(told_of(person)):
            raise RuleBroken(f"“{answer}” {NOTHING_SHARED}.", "answer")
    elif answer != DIFFERENT:
        shared, choices = shared_with(told, alike_on_record([told], reached))
        if shared:
            raise MayBeKnown(Asked([*said_alike(shared), *([ASK_NATIONAL] if HIDDEN in shared else [])], list(choices.items())))
    if found.outside:
        raise RuleBroken(withheld([number]), "staff_number")
    return person


def _is_known(by: Any, person: Person, number: str, starts_on: dt.date, post: dict[str, Any]) -> Person:
    """Somebody on record takes the new number, and the post where they hold none then or later."""
    if person.staff_number != number:
        change_staff_number(by=by, person=person, staff_number=number, reason=SAME_AS_ADDED)
    if not Spell.objects.live().filter(person=person).exclude(ended_on__lt=starts_on).exists():
        begin_post(by=by, person=person, on=starts_on, **post)
    person.refresh_from_db()
    return person


def correct_person(*, by: Any, person: Person, reason: str = "", **changes: Any) -> Person:
    """Correct personal attributes (`PERSONAL`). Posts are changed by their own actions."""
    unknown = set(changes) - set(PERSONAL)
    if unknown:
        raise TypeError(f"Not an attribute of a person: {', '.join(sorted(unknown))}.")
    with act(by=by, reason=reason):
        held = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        for name, value in changes.items():
            setattr(held, name, value.lower() if name == "email" else value)
        held.save(update_fields=[*changes])
    person.refresh_from_db()
    return person


def change_staff_number(*, by: Any, person: Person, staff_number: str, reason: str) -> Person:
    """Give somebody another staff number, such as the payroll's instead of `APP:` and the application's."""
    change_staff_numbers(by=by, numbers={person.pk: staff_number}, reason=reason)
    person.refresh_from_db()
    return person


def change_staff_numbers(*, by: Any, numbers: Mapping[int, str], reason: str) -> None:
    """Give people other staff numbers, by their keys. Raises RuleBroken for one of no form, or that somebody else has, but for
    leading zeros too."""
    for number in numbers.values():
        _check_form(number)
    with act(by=by, reason=reason), _taken():
        _check_zeros(numbers)
        held = list(Person.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True, of=("self",)))
        for person in held:
            person.staff_number = numbers[person.pk]
        Person.objects.bulk_update(held, ["staff_number"], batch_size=1000)


def _check_zeros(numbers: Mapping[int, str]) -> None:
    """Spreadsheets take leading zeros off, so two numbers that differ by nothing else are never two people's."""
    wanted = {bare(number): key for key, number in numbers.items()}
    others = Person.objects.alias(bare=Bare("staff_number")).filter(bare__in=wanted).exclude(pk__in=numbers)
    for number in others.values_list("staff_number", flat=True):
        if folded(number) != folded(numbers[wanted[bare(number)]]):
            raise RuleBroken(f"{number} on record is this number, but for leading zeros. Check it.", "staff_number")


def _check_form(number: str) -> None:
    if said := fault(number, settings.PQIP_STAFF_NUMBER_FORM):
        raise RuleBroken(f"“{number}” {said}.", "staff_number")


@contextmanager
def _taken() -> Iterator[None]:
    """Turns the database's word that a number is somebody's into ours."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") not in NUMBER_ONCE:
            raise
        raise RuleBroken("This staff number is taken.", "staff_number") from None
