"""What HR stated about posts before the programme changed or ended them. A file that repeats it says nothing new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from workforce.actions.posts import FOLLOWED, corrections_by_hr
from workforce.models import PersonMerge, Spell


def replaced_by_programme(
    people: Collection[int], in_force: Mapping[int, Sequence[Spell]]
) -> dict[int, list[Spell]]:
    """Return, by person, the last posts that HR stated and the programme has changed or ended since, in order of days.

    What HR has corrected since is left out, and so is what HR has stated anew of the same days; `in_force` holds the rows in
    force. What was stated of a record that was merged into another belongs to that other record, and what a merge brought is
    gone when the merge is undone.
    """
    went = PersonMerge.objects.live().filter(stays__in=people)
    rows = Spell.objects.filter(
        Q(person__in=people) | Q(person__in=went.values("goes")),
        follows_programme=False,
        void_reason=FOLLOWED,
    ).annotate(is_put_right=Exists(corrections_by_hr(OuterRef("pk"))))
    gone = list(rows.order_by("effective_on", "pk"))
    if not gone:
        return {}
    merges = list(PersonMerge.objects.filter(stays__in=people))
    stays = {one.goes_id: one.stays_id for one in merges if not one.is_void}
    over = {(one.stays_id, one.recorded_at) for one in merges if one.is_void}
    found: dict[int, list[Spell]] = {}
    for spell in gone:
        if (spell.person_id, spell.recorded_at) not in over:
            found.setdefault(stays.get(spell.person_id, spell.person_id), []).append(spell)
    return {
        person: list(_last(rows, [*rows, *_stated(in_force.get(person, ()))]))
        for person, rows in found.items()
    }


def _stated(rows: Iterable[Spell]) -> list[Spell]:
    return [row for row in rows if not row.follows_programme]


def _last(gone: Iterable[Spell], stated: Sequence[Spell]) -> Iterator[Spell]:
    """Yield the replaced rows that HR has neither corrected nor stated otherwise since."""
    for spell in gone:
        since = spell.voided_at
        if since is None or spell.is_put_right:  # type: ignore[attr-defined]
            continue
        if not any(other.known_from > since and _share_a_day(other, spell) for other in stated):
            yield spell


def _share_a_day(one: Spell, other: Spell) -> bool:
    return one.effective_on <= (other.ended_on or dt.date.max) and other.effective_on <= (
        one.ended_on or dt.date.max
    )
