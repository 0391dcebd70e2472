"""What HR stated about people's posts, reconstructed from the recorded rows.

It considers rows in force, rows that others have replaced, and rows that the programme ended before
their first day. Two records that were merged count as one person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from learners.models import Enrolment
from learners.rules.posts import Post
from workforce.actions.posts import FOLLOWED, PSO, begun_by_programme
from workforce.models import PersonMerge, Spell

TERMS = (
    "grade_id",
    "region_id",
    "pdu_id",
    "function",
    "fte",
    "contract",
    "post_start_date",
    "service_start_date",
    "leave_reason",
    "destination",
)


class Rows:
    """The recorded posts of some people, including voided ones.

    A record that was merged into another belongs to that other person.
    """

    def __init__(self, people: Collection[int]) -> None:
        self.merges = Merges(people)
        self.rows: dict[int, Spell] = {}
        self.by_person: dict[int, list[Spell]] = {}
        self._stated_posts: dict[int, list[Post]] = {}
        rows = Spell.objects.filter(person__in={*people, *self.merges.people})
        for row in rows.select_related("grade").order_by("effective_on", "id"):
            self.rows[row.pk] = row
            self.by_person.setdefault(self.merges.owner(row.person_id), []).append(row)

    def live(self, person: int) -> list[Spell]:
        """Return the person's rows that are in force, in order."""
        return [row for row in self.by_person.get(person, ()) if not row.is_void]

    def stated(self, person: int) -> list[Post]:
        """Return the posts as HR stated them, with the first days of the rows that represent each, or
        last did.
        """
        if person not in self._stated_posts:
            self._stated_posts[person] = list(self._stated(person))
        return self._stated_posts[person]

    def _stated(self, person: int) -> Iterable[Post]:
        by_base: dict[int, list[Spell]] = {}
        for row in self.by_person.get(person, ()):
            key = row.instead_of_id if row.follows_programme else row.pk
            if key is not None:
                by_base.setdefault(key, []).append(row)
        for key, rows in sorted(by_base.items()):
            current = [row for row in rows if not row.is_void] or self._last_rows(key, rows, person)
            if current:
                base, days = self.rows[key], tuple(row.effective_on for row in current)
                stated_at = self.merges.stated_at(base)
                yield Post(base.effective_on, base.ended_on, terms_of(base), key, stated_at, days)

    def _last_rows(self, key: int, rows: list[Spell], person: int) -> list[Spell]:
        """Return the last rows in force for a stated post that has none now, if the programme alone
        ended them.

        They come back when what ended them is undone.
        """
        base = self.rows[key]
        if self.merges.is_of_undone_merge(base) or self.merges.owner(base.person_id) != person:
            return []
        return _ended_by_programme(rows)

    def refusals(self, person: int) -> list[tuple[dt.date, dt.datetime]]:
        """Return when HR refused a PSO's post that the programme had begun, with the day that post
        began.

        HR refuses it by replacing its first row or by undoing it.
        """
        stated = [self.rows[post.base] for post in self.stated(person) if post.base is not None]
        replaced = [
            (self.rows[row.instead_of_id].effective_on, self.merges.stated_at(row))
            for row in stated
            if row.instead_of_id and begun_by_programme(self.rows[row.instead_of_id])
        ]
        begun = self.begun_days(person)
        undone = [
            (row.effective_on, row.voided_at)
            for row in self._undone_beginnings(person)
            if row.voided_at and row.post_start_date not in begun
        ]
        return replaced + undone

    def _undone_beginnings(self, person: int) -> list[Spell]:
        """Return rows by which the programme began a post and which HR undid.

        The refusal follows the place on the programme, so it moves with it in a merge.
        """
        asked = {person, *self.merges.others_of(person)}
        return [
            row
            for one in asked
            for row in self.by_person.get(one, ())
            if row.is_void
            and row.void_reason != FOLLOWED
            and begun_by_programme(row)
            and not self.merges.voided(row)
            and self.merges.owner_of_row(row) == person
        ]

    def begun_days(self, person: int) -> dict[dt.date, list[dt.date]]:
        """Return, by the day each post began, the first days of current rows of PSOs' posts that the
        programme began.

        For a post that HR corrected in part, and whose rest the programme alone ended, these are the
        rows last in force: they come back when what ended them is undone.
        """
        found: dict[dt.date, list[Spell]] = {}
        for row in self.by_person.get(person, ()):
            if (
                row.follows_programme
                and row.instead_of_id is None
                and row.grade.code == PSO
                and row.post_start_date
            ):
                found.setdefault(row.post_start_date, []).append(row)
        put_right = {
            self.rows[post.base].instead_of_id for post in self.stated(person) if post.base
        }
        standing = {
            day: [row for row in rows if not row.is_void] or self._rested(rows, put_right)
            for day, rows in found.items()
        }
        return {day: [row.effective_on for row in rows] for day, rows in standing.items() if rows}

    def _rested(self, rows: list[Spell], put_right: Collection[int | None]) -> list[Spell]:
        """The last rows that stood beside one that HR put right, unless it was a merge, or its undoing, that ended them."""
        if not any(row.pk in put_right for row in rows):
            return []
        return [row for row in _ended_by_programme(rows) if not self.merges.voided(row)]


