"""The learner's post follows the programme: what each event says of it is written with the event, and undone with it.

Called by every action and file that changes what the programme says (`changing`, answers to an offer, the datasets of
learners) and by whatever changes what HR says (through `workforce.ports`), within its transaction and with the people held.
What becomes of the posts is `learners/rules/posts.py`; here it is compared with what stands, and only what differs is voided
and recorded anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from learners.actions.holding import hold
from learners.models import Enrolment, Event, OfficerPost
from learners.rules import posts as rules
from pqip.core.acting import act
from pqip.core.bulk import copy_rows
from pqip.core.clock import now
from workforce.actions.derive import refresh_people
from workforce.models import Grade, Spell

#: People worked out at a time, which bounds memory.
CHUNK = 5_000
FOLLOWED = "Follows the programme"
PSO, OFFICER = "PSO", "PO"
#: What tells two recordings of an event apart, as far as the post goes; the first of the same was heard first.
SAME = ("enrolment_id", "kind", "effective_on", "to_region_id", "to_pdu_id", "to_fte", "destination")
TERMS = (
    "grade_id", "region_id", "pdu_id", "function", "fte", "contract", "post_start_date", "service_start_date", "leave_reason",
    "destination",
)
COLUMNS = ["person_id", "effective_on", "ended_on", *TERMS, "follows_programme", "instead_of_id"]


def follow_posts(people: Collection[int]) -> None:
    """Bring the posts of these people, whom the caller holds, to what the programme and HR say of them together."""
    for chunk in _chunks(people):
        gone, new = _differing(chunk)
        if gone:
            Spell.objects.filter(pk__in=gone).update(voided_at=now(), void_reason=FOLLOWED)
        if new:
            copy_rows(Spell, COLUMNS, new)
        if gone or new:
            refresh_people(chunk)


def follow_everybody(*, by: Any) -> int:
    """Bring every post up that was recorded before posts followed the programme. Returns of how many people. Safe to repeat."""
    behind = people_behind()
    if behind:
        with act(by=by, reason=FOLLOWED):
            hold(people=behind)
            follow_posts(behind)
    return len(behind)


def people_behind() -> list[int]:
    """Keys of people whose posts are not what the programme and HR say of them together."""
    found: set[int] = set()
    for chunk in _chunks(Enrolment.objects.order_by().values_list("person_id", flat=True).distinct()):
        gone, new = _differing(chunk)
        found |= set(Spell.objects.filter(pk__in=gone).values_list("person_id", flat=True)) if gone else set()
        found |= {row[0] for row in new}
    return sorted(found)


def _chunks(people: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(people))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _differing(people: list[int]) -> tuple[list[int], list[list[Any]]]:
    """Keys of the rows of these people that stand and should not, and the rows to record."""
    grades = dict(Grade.objects.filter(code__in=(PSO, OFFICER)).values_list("code", "pk"))
    said = _said_of(people)
    if not said:
        return [], []
    known = _Rows(list(said))
    gone: list[int] = []
    new: list[list[Any]] = []
    for person in said:
        wanted = rules.posts(known.stated(person), said[person], pso=grades[PSO], officer=grades[OFFICER],
                             refused=known.refused(person))
        differing, rows = known.compare(person, wanted)
        gone += differing
        new += rows
    return gone, new


def _said_of(people: list[int]) -> dict[int, list[rules.Saying]]:
    """What the programme says, by person; of whoever ever had a place."""
    whose = dict(Enrolment.objects.filter(person__in=people).values_list("pk", "person_id"))
    rows = Event.objects.filter(enrolment__in=whose, kind__in=rules.KINDS).order_by("id")
    live: dict[int, list[Any]] = {}
    first: dict[tuple[Any, ...], dt.datetime] = {}
    columns = ("id", *SAME, "recorded_at", "loaded_at", "voided_at")
    for row in rows.values_list(*columns, named=True).iterator(chunk_size=10_000):
        key, heard = _key(row), row.loaded_at or row.recorded_at
        first[key] = min(heard, first.get(key, heard))
        if row.voided_at is None:
            live.setdefault(row.enrolment_id, []).append(row)
    accepted = _accepted(whose)
    said: dict[int, list[rules.Saying]] = {person: [] for person in whose.values()}
    for enrolment, events in live.items():
        said[whose[enrolment]] += rules.sayings(events, lambda event: first[_key(event)], accepted.get(enrolment))
    return said


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in SAME)


def _accepted(enrolments: Collection[int]) -> dict[int, rules.Accepted]:
    """The officer's post each accepted, and when that was heard first."""
    rows = OfficerPost.objects.filter(enrolment__in=enrolments, answer=OfficerPost.Answer.ACCEPTED).order_by("id")
    found: dict[int, rules.Accepted] = {}
    first: dict[tuple[Any, ...], dt.datetime] = {}
    for row in rows:
        said = (row.enrolment_id, row.first_day, row.region_id, row.pdu_id)
        first.setdefault(said, row.loaded_at or row.recorded_at)
        if not row.is_void:
            found[row.enrolment_id] = rules.Accepted(*said[1:], first[said])
    return found


