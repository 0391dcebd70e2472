"""What is recorded about people who take a role in looking after others, and their caseloads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from learners.models import Allocation, Segment
from learners.models.enrolments import Status
from learners.ports import vocational
from learners.rules.allocations import (
    ASSESSING,
    DAY,
    LINE_MANAGER,
    MENTOR,
    PTA,
    Nominee,
    RoleRequest,
    Stretch,
    refusal,
)
from pqip.core.known import known_sql
from workforce.models import Absence, Person, Spell

#: For each role, the grades whose holders are offered by name for a learner, and the most names
#: offered. VQ3 assessors are for PSOs.
OFFERED = {PTA: ASSESSING - {"VQ3A"}, LINE_MANAGER: {"SPO"}, MENTOR: {"PO", "SPO"}}
LISTED = 300
AWAY = (Absence.Kind.LONG_TERM_ABSENCE, Absence.Kind.CAREER_BREAK)
PTAS = """
SELECT l.person_id, bool_or(b.person_id IS NULL) AS has_present, count(*) AS ptas,
    max(greatest(b.away_since, l.effective_on)) AS away_since
FROM learners_allocation l
LEFT JOIN (
    SELECT b.person_id, min(b.effective_on) AS away_since FROM workforce_absence b
    WHERE b.kind IN ('long_term_absence', 'career_break') AND b.effective_on <= %(as_at)s
        AND (b.ended_on IS NULL OR b.ended_on >= %(as_at)s) AND {known_b}
    GROUP BY b.person_id
) b ON b.person_id = l.other_id
WHERE l.role = 'pta' AND l.unit IS NULL AND l.effective_on <= %(as_at)s
    AND (l.ended_on IS NULL OR l.ended_on >= %(as_at)s) AND {known_l}
GROUP BY l.person_id
"""


def ptas(known_at: dt.datetime | None) -> str:
    """Return SQL of the practice tutor assessors of everybody who has any on `%(as_at)s`.

    Its columns are person_id, has_present (False if all are absent), ptas (their number) and
    away_since: where all are absent, the day since when.
    """
    return PTAS.format(known_b=known_sql("b", known_at), known_l=known_sql("l", known_at))


def nominees(people: Collection[int], on: dt.date, label: str = "name") -> dict[int, Nominee]:
    """Return, by person, what is recorded about each nominee, in a fixed number of queries.

    `label` is the attribute by which messages name them.
    """
    keys = sorted(set(people))
    posts, learns, away = _posts(keys), _learning(keys), _away(keys, on)
    assessing = vocational.vocational().assessors(keys)
    return {
        one.pk: Nominee(
            getattr(one, label),
            one.grade.code if one.grade else "",
            bool(one.organisation),
            posts[one.pk],
            learns[one.pk],
            away[one.pk],
            assessing.get(one.pk),
        )
        for one in Person.objects.filter(pk__in=keys).select_related("grade")
    }


@dataclass(frozen=True)
class Choice:
    """Somebody who may take a role, the number of people for whom they have it, and their target if
    there is one.
    """

    person: Person
    load: int
    target: int | None = None

    def over(self, more: int) -> bool:
        """Return True if that many more people would take them over their target."""
        return self.target is not None and self.load + more > self.target


def choice_of(person: Person, role: str, on: dt.date) -> Choice:
    """Return somebody's number of people in a role on a day, and their target as an assessor."""
    target = vocational.vocational().assessors([person.pk]).get(person.pk) if role == PTA else None
    return Choice(
        person,
        caseloads([person.pk], role, on).get(person.pk, 0),
        target.target_caseload if target else None,
    )


def choices(
    people: QuerySet[Person], role: str, place: tuple[int | None, int | None], on: dt.date
) -> list[Choice]:
    """Return who of these people may take a role from today on in a region and unit, the best
    choice first.

    People of the unit come first, then those with the most room. Only roles that have grades in
    `OFFERED` are offered in this way.
    """
    region, pdu = place
    if role not in OFFERED or region is None:
        return []
    rows = people.filter(region=region, grade__code__in=OFFERED[role]).select_related(
        "region", "pdu"
    )
    listed = list(rows.order_by("sort_name", "pk")[:LISTED])
    keys = [one.pk for one in listed]
    known, loads = nominees(keys, on), caseloads(keys, role, on)
    request = RoleRequest(role, Stretch(on), on)
    found = []
    for one in listed:
        if not refusal(known[one.pk], request):
            assessing = known[one.pk].assessing if role == PTA else None
            found.append(
                Choice(one, loads.get(one.pk, 0), assessing.target_caseload if assessing else None)
            )
    return sorted(
        found,
        key=lambda one: (
            pdu is None or one.person.pdu_id != pdu,
            one.over(1),
            one.load,
            one.person.sort_name,
        ),
    )


def caseloads(
    people: Collection[int], role: str, on: dt.date, without: Collection[int] = ()
) -> dict[int, int]:
    """Return, by person, for how many people each has the role on a day, not counting people in
    `without`.
    """
    rows = (
        Allocation.objects.live()
        .in_force(on)
        .filter(other__in=list(people), role=role)
        .exclude(person__in=list(without))
    )
    return dict(rows.order_by().values_list("other").annotate(Count("person", distinct=True)))


def over_target(
    role: str,
    more: Mapping[int, int],
    on: dt.date,
    *,
    without: Collection[int] = (),
    label: str = "name",
) -> list[str]:
    """Return a sentence for each assessor who would have more people than their target.

    `more` gives the number of people to add, by the assessor's key. It is added to those they have
    on the day, without the people in `without`. `label` is the attribute by which the sentences
    name them.
    """
    targets = (
        {key: one.target_caseload for key, one in vocational.vocational().assessors(more).items()}
        if role == PTA
        else {}
    )
    loads = caseloads(list(targets), role, on, without)
    totals = {
        key: (loads.get(key, 0) + more[key], target)
        for key, target in targets.items()
        if target is not None
    }
    over = {key: pair for key, pair in totals.items() if pair[0] > pair[1]}
    names = sorted((str(getattr(one, label)), one.pk) for one in Person.objects.filter(pk__in=over))
    return [
        f"{name} would have {over[key][0]} where the target is {over[key][1]}."
        for name, key in names
    ]


def _posts(keys: list[int]) -> dict[int, list[Stretch]]:
    """Return, by person, the stretches of their posts, in date order."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Spell.objects.live().filter(person__in=keys).order_by("person", "effective_on")
    for person, first, last, grade in rows.values_list(
        "person_id", "effective_on", "ended_on", "grade__code"
    ):
        found[person].append(Stretch(first, last, grade))
    return found


def _learning(keys: list[int]) -> dict[int, list[Stretch]]:
    """Return, by person, when they are on the programme or on a break from it."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Segment.objects.filter(
        enrolment__person__in=keys, status__in=[Status.ACTIVE, Status.DEFERRED]
    ).order_by("from_on")
    for person, first, after in rows.values_list("enrolment__person_id", "from_on", "to_on"):
        found[person].append(Stretch(first, after - DAY if after else None))
    return found


def _away(keys: list[int], on: dt.date) -> dict[int, list[Stretch]]:
    """Return, by person, their absences.

    One without a last day ends on the expected return, unless that day is past.
    """
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Absence.objects.live().filter(person__in=keys, kind__in=AWAY).order_by("effective_on")
    for person, first, last, expected in rows.values_list(
        "person_id", "effective_on", "ended_on", "expected_end_date"
    ):
        back = last or (expected if expected and expected >= on else None)
        found[person].append(Stretch(first, back))
    return found