def _ended_by_programme(rows: list[Spell]) -> list[Spell]:
    """Of rows none of which stands, the last that did, where the programme alone ended them."""
    ended = max(row.voided_at for row in rows if row.voided_at)
    last = [row for row in rows if row.voided_at == ended]
    return last if all(row.void_reason == FOLLOWED for row in last) else []


class Merges:
    """The merges of some people's records, including undone ones, and of everybody merged with
    them.
    """

    def __init__(self, people: Collection[int]) -> None:
        merges = list(_all_of(people))
        self.people = {person for one in merges for person in (one.stays_id, one.goes_id)}
        #: By the key of a record that went, the person it belongs to now.
        self.stays = {one.goes_id: one.stays_id for one in merges if not one.is_void}
        self.undone = [one for one in merges if one.is_void]
        #: Person and instant of each merge and of its undoing.
        self.instants = {
            (person, at)
            for one in merges
            for person in (one.stays_id, one.goes_id)
            for at in _instants(one)
        }
        self.recorded_by_undone = {(one.stays_id, one.recorded_at) for one in self.undone}
        moved = [
            (one, key)
            for one in merges
            for part in ("facts", "spared")
            for key in one.moved[part].get(Spell._meta.label, ())
        ]
        rows = Spell.objects.in_bulk({key for _one, key in moved})
        self.before = {
            (at, *_content(rows[key])): rows[key] for one, key in moved for at in _instants(one)
        }
        placed = Enrolment.objects.filter(person__in=self.people)
        self.placed = set(placed.values_list("person_id", flat=True))

    def owner(self, person: int) -> int:
        """Return the person to whom the record belongs now."""
        return self.stays.get(person, person)

    def others_of(self, person: int) -> set[int]:
        """Return the people whose record once included this person's and gave it back."""
        return {one.stays_id for one in self.undone if one.goes_id == person}

    def owner_of_row(self, row: Spell) -> int:
        """Return the person to whom a row belongs that was recorded and undone while two records
        were merged.

        It belongs to the person who has the place on the programme.
        """
        for one in self.undone:
            within = (
                row.person_id == one.stays_id
                and row.known_from >= one.known_from
                and row.voided_at is not None
                and one.voided_at is not None
                and row.voided_at < one.voided_at
            )
            if within and one.goes_id in self.placed and one.stays_id not in self.placed:
                return self.owner(one.goes_id)
        return self.owner(row.person_id)

    def voided(self, row: Spell) -> bool:
        """Return True if a merge or its undoing voided the row, so that the voiding states nothing
        new.
        """
        return (row.person_id, row.voided_at) in self.instants

    def is_of_undone_merge(self, row: Spell) -> bool:
        """Return True if the row came from a merge that was undone."""
        return (row.person_id, row.recorded_at) in self.recorded_by_undone

    def stated_at(self, row: Spell) -> dt.datetime:
        """Return when HR stated what a row says.

        A merge and its undoing record the row anew, so the first recording counts.
        """
        while before := self._moved_from(row):
            row = before
        return row.loaded_at or row.known_from

    def _moved_from(self, row: Spell) -> Spell | None:
        """Return the row that a merge or its undoing recorded anew as this one, if one did."""
        if (row.person_id, row.recorded_at) not in self.instants:
            return None
        return self.before.get((row.recorded_at, *_content(row)))


def merged(people: Collection[int] | None = None) -> set[int]:
    """Return people, among `people` or all, whose record was ever merged and still exists by
    itself.
    """
    merges = PersonMerge.objects.all() if people is None else _merges_of(people)
    pairs = list(merges.values_list("stays_id", "goes_id", "voided_at"))
    went = {goes for _stays, goes, undone in pairs if undone is None}
    both = {person for stays, goes, _undone in pairs for person in (stays, goes)} - went
    return both if people is None else both & set(people)


def _all_of(people: Collection[int]) -> Iterable[PersonMerge]:
    """Return the merges of these people, of those they were merged with, and so on, in order."""
    found: dict[int, PersonMerge] = {}
    asked: set[int] = set()
    todo = set(people)
    while todo:
        new = _merges_of(todo).exclude(pk__in=found)
        asked |= todo
        fresh = {one.pk: one for one in new}
        found |= fresh
        todo = {key for one in fresh.values() for key in (one.stays_id, one.goes_id)} - asked
    return sorted(found.values(), key=lambda one: one.pk)


def _merges_of(people: Collection[int]) -> Any:
    return PersonMerge.objects.filter(Q(stays__in=people) | Q(goes__in=people)).order_by("id")


def _instants(merge: PersonMerge) -> list[dt.datetime]:
    return [at for at in (merge.recorded_at, merge.voided_at) if at is not None]


def _content(row: Spell) -> tuple[Any, ...]:
    return (
        row.effective_on,
        row.ended_on,
        *(getattr(row, name) for name in TERMS),
        row.follows_programme,
        row.instead_of_id,
    )


def terms_of(row: Spell) -> dict[str, Any]:
    """Return what a row says about the post, apart from its days."""
    return {name: getattr(row, name) for name in TERMS}
