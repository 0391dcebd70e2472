"""The professional register: enter, correct and undo; changes of an entry; entries that follow from
the programme.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import AwardType, Person, RegisterChange, RegisterEntry
from workforce.models.holding import hold_people
from workforce.rules.register import Change, check_changes, check_entry

FROM_PROGRAMME = (
    "This follows from the programme. Correct or undo the event on the learner’s record."
)
FOLLOWS = "Follows the programme"
PQIP = AwardType.PQIP.value


def enter(
    *, by: Any, person: Person, award_type: str, qualified_on: dt.date, entered_on: dt.date
) -> RegisterEntry:
    """Enter somebody in the register.

    Raises RuleBroken if they are on it by this award, and for impossible dates.
    """
    check_entry(qualified_on, entered_on, today())
    with acting_as(by=by):
        hold_people([person.pk])
        if RegisterEntry.objects.live().filter(person=person, award_type=award_type).exists():
            raise RuleBroken("They are on the register by this award already.", "award_type")
        return RegisterEntry.objects.create(
            person=person, award_type=award_type, qualified_on=qualified_on, effective_on=entered_on
        )


def correct_entry(
    *, by: Any, entry: RegisterEntry, reason: str, qualified_on: dt.date, entered_on: dt.date
) -> RegisterEntry:
    """Correct the dates.

    Raises RuleBroken for impossible dates, and Conflict if the entry was corrected or undone in the
    meantime.
    """
    check_entry(qualified_on, entered_on, today())
    with acting_as(by=by, reason=reason), _own(entry):
        check_changes(entered_on, changes_of(entry.person_id, entry.award_type), today())
        return supersede(
            entry, by=by, reason=reason, qualified_on=qualified_on, effective_on=entered_on
        )


def void_entry(*, by: Any, entry: RegisterEntry, reason: str) -> None:
    """Undo an entry made in error, and everything recorded about it."""
    with acting_as(by=by, reason=reason), _own(entry):
        void(_live_changes(entry.person_id, entry.award_type), by=by, reason=reason)
        void([entry], by=by, reason=reason)


def record_change(
    *, by: Any, person: Person, award_type: str, kind: str, on: dt.date
) -> RegisterChange:
    """Record an entry's status from a day, or a declaration of professional development.

    Raises RuleBroken for what is impossible on that day.
    """
    with acting_as(by=by):
        hold_people([person.pk])
        entry = _entry(person.pk, award_type)
        recorded = changes_of(person.pk, award_type)
        if Change(kind, on) in recorded:
            raise RuleBroken("This is recorded of that day already.", "on")
        check_changes(entry.effective_on, [*recorded, Change(kind, on)], today())
        return RegisterChange.objects.create(
            person=person, award_type=award_type, kind=kind, effective_on=on
        )


def void_change(*, by: Any, change: RegisterChange, reason: str) -> None:
    """Undo a change of an entry that was recorded in error.

    Raises RuleBroken if the next change would then repeat the status before it, and Conflict if the
    change or the entry was undone in the meantime.
    """
    with acting_as(by=by, reason=reason):
        hold_people([change.person_id])
        entry = _entry(change.person_id, change.award_type)
        left = [
            one for one in _live_changes(change.person_id, change.award_type) if one.pk != change.pk
        ]
        check_changes(
            entry.effective_on, [Change(one.kind, one.effective_on) for one in left], today()
        )
        void([change], by=by, reason=reason)


@dataclass(frozen=True)
class Joined:
    """When the programme says that somebody qualified and joined the register, and when that was
    recorded.
    """

    qualified_on: dt.date
    entered_on: dt.date
    recorded_at: dt.datetime | None = None


def follow_programme(*, people: Collection[int], registered: Mapping[int, Joined]) -> None:
    """Change the entries of these people, whom the caller has locked, to what the programme says.

    Somebody who was entered by hand stays as they are. When an entry is voided, what was recorded
    about it is voided too.
    """
    current = {
        row.person_id: row
        for row in RegisterEntry.objects.live().filter(person__in=people, award_type=PQIP)
    }
    following = {key: row for key, row in current.items() if row.from_programme}
    stale = [row.pk for key, row in following.items() if not follows(row, registered.get(key))]
    gone = [key for key in following if key not in registered]
    new = [key for key in registered if key not in current or current[key].pk in stale]
    if stale:
        RegisterEntry.objects.filter(pk__in=stale).update(voided_at=now(), void_reason=FOLLOWS)
    if gone:
        changes = RegisterChange.objects.live().filter(person__in=gone, award_type=PQIP)
        changes.update(voided_at=now(), void_reason=FOLLOWS)
    if new:
        RegisterEntry.objects.bulk_create(
            [_following(key, registered[key]) for key in sorted(new)], batch_size=1000
        )


def follows(row: RegisterEntry, joined: Joined | None) -> bool:
    """Return True if an entry says what the programme says."""
    return joined is not None and (row.qualified_on, row.effective_on) == (
        joined.qualified_on,
        joined.entered_on,
    )


def _following(person: int, joined: Joined) -> RegisterEntry:
    return RegisterEntry(
        person_id=person,
        award_type=PQIP,
        qualified_on=joined.qualified_on,
        effective_on=joined.entered_on,
        from_programme=True,
        recorded_at=joined.recorded_at,
    )


def _entry(person: int, award_type: str) -> RegisterEntry:
    """Return the entry as it is now. The caller has locked the person.

    Raises Conflict if it was undone in the meantime.
    """
    entry = RegisterEntry.objects.live().filter(person=person, award_type=award_type).first()
    if entry is None:
        raise Conflict("They are no longer on the register by this award. Nothing was saved.")
    return entry


def changes_of(person: int, award_type: str) -> list[Change]:
    """Return what is recorded about an entry."""
    return [Change(row.kind, row.effective_on) for row in _live_changes(person, award_type)]


def _live_changes(person: int, award_type: str) -> list[RegisterChange]:
    return list(RegisterChange.objects.live().filter(person=person, award_type=award_type))


@contextmanager
def _own(entry: RegisterEntry) -> Iterator[None]:
    """Lock the person of an entry that may be corrected here."""
    hold_people([entry.person_id])
    if entry.from_programme:
        raise RuleBroken(FROM_PROGRAMME)
    yield
