"""Records that were merged: which belong together now, and whose an identity row was known to be at an earlier instant.

An enrolment or a registration is of one person, and a merge points it at the record that stays. What was asked before is
answered as it was: `belonging` gives those rows as they belonged at an instant, in the place of the tables themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from django.apps import apps
from django.db import connection, models

from workforce.models import PersonMerge

#: A table as it was known, under its own name: every other part of a query reads it there.
THEN = "{table} AS NOT MATERIALIZED (SELECT {columns} FROM public.{table} t)"


def keys_of(person: int) -> list[int]:
    """The keys of everything recorded of somebody: their own, and those of records that were merged into it."""
    return [person, *PersonMerge.objects.live().filter(stays=person).order_by("pk").values_list("goes", flat=True)]


def stays_for(people: Collection[int]) -> dict[int, int]:
    """By the key of a record that went, the key of the one that stays."""
    return dict(PersonMerge.objects.live().filter(goes__in=list(people)).values_list("goes", "stays"))


def owners_then(known_at: dt.datetime | None) -> dict[str, dict[int, int]]:
    """By table, whose the rows were known to be at an instant of which something else is known now."""
    found: dict[str, dict[int, int]] = {}
    if known_at is None:
        return found
    for _at, merge, is_undoing in sorted(_since(known_at), key=lambda one: (one[0], one[1].pk), reverse=True):
        for label, rows in merge.moved.get("rows", {}).items():
            for name, moves in rows.items():
                if name == "person" and label != "workforce.User":
                    were = found.setdefault(apps.get_model(label)._meta.db_table, {})
                    were.update({key: after if is_undoing else before for key, before, after in moves})
    return found


def _since(known_at: dt.datetime) -> Iterator[tuple[dt.datetime, PersonMerge, bool]]:
    """What was merged, and what was put back, after an instant."""
    for merge in PersonMerge.objects.filter(models.Q(recorded_at__gt=known_at) | models.Q(voided_at__gt=known_at)):
        if merge.recorded_at > known_at:
            yield merge.recorded_at, merge, False
        if merge.voided_at and merge.voided_at > known_at:
            yield merge.voided_at, merge, True


def belonging(known_at: dt.datetime | None) -> list[str]:
    """Common table expressions that stand for the tables whose rows belonged to somebody else at an instant; mostly none."""
    return [_then(table, owners) for table, owners in owners_then(known_at).items()]


def _then(table: str, owners: dict[int, int]) -> str:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    cases = " ".join(f"WHEN {int(key)} THEN {int(person)}" for key, person in sorted(owners.items()))
    whose = f"CASE t.id {cases} ELSE t.person_id END AS person_id"
    columns = [whose if one.column == "person_id" else f"t.{connection.ops.quote_name(one.column)}" for one in
               model._meta.concrete_fields]
    return THEN.format(table=table, columns=", ".join(columns))


def as_known(query: str, known_at: dt.datetime | None) -> str:
    """A query that begins with SELECT or WITH, read of the tables as they belonged at an instant."""
    parts = belonging(known_at)
    if not parts:
        return query
    rest = query.lstrip()
    said = f", {rest.removeprefix('WITH')}" if rest.startswith("WITH") else f" {rest}"
    return f"WITH {', '.join(parts)}{said}"