class _Rows:
    """The posts on record of some people: those that stand, and those in whose place they stand."""

    def __init__(self, people: list[int]) -> None:
        rows = list(Spell.objects.filter(person__in=people).order_by("effective_on", "id"))
        self.rows = {row.pk: row for row in rows}
        self._add_replaced()
        self.live: dict[int, list[Spell]] = {}
        for row in rows:
            if not row.is_void:
                self.live.setdefault(row.person_id, []).append(row)

    def _add_replaced(self) -> None:
        """Rows of another record of the same person, which was merged into this one."""
        while missing := {row.instead_of_id for row in self.rows.values()} - {None, *self.rows}:
            self.rows |= Spell.objects.in_bulk(missing)

    def stated(self, person: int) -> Iterable[rules.Post]:
        """The posts as HR stated them."""
        keys = {row.instead_of_id if row.follows_programme else row.pk for row in self.live.get(person, [])} - {None}
        for key in sorted(keys):
            row = self.rows[key]
            yield rules.Post(row.effective_on, row.ended_on, _terms(row), row.pk, row.loaded_at or row.recorded_at)

    def refused(self, person: int) -> list[dt.datetime]:
        """When HR put another row in the place of the first of a post that the programme had begun."""
        return [
            row.loaded_at or row.recorded_at for row in self.live.get(person, [])
            if not row.follows_programme and row.instead_of_id and _is_first(self.rows[row.instead_of_id])
        ]

    def compare(self, person: int, wanted: list[rules.Post]) -> tuple[list[int], list[list[Any]]]:
        """Keys of the rows that stand and should not, and the rows to record."""
        standing = {_said(row): row.pk for row in self.live.get(person, [])}
        new = []
        for post in wanted:
            said = (post.begins, post.ends, *(post.terms[name] for name in TERMS))
            kept = post.base is not None and standing.get((*said, False, post.base)) == post.base
            if not kept and (*said, True, post.base) not in standing:
                new.append([person, *said, True, post.base])
            standing.pop((*said, False, post.base) if kept else (*said, True, post.base), None)
        return list(standing.values()), new


def _is_first(row: Spell) -> bool:
    """Whether the programme began the post with this row."""
    return row.follows_programme and row.instead_of_id is None and row.effective_on == row.post_start_date


def _terms(row: Spell) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TERMS}


def _said(row: Spell) -> tuple[Any, ...]:
    """What a row says and rests on: a row that HR stated rests on itself."""
    base = row.instead_of_id if row.follows_programme else row.pk
    return (row.effective_on, row.ended_on, *(getattr(row, name) for name in TERMS), row.follows_programme, base)
