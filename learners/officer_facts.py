"""Officers who came through the programme: when they qualified, their first day as one, and where they hold the post.

Of many at once, as at a day and as known at an instant. A post of the grade counts wherever it comes from, HR or the programme; a
post that was accepted counts until one is on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from pqip.core.known import known_sql
from workforce.merged import as_known

OFFICERS = """
SELECT c.enrolment_id, coalesce(q.day, c.effective_on), coalesce(p.day, a.day), coalesce(h.region_id, a.region_id),
    CASE WHEN h.region_id IS NULL THEN a.pdu_id ELSE h.pdu_id END, p.day IS NULL OR h.region_id IS NOT NULL
FROM learners_event c JOIN learners_enrolment e ON e.id = c.enrolment_id
LEFT JOIN LATERAL (
    SELECT min(x.effective_on) AS day FROM learners_event x
    WHERE x.enrolment_id = c.enrolment_id AND x.kind = 'qualified' AND x.effective_on <= %(as_at)s AND {known_x}
) q ON TRUE
LEFT JOIN LATERAL (
    SELECT min(w.effective_on) AS day FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
    WHERE w.person_id = e.person_id AND w.effective_on <= %(as_at)s AND {known_w}
) p ON TRUE
LEFT JOIN LATERAL (
    SELECT w.region_id, w.pdu_id FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
    WHERE w.person_id = e.person_id AND {known_w}
        AND w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s)
) h ON TRUE
LEFT JOIN LATERAL (
    SELECT greatest(coalesce(o.begins_on, o.answered_on), c.effective_on) AS day, o.region_id, o.pdu_id
    FROM learners_officerpost o
    WHERE o.enrolment_id = c.enrolment_id AND o.answer = 'accepted' AND {known_o}
        AND greatest(coalesce(o.begins_on, o.answered_on), c.effective_on) <= %(as_at)s LIMIT 1
) a ON TRUE
WHERE c.kind = 'completed' AND c.effective_on <= %(as_at)s AND {known_c} AND (c.enrolment_id = ANY(%(keys)s) OR ({recent}))
"""
#: Who qualified, completed, accepted or began an officer's post since a day.
RECENT = """
c.effective_on >= %(since)s OR e.person_id IN (
    SELECT w.person_id FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
    WHERE w.effective_on BETWEEN %(since)s AND %(as_at)s AND {known_w})
OR c.enrolment_id IN (SELECT x.enrolment_id FROM learners_event x
    WHERE x.kind = 'qualified' AND x.effective_on BETWEEN %(since)s AND %(as_at)s AND {known_x})
OR c.enrolment_id IN (SELECT o.enrolment_id FROM learners_officerpost o
    WHERE coalesce(o.begins_on, o.answered_on) BETWEEN %(since)s AND %(as_at)s AND {known_o})
"""


@dataclass(frozen=True)
class Officer:
    """`first_day` as an officer, region and unit: None where no post is on record. `is_one`: holds it on the day, if told."""

    qualified_on: dt.date
    first_day: dt.date | None
    region_id: int | None
    pdu_id: int | None
    is_one: bool

    @property
    def newly_since(self) -> dt.date | None:
        """The later of qualifying and the first day as an officer: from then on they are newly qualified."""
        return None if self.first_day is None else max(self.qualified_on, self.first_day)


def officers(
    on: dt.date, known_at: dt.datetime | None, keys: Collection[int] = (), *, since: dt.date | None = None
) -> dict[int, Officer]:
    """By enrolment: these who completed, and with `since` everybody who qualified or began as an officer from then to the day."""
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "xwoc"}
    recent = "FALSE" if since is None else RECENT.format(**known)
    said = {"as_at": on, "known_at": known_at, "keys": list(keys), "since": since}
    with connection.cursor() as cursor:
        cursor.execute(as_known(OFFICERS.format(recent=recent, **known), known_at), said)
        return {key: Officer(*values) for key, *values in cursor.fetchall()}
