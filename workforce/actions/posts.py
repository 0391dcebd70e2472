"""Posts: begin, change from a day, end and correct. Each keeps the person's own place and grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from pqip.core.acting import acting_as
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from workforce.derived.people import refresh_people
from workforce.models import Grade, Pdu, Person, Region, Spell
from workforce.ports import posts as ports
from workforce.rules import posts as rules

PSO = "PSO"
#: The reason for voiding a row that another, which follows from the programme, replaces.
FOLLOWED = "Follows the programme"


@contextmanager
def _held(person: Person, *, by: Any, reason: str = "") -> Iterator[list[Spell]]:
    """Lock a person and give their spells, in order; what follows from them is kept up to date at
    the end.
    """
    with acting_as(by=by, reason=reason):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        yield list(Spell.objects.live().filter(person=person).order_by("effective_on"))
        ports.posts_stated([person.pk])
        refresh_people([person.pk])
    person.refresh_from_db()


def begin_post(
    *,
    by: Any,
    person: Person,
    on: dt.date,
    grade: Grade,
    region: Region,
    fte: Decimal,
    pdu: Pdu | None = None,
    last_day: dt.date | None = None,
    **terms: Any,
) -> Spell:
    """Begin a post on a day.

    `terms` are function, contract and service_start_date. Raises RuleBroken if it overlaps another
    post.
    """
    rules.check_fte(fte)
    rules.check_unit(region.pk, pdu)
    rules.check_dates(on, last_day)
    with _held(person, by=by) as spells:
        rules.check_no_overlap(spells, on, last_day)
        return Spell.objects.create(
            person=person,
            effective_on=on,
            ended_on=last_day,
            grade=grade,
            region=region,
            pdu=pdu,
            fte=fte,
            **{"post_start_date": on, **terms},
        )


def change_post(*, by: Any, person: Person, on: dt.date, reason: str = "", **changes: Any) -> Spell:
    """Change a post from a day: the current spell ends the day before and another begins.

    Raises RuleBroken if the person holds no post that day, or if nothing changes.
    """
    with _held(person, by=by, reason=reason) as spells:
        place = rules.place_of(spells, on)
        current = place.corrects or place.ends
        if current is None:
            raise RuleBroken("They hold no post on that day.", "effective_on")
        if all(getattr(current, name) == value for name, value in changes.items()):
            raise RuleBroken("Nothing in the post changes.")
        fresh = _changed(current, changes)
        if place.corrects:
            return supersede(
                current, by=by, reason=reason or "Corrected", **changes, **stated(current)
            )
        ended = {
            "ended_on": on - rules.ONE_DAY,
            "leave_reason": "",
            "destination": "",
            **stated(current),
        }
        supersede(current, by=by, reason=f"Changed from {on.isoformat()}", **ended)
        fresh.effective_on = on
        fresh.save(force_insert=True)
        return fresh


def end_post(
    *, by: Any, person: Person, last_day: dt.date, leave_reason: str = "", destination: str = ""
) -> Spell:
    """End a post with `last_day` as its last day.

    Raises RuleBroken if they hold no post then, or hold one after it.
    """
    with _held(person, by=by) as spells:
        place = rules.place_of(spells, last_day)
        current = place.corrects or place.ends
        if current is None:
            raise RuleBroken("They hold no post on that day.", "ended_on")
        if spells[-1] != current:
            raise RuleBroken("A later post is recorded. Correct that one first.", "ended_on")
        return supersede(
            current,
            by=by,
            reason="Left the post",
            ended_on=last_day,
            leave_reason=leave_reason,
            destination=destination,
            **stated(current),
        )


def correct_spell(*, by: Any, spell: Spell, reason: str, **changes: Any) -> Spell:
    """Correct a spell: void it and record it anew. Raises Conflict if it is no longer in force."""
    with _held(spell.person, by=by, reason=reason) as spells:
        if spell.pk not in {each.pk for each in spells}:
            raise Conflict("This post has already been corrected by somebody else.")
        fresh = _changed(spell, changes)
        rules.check_dates(fresh.effective_on, fresh.ended_on)
        rules.check_no_overlap(
            [each for each in spells if each.pk != spell.pk], fresh.effective_on, fresh.ended_on
        )
        return supersede(spell, by=by, reason=reason, **changes, **stated(spell))


def void_spell(*, by: Any, spell: Spell, reason: str) -> None:
    """Undo a post recorded in error.

    Raises RuleBroken for a row by which the programme changed a post, because it would come back. A
    post that the programme began may be undone, for example if the same person has another record
    with the post.
    """
    if not may_be_undone(spell):
        raise RuleBroken(
            "This follows from the programme. Correct the post, or undo what is recorded of the programme."
        )
    with _held(spell.person, by=by, reason=reason) as spells:
        rest = [row for row in spells if begun_by_programme(spell) and _is_rest(row, spell)]
        void([spell, *rest], by=by, reason=reason)


def _is_rest(row: Spell, first: Spell) -> bool:
    """Return True if a row continues the post that the programme began with `first`."""
    goes_on = row.follows_programme and row.instead_of_id is None and row.pk != first.pk
    return goes_on and row.post_start_date == first.post_start_date


def stated(instead_of: Spell) -> dict[str, Any]:
    """Return the attributes of a row that HR states in place of another.

    They tell it from a row that follows from the programme.
    """
    replaced = instead_of.pk if instead_of.follows_programme else instead_of.instead_of_id
    return {"follows_programme": False, "instead_of_id": replaced}


def corrections_by_hr(key: Any) -> QuerySet[Spell]:
    """Return rows by which HR corrected what follows from the programme in place of a row that HR
    had stated.

    `key` is the key of the stated row.
    """
    return Spell.objects.filter(instead_of__instead_of=key, follows_programme=False)


def may_be_undone(spell: Spell) -> bool:
    """Return True if HR may undo a post: what they stated, and what the programme began."""
    return not spell.follows_programme or begun_by_programme(spell)


def begun_by_programme(spell: Spell) -> bool:
    """Return True if the programme began a PSO's post with this row, which replaced no other."""
    is_first = spell.instead_of_id is None and spell.effective_on == spell.post_start_date
    return spell.follows_programme and is_first and spell.grade.code == PSO


def _changed(spell: Spell, changes: dict[str, Any]) -> Spell:
    """Return a new, checked row that says what `spell` says, with the changes."""
    content = {
        field.attname: getattr(spell, field.attname)
        for field in Spell._meta.concrete_fields
        if field.name
        not in {
            "id",
            "recorded_at",
            "recorded_by",
            "loaded_at",
            "voided_at",
            "voided_by",
            "void_reason",
        }
    }
    fresh = Spell(**content | stated(spell))
    for name, value in changes.items():
        setattr(fresh, name, value)
    rules.check_fte(Decimal(fresh.fte))
    rules.check_unit(fresh.region_id, fresh.pdu)
    return fresh
