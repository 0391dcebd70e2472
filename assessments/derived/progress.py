"""Keep the tables derived from evidence, decisions, countersignatures and sign-offs up to date: waits, criteria met,
units achieved.

Every action that writes one of these facts calls `refresh` within its transaction. The tables hold what is known now;
a question as known at an earlier instant is answered by `assessments/facts/progress.py` with the same `worked_out`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from assessments.facts.worked_out import CHUNK, worked_out
from assessments.models import CriterionMet, UnitAchievement, Wait
from assessments.models.derived import Derived
from assessments.models.holding import hold
from pqip.core.bulk import copy_rows
from pqip.core.chunks import chunks
from pqip.core.refusals import translate_db_errors

#: The columns of each derived table.
WAIT_COLUMNS = ["kind", "evidence_id", "decision_id", "from_on", "to_on"]
MET_COLUMNS = ["registration_id", "criterion_id", "from_on", "to_on"]
ACHIEVED_COLUMNS = ["registration_id", "unit_id", "from_on", "to_on"]

#: Conditions on the derived rows of registrations. Arrays keep the planner on the indexes, whatever it knows of the
#: tables' sizes.
OF_EVIDENCE = (
    "evidence_id = ANY(ARRAY(SELECT id FROM assessments_evidence WHERE registration_id = ANY(%s)))"
)
OF_REGISTRATION = "registration_id = ANY(%s)"
KEPT, GONE = (
    "SELECT id, {columns} FROM {table} WHERE {whose}",
    "DELETE FROM {table} WHERE id = ANY(%s)",
)


def refresh(registration_ids: Collection[int]) -> None:
    """Recompute the derived rows of these registrations (keys) from the facts known now. Rows that are still right are
    not touched.

    Raises RuleBroken where a signed-off unit would no longer be achieved as it was.
    """
    for ids in chunks(registration_ids, CHUNK):
        hold(registrations=ids)
        found = list(worked_out(ids))
        _keep(
            Wait,
            WAIT_COLUMNS,
            OF_EVIDENCE,
            ids,
            (tuple(wait) for one in found for wait in one.waits),
        )
        met = ((one.registration, *stretch) for one in found for stretch in one.met)
        _keep(CriterionMet, MET_COLUMNS, OF_REGISTRATION, ids, met)
        achieved = ((one.registration, *stretch) for one in found for stretch in one.achieved)
        _keep(UnitAchievement, ACHIEVED_COLUMNS, OF_REGISTRATION, ids, achieved)
        _settle()


def _keep(
    model: type[Derived],
    columns: list[str],
    whose: str,
    ids: list[int],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Make the stored rows of these registrations equal to `rows`: insert what is missing, delete what no longer
    holds, leave the rest.
    """
    table, kept = model._meta.db_table, defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(table=table, columns=", ".join(columns), whose=whose), [ids])
        for key, *row in cursor.fetchall():
            kept[tuple(row)].append(key)
        fresh = [row for row in rows if not (kept.get(row) and kept[row].pop())]
        if gone := [key for keys in kept.values() for key in keys]:
            cursor.execute(GONE.format(table=table), [gone])
    if fresh:
        copy_rows(model, columns, fresh)


def _settle() -> None:
    """Run the deferred guards on locked units now, rather than at commit, so that each action is told of its own
    refusal.
    """
    with translate_db_errors(""), connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS assessments_achieved_kept, assessments_evidence_undone IMMEDIATE"
        )
        cursor.execute(
            "SET CONSTRAINTS assessments_achieved_kept, assessments_evidence_undone DEFERRED"
        )
