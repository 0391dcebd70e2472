"""Applies the programme to learners' posts: each event changes the post, and undoing it undoes the
change.

Every action and file that changes what the programme says calls it (`changing`, answers to an
offer, the datasets of learners), and so does whatever changes what HR says (through
`workforce.ports.posts`). It runs within their transaction, with the people locked.
`learners/rules/posts.py` decides what the posts become; here that is compared with the current
rows, and only what differs is voided and recorded anew.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from learners.derived.posts_stated import TERMS, Rows, merged
from learners.models import Enrolment, Event, OfficerPost
from learners.models.holding import hold
from learners.rules import posts as rules
from learners.rules.posts_first_heard import FirstHeard
from pqip.core.acting import acting_as
from pqip.core.bulk import copy_rows
from pqip.core.chunks import chunks
from pqip.core.clock import now
from workforce.actions.posts import FOLLOWED, PSO
from workforce.derived.people import refresh_people
from workforce.models import Grade, Spell

OFFICER = "PO"
#: The columns that make two recordings of an event the same as far as the post is concerned.
SAME = (
    "enrolment_id",
    "kind",
    "effective_on",
    "to_region_id",
    "to_pdu_id",
    "to_fte",
    "destination",
)
COLUMNS = ["person_id", "effective_on", "ended_on", *TERMS, "follows_programme", "instead_of_id"]


def follow_posts(people: Collection[int]) -> None:
    """Change the posts of these people to what follows from the programme and HR.

    The caller has locked the people.
    """
    for chunk in chunks(people):
        gone, new = _differing(chunk)
        if gone:
            Spell.objects.filter(pk__in=gone).update(voided_at=now(), void_reason=FOLLOWED)
        if new:
            copy_rows(Spell, COLUMNS, new)
        if gone or new:
            refresh_people(chunk)


def follow_everybody(*, by: Any) -> int:
    """Change every post that does not follow the programme, and return the number of people.

    Such posts were recorded before posts followed the programme. It is safe to repeat.
    """
    behind = people_behind()
    if behind:
        with acting_as(by=by, reason=FOLLOWED):
            hold(people=behind)
            follow_posts(behind)
    return len(behind)


def people_behind() -> list[int]:
    """Return the keys of people whose posts differ from what follows from the programme and HR."""
    found: set[int] = set()
    everybody = Enrolment.objects.order_by().values_list("person_id", flat=True).distinct()
    for chunk in chunks([*everybody, *merged()]):
        gone, new = _differing(chunk)
        found |= (
            set(Spell.objects.filter(pk__in=gone).values_list("person_id", flat=True))
            if gone
            else set()
        )
        found |= {row[0] for row in new}
    return sorted(found)


def _differing(people: list[int]) -> tuple[list[int], list[list[Any]]]:
    """Return the keys of current rows that should be voided, and the rows to record."""
    grades = dict(Grade.objects.filter(code__in=(PSO, OFFICER)).values_list("code", "pk"))
    changes = _changes_by_person(people)
    if not changes:
        return [], []
    known = Rows(changes.keys())
    gone: list[int] = []
    new: list[list[Any]] = []
    for person in changes:
        wanted = rules.posts(
            known.stated(person),
            changes[person],
            pso=grades[PSO],
            officer=grades[OFFICER],
            refused=known.refusals(person),
            remaining=known.begun_days(person),
        )
        differing, rows = _compare(known, person, wanted)
        gone += differing
        new += rows
    return gone, new


def _changes_by_person(people: list[int]) -> dict[int, list[rules.PostChange]]:
    """Return, by person, the changes that the programme makes.

    It covers everybody who ever had a place, or was merged with somebody who had.
    """
    whose = dict(Enrolment.objects.filter(person__in=people).values_list("pk", "person_id"))
    rows = Event.objects.filter(enrolment__in=whose, kind__in=rules.KINDS).order_by("id")
    live: dict[int, list[Any]] = {}
    first = FirstHeard()
    columns = ("id", *SAME, "recorded_at", "loaded_at", "voided_at")
    for row in rows.values_list(*columns, named=True).iterator():
        first.note(row, _key(row))
        if row.voided_at is None:
            live.setdefault(row.enrolment_id, []).append(row)
    accepted = _accepted(whose)
    changes: dict[int, list[rules.PostChange]] = {
        person: [] for person in (*whose.values(), *merged(people))
    }
    for enrolment, events in live.items():
        changes[whose[enrolment]] += rules.post_changes(
            events, lambda event: first.of[event.id], accepted.get(enrolment)
        )
    return changes


def _key(row: Any) -> tuple[Any, ...]:
    """Return the content of an event as far as the post is concerned.

    Of the first terms it is only that there is a place on the programme: that a post begins becomes known once.
    """
    if row.kind == "enrolled":
        return row.enrolment_id, row.kind
    return tuple(getattr(row, name) for name in SAME)


def _accepted(enrolments: Collection[int]) -> dict[int, rules.Accepted]:
    """Return, by enrolment, the accepted officer's post, and when the acceptance was first
    recorded.
    """
    rows = OfficerPost.objects.filter(
        enrolment__in=enrolments, answer=OfficerPost.Answer.ACCEPTED
    ).order_by("id")
    found: dict[int, rules.Accepted] = {}
    first = FirstHeard()
    for row in rows:
        content = (row.enrolment_id, row.first_day, row.region_id, row.pdu_id)
        first.note(row, content)
        if not row.is_void:
            found[row.enrolment_id] = rules.Accepted(*content[1:], first.of[row.pk])
    return found


def _compare(
    rows: Rows, person: int, wanted: list[rules.Post]
) -> tuple[list[int], list[list[Any]]]:
    """Compare one person's current rows with the posts they should have.

    Return the keys of rows to void, and the rows to record.
    """
    current = {_content(row): row.pk for row in rows.live(person)}
    new = []
    for post in wanted:
        content = (post.begins, post.ends, *(post.terms[name] for name in TERMS))
        is_stated = post.base is not None and current.get((*content, False, post.base)) == post.base
        if not is_stated and (*content, True, post.base) not in current:
            new.append([person, *content, True, post.base])
        current.pop(
            (*content, False, post.base) if is_stated else (*content, True, post.base), None
        )
    return list(current.values()), new


def _content(row: Spell) -> tuple[Any, ...]:
    """Return what a row states and the row it is based on. A row that HR stated is based on itself."""
    base = row.instead_of_id if row.follows_programme else row.pk
    return (
        row.effective_on,
        row.ended_on,
        *(getattr(row, name) for name in TERMS),
        row.follows_programme,
        base,
    )
