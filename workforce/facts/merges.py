"""Records that were merged: which belong together now, and to whom an identity row belonged
earlier.

An enrolment or a registration belongs to one person, and a merge points it at the record that
stays. Earlier questions keep their answers: `belonging` gives those rows as they belonged at an
instant, in place of the tables themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from pqip.core.columns import columns
from workforce.models import PersonMerge

#: A table as it was known, under its own name, so that every other part of a query reads it.
THEN = "{table} AS NOT MATERIALIZED (SELECT {columns} FROM public.{table} t)"


def keys_of(person: int) -> list[int]:
    """Return the keys of a person and of the records merged into it, under which things about them were recorded."""
    return [
        person,
        *PersonMerge.objects.live()
        .filter(stays=person)
        .order_by("pk")
        .values_list("goes", flat=True),
    ]


def owners_then(known_at: dt.datetime | None) -> dict[str, dict[int, int]]:
    """Return, by table and key, to whom a row was known to belong at an instant, where that differs
    from now.
    """
    found: dict[str, dict[int, int]] = {}
    if known_at is None:
        return found
    for _at, merge, is_undoing in sorted(
        _since(known_at), key=lambda one: (one[0], one[1].pk), reverse=True
    ):
        for label, rows in merge.moved.get("rows", {}).items():
            for name, moves in rows.items():
                if name == "person" and label != "workforce.User":
                    were = found.setdefault(apps.get_model(label)._meta.db_table, {})
                    were.update(
                        {key: after if is_undoing else before for key, before, after in moves}
                    )
    return found


def _since(known_at: dt.datetime) -> Iterator[tuple[dt.datetime, PersonMerge, bool]]:
    """Yield the merges, and the undone merges, after an instant."""
    for merge in PersonMerge.objects.filter(
        models.Q(recorded_at__gt=known_at) | models.Q(voided_at__gt=known_at)
    ):
        if merge.known_from > known_at:
            yield merge.known_from, merge, False
        if merge.voided_at and merge.voided_at > known_at:
            yield merge.voided_at, merge, True


def belonging(known_at: dt.datetime | None) -> list[str]:
    """Return common table expressions for tables with rows that belonged to somebody else at an
    instant.

    The list is usually empty.
    """
    return [_then(table, owners) for table, owners in owners_then(known_at).items()]


def _then(table: str, owners: dict[int, int]) -> str:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    cases = " ".join(
        f"WHEN {int(key)} THEN {int(person)}" for key, person in sorted(owners.items())
    )
    whose = f"CASE t.id {cases} ELSE t.person_id END AS person_id"
    read = [
        whose if one == "person_id" else f"t.{connection.ops.quote_name(one)}"
        for one in columns(model)
    ]
    return THEN.format(table=table, columns=", ".join(read))


def as_known(query: str, known_at: dt.datetime | None) -> str:
    """Return a query (beginning with SELECT or WITH) that reads the tables as they belonged at an
    instant.
    """
    parts = belonging(known_at)
    if not parts:
        return query
    rest = query.lstrip()
    tail = f", {rest.removeprefix('WITH')}" if rest.startswith("WITH") else f" {rest}"
    return f"WITH {', '.join(parts)}{tail}"
