"""Officers who came through the programme: when they qualified, their first day as one, and their
place.

It covers many at once, as at a day and as known at an instant. A post of the grade counts whether
HR or the programme recorded it. An accepted post counts until one is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from pqip.core.known import known_sql
from workforce.facts.merges import as_known

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
WHERE c.kind = 'completed' AND c.effective_on <= %(as_at)s AND {known_c} AND ({wanted} OR ({recent}))
"""
#: Those asked for, as a relation: an array would be gone through for each event.
WANTED = "c.enrolment_id IN (SELECT unnest(%(keys)s::bigint[]))"
#: Only some enrolments. What is recent is still asked of everybody, and found by index.
AMONG = " AND c.enrolment_id = ANY(%(among)s)"
#: Those who qualified, completed, or accepted or began an officer's post since a day.
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
    """An officer's first day, region and unit, which are None if no post is recorded.

    `is_one` is False if they no longer hold an officer's post on the day.
    """

    qualified_on: dt.date
    first_day: dt.date | None
    region_id: int | None
    pdu_id: int | None
    is_one: bool

    @property
    def newly_since(self) -> dt.date | None:
        """The day from which they are newly qualified: the later of qualifying and the first day as
        an officer.
        """
        return None if self.first_day is None else max(self.qualified_on, self.first_day)


def officers(
    on: dt.date,
    known_at: dt.datetime | None,
    keys: Collection[int] = (),
    *,
    since: dt.date | None = None,
    among: Collection[int] | None = None,
) -> dict[int, Officer]:
    """Return, by enrolment, the officers among `keys`.

    With `since`, add everybody who qualified or began as an officer from that day to `on`. With `among`, nobody but these.
    """
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "xwoc"}
    recent = "FALSE" if since is None else RECENT.format(**known)
    parameters = {"as_at": on, "known_at": known_at, "keys": list(keys), "since": since}
    parameters["among"] = None if among is None else list(among)
    sql = OFFICERS.format(wanted=WANTED, recent=recent, **known) + ("" if among is None else AMONG)
    with connection.cursor() as cursor:
        cursor.execute(as_known(sql, known_at), parameters)
        return {key: Officer(*values) for key, *values in cursor.fetchall()}
