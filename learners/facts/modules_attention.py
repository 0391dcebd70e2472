"""University modules of many learners, as known now: who needs action, and who asks for more time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection

from learners.facts.modules import counts_of, days_overdue

#: By region and module: the learners with a recorded attempt, and how many of them asked for more
#: time.
RATES = """
SELECT r.name AS region, m.title AS module, count(*) AS learners, count(q.enrolment_id) AS asked,
    coalesce(sum(q.requests), 0) AS requests, coalesce(sum(q.agreed), 0) AS agreed, coalesce(sum(q.refused), 0) AS refused
FROM (SELECT DISTINCT enrolment_id, module_id FROM learners_moduleresult
    WHERE voided_at IS NULL AND enrolment_id = ANY(%(keys)s)) t
JOIN learners_enrolment e ON e.id = t.enrolment_id JOIN workforce_region r ON r.id = e.region_id
JOIN learners_academicmodule m ON m.id = t.module_id
LEFT JOIN (
    SELECT enrolment_id, module_id, count(*) AS requests, count(*) FILTER (WHERE answer = 'agreed') AS agreed,
        count(*) FILTER (WHERE answer = 'refused') AS refused
    FROM learners_extensionrequest WHERE voided_at IS NULL GROUP BY 1, 2
) q ON q.enrolment_id = t.enrolment_id AND q.module_id = t.module_id
GROUP BY r."order", r.name, m."order", m.code, m.title ORDER BY r."order", r.name, m."order", m.code
"""


@dataclass(frozen=True)
class Flags:
    """Why a learner's modules need action, and whether the service has a result of a due module to
    record.
    """

    failed_last_attempt: bool = False
    fourth_late: bool = False
    days_overdue: int = 0
    result_not_recorded: bool = False

    @property
    def is_overdue(self) -> bool:
        """True if a module is overdue for more days than permitted (assumed; a setting)."""
        return self.days_overdue > days_overdue()

    @property
    def needs_action(self) -> bool:
        """True if a module was failed at the last attempt, is a late fourth one, or is overdue too
        long.
        """
        return self.failed_last_attempt or self.fourth_late or self.is_overdue


def flags(keys: Collection[int], on: dt.date) -> dict[int, Flags]:
    """Return, by enrolment, the flags of those who must take any module."""
    names = [one.name for one in fields(Flags)]
    return {
        key: Flags(**{name: row[name] for name in names})
        for key, row in counts_of(keys, on).items()
    }


def extension_rates(keys: Collection[int]) -> list[dict[str, Any]]:
    """Return rows by region and module, for these enrolments.

    Each counts the learners with an attempt, those who asked for more time, the requests and their
    answers.
    """
    with connection.cursor() as cursor:
        cursor.execute(RATES, {"keys": list(keys)})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
