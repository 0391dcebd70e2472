"""Differences between a learner's post and the programme, for everybody at once.

They are as at a day and as known at an instant. The post follows the programme
(`learners/rules/posts.py`), and what HR states wins. What still differs is listed here, for whoever
keeps either of the two to correct. For somebody with several places on the programme, the latest
counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from learners.facts import status
from pqip.core.known import known_sql
from workforce.facts.merges import as_known

NO_POST, GRADE, REGION, PDU, HOURS = "no_post", "grade", "region", "pdu", "hours"
STILL_IN_POST, NOT_TOLD, DID_NOT_START, OFFICER = (
    "still_in_post",
    "not_told",
    "did_not_start",
    "officer",
)
#: Each kind of difference in words, and how to correct it.
KINDS = {
    NO_POST: (
        "On the programme, and in no post",
        "Record the post they hold, or that they left the programme",
    ),
    GRADE: (
        "On the programme, and in a post that is no PSO's",
        "Correct the grade of the post, or record that they completed",
    ),
    REGION: (
        "In a post of another region",
        "Record the move on the programme, or correct the post",
    ),
    PDU: ("In a post of another unit", "Record the move on the programme, or correct the post"),
    HOURS: (
        "In a post with other hours",
        "Record the change of hours on the programme, or correct the post",
    ),
    STILL_IN_POST: (
        "Left the Service by the programme, and still in post",
        "End the post, or correct where they went",
    ),
    NOT_TOLD: ("Left the programme, and nobody has said where to", "Record where they went"),
    DID_NOT_START: (
        "Did not start, and in a PSO's post",
        "End the post, or undo that they did not start",
    ),
    OFFICER: (
        "Accepted an officer's post, and is not in it",
        "Correct the post, or the offer that was accepted",
    ),
}
SQL = """
WITH standing AS ({standing}), entries AS ({entries}), latest AS (
    SELECT DISTINCT ON (b.person_id) b.person_id, s.* FROM standing s JOIN learners_enrolment b ON b.id = s.enrolment_id
    WHERE s.status <> 'due_to_start' ORDER BY b.person_id, s.start_date DESC, s.enrolment_id DESC
), told AS (
    SELECT l.*, w.region_id AS post_region_id, w.pdu_id AS post_pdu_id, w.fte AS post_fte, g.code AS grade,
        (SELECT x.destination FROM learners_event x WHERE x.enrolment_id = l.enrolment_id AND x.kind = 'withdrawn' AND {known_x}
            LIMIT 1) AS destination,
        w.id IS NOT NULL AND EXISTS (SELECT FROM workforce_spell v WHERE v.person_id = l.person_id AND v.effective_on <= l.from_on
            AND (v.ended_on IS NULL OR v.ended_on >= l.from_on) AND {known_v}) OR w.post_start_date <= l.from_on AS was_in_post,
        w.effective_on = l.from_on AND w.ended_on = l.from_on AS was_the_first_day,
        o.id IS NOT NULL AND EXISTS (SELECT FROM workforce_spell v JOIN workforce_grade h ON h.id = v.grade_id AND h.code = 'PO'
            WHERE v.person_id = l.person_id AND v.effective_on BETWEEN o.effective_on AND %(as_at)s AND {known_v}) AS took_it_up,
        n.entry_route, o.region_id AS officer_region_id, o.pdu_id AS officer_pdu_id, o.id IS NOT NULL AS is_officer
    FROM latest l
    LEFT JOIN workforce_spell w ON w.person_id = l.person_id AND w.effective_on <= %(as_at)s
        AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known_w}
    LEFT JOIN workforce_grade g ON g.id = w.grade_id
    LEFT JOIN entries n ON n.enrolment_id = l.enrolment_id
    LEFT JOIN learners_officerpost o ON o.enrolment_id = l.enrolment_id AND o.answer = 'accepted' AND {known_o}
        AND coalesce(o.begins_on, o.answered_on) <= %(as_at)s
)
SELECT t.enrolment_id, t.person_id, d.kind, coalesce(t.region_id, t.post_region_id), t.post_region_id, t.from_on
FROM told t CROSS JOIN LATERAL unnest(ARRAY[
    CASE WHEN t.status IN ('active', 'deferred') AND t.grade IS NULL THEN 'no_post' END,
    CASE WHEN t.status IN ('active', 'deferred') AND t.grade <> 'PSO' THEN 'grade' END,
    CASE WHEN t.status IN ('active', 'deferred') AND t.post_region_id <> t.region_id THEN 'region' END,
    CASE WHEN t.status IN ('active', 'deferred') AND t.post_region_id = t.region_id AND t.post_pdu_id <> t.pdu_id THEN 'pdu' END,
    CASE WHEN t.status IN ('active', 'deferred') AND t.post_fte <> t.fte THEN 'hours' END,
    CASE WHEN t.status = 'withdrawn' AND t.destination = 'left_service' AND t.was_in_post AND t.was_the_first_day IS NOT TRUE
        THEN 'still_in_post' END,
    CASE WHEN t.status = 'withdrawn' AND t.destination IN ('', 'unknown') AND t.grade = 'PSO' AND t.was_in_post
        THEN 'not_told' END,
    CASE WHEN t.status = 'did_not_start' AND t.entry_route = 'external' AND t.grade = 'PSO' AND t.was_in_post
        THEN 'did_not_start' END,
    CASE WHEN t.status = 'completed' AND t.is_officer AND CASE WHEN t.grade = 'PO'
        THEN t.post_region_id <> t.officer_region_id OR t.post_pdu_id <> t.officer_pdu_id ELSE NOT t.took_it_up END
        THEN 'officer' END
]) AS d (kind)
WHERE d.kind IS NOT NULL
    AND (%(regions)s::bigint[] IS NULL OR t.region_id = ANY(%(regions)s) OR t.post_region_id = ANY(%(regions)s))
ORDER BY t.enrolment_id, d.kind
"""


@dataclass(frozen=True)
class Difference:
    """A difference about one learner.

    `region_id` is the region by the programme, `post_region_id` that of the post, and `since` the
    first day of the current status.
    """

    enrolment_id: int
    person_id: int
    kind: str
    region_id: int | None
    post_region_id: int | None
    since: dt.date


def differences(
    as_at: dt.date, known_at: dt.datetime | None = None, *, regions: Collection[int] | None = None
) -> list[Difference]:
    """Return every difference between a learner's post and the programme.

    With `regions`, only those whose learner or post is in one of them.
    """
    standing, parameters = status.status_on(as_at, known_at)
    entries, more = status.entries(known_at)
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "xvwo"}
    sql = as_known(SQL.format(standing=standing, entries=entries, **known), known_at)
    values = {
        **parameters,
        **more,
        "known_at": known_at,
        "regions": None if regions is None else list(regions),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Difference(*row) for row in cursor.fetchall()]
