"""Checks of endings: withdrawals without a reason, and codings that nobody else has checked."""

from __future__ import annotations

import datetime as dt

from learners.queries.withdrawals import APPROVE, CODING
from learners.rules.withdrawals import CHECKED_WITHIN
from pqip.core.known import known_sql
from workforce.data_quality import Check, register
from workforce.data_quality.checks import Sql

WITHDRAWN = """
SELECT s.region_id, s.pdu_id, e.person_id, v.enrolment_id, '' AS about, {fails} AS fails, v.effective_on AS since
FROM learners_event v JOIN standing s ON s.enrolment_id = v.enrolment_id JOIN learners_enrolment e ON e.id = v.enrolment_id
WHERE v.kind = 'withdrawn' AND v.effective_on <= %(as_at)s AND {known} {more}
"""
#: A second person agreed the current coding. Interviews recorded since change no coding.
AGREED = """EXISTS (
    SELECT FROM learners_codingcheck k JOIN learners_event a ON a.id = k.event_id
    WHERE k.agreed AND {known} AND k.effective_on <= %(as_at)s AND a.enrolment_id = v.enrolment_id AND a.kind = 'withdrawn'
        AND {same})"""
SAME = " AND ".join(f"a.{column} = v.{column}" for column in CODING)


def no_reason(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return withdrawals, and which of them have no reason."""
    return WITHDRAWN.format(
        fails="v.reason IN ('', 'not_recorded')", known=known_sql("v", known_at), more=""
    ), {}


def unchecked(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return withdrawals of the past year that the Service did not end.

    Those it ended were approved by a second person.
    """
    agreed = AGREED.format(known=known_sql("k", known_at), same=SAME)
    more = "AND v.ended_by <> 'service' AND v.effective_on > %(coded_after)s"
    sql = WITHDRAWN.format(fails=f"NOT {agreed}", known=known_sql("v", known_at), more=more)
    return sql, {"coded_after": as_at - CHECKED_WITHIN}


register(
    Check(
        "no_reason",
        "Missing reason for withdrawing",
        means="They withdrew, and no reason is recorded.",
        to_do="Record the reason. Where it was not asked, or not told, say so: those are answers too.",
        counts="Withdrawals up to the day",
        mends=("learners.record_event",),
        rows=no_reason,
        reads=("standing",),
        page="learners:ending",
    ),
    Check(
        "unchecked_coding",
        "Coding of a withdrawal not checked",
        means="They withdrew within a year, the Service did not end it, and only who recorded it has said how it is coded.",
        to_do="Somebody else reads the coding and agrees or corrects it.",
        counts="Withdrawals of the year to the day that the Service did not end",
        mends=(APPROVE,),
        rows=unchecked,
        reads=("standing",),
        page="learners:ending",
        list_url="learners:codings",
    ),
)
