"""What calls for a support conversation with each learner, which were offered, and what was agreed.

As at a day and as known at an instant. Only what the service owes calls for one, and only while the
learner is active: nothing does on a break. Lists, pages and the report ask the same relations. The
caller defines `standing` (`learners.facts.status.status_on`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from learners.facts import allocations, practice, status
from learners.facts.training import asked
from learners.ports import vocational
from learners.rules.conversations import (
    ADJUSTMENT_DAYS,
    AGAIN_DAYS,
    CALLS,
    DAYS_LOST,
    NO_ADJUSTMENT,
    NO_MENTOR,
    NO_PLACEMENT,
    NO_PTA,
    PTA_ABSENT,
    REVIEW_OVERDUE,
    WORK_WAITS,
)
from pqip.core.known import known_sql, when

Sql = tuple[str, dict[str, Any]]

GOING = """
SELECT s.enrolment_id, s.start_date, s.deferred_days, e.person_id
FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id WHERE s.status = 'active'
"""
#: Nobody has a role for them: since the day after the last who had it, or since the start.
NOBODY = """
SELECT g.enrolment_id, '{call}', greatest(g.start_date, max(l.ended_on) + 1)
FROM going g LEFT JOIN learners_allocation l ON l.person_id = g.person_id AND l.role = '{role}' AND l.unit IS NULL
    AND l.ended_on < %(as_at)s AND {known_l}
WHERE NOT EXISTS (SELECT FROM {held} h WHERE h.person_id = g.person_id)
GROUP BY g.enrolment_id, g.start_date
"""
MENTORED = """
SELECT m.person_id FROM learners_allocation m WHERE m.role = 'mentor' AND m.effective_on <= %(as_at)s
    AND (m.ended_on IS NULL OR m.ended_on >= %(as_at)s) AND {known_m}
"""
AWAY = """
SELECT g.enrolment_id, '{call}', p.away_since FROM going g JOIN ptas p ON p.person_id = g.person_id WHERE NOT p.has_present
"""
#: What the relations of practice say.
OWED = "SELECT o.enrolment_id, '{call}', o.since FROM ({owed}) o"
UNADJUSTED = """
SELECT g.enrolment_id, '{call}', min(n.effective_on) + %(adjustment_days)s + 1
FROM going g JOIN learners_supportneed n ON n.enrolment_id = g.enrolment_id AND {known_n}
    AND n.effective_on + %(adjustment_days)s < %(as_at)s AND (n.in_place_on IS NULL OR n.in_place_on > %(as_at)s)
    AND coalesce(n.ended_on > %(as_at)s, true)
GROUP BY g.enrolment_id
"""
UNREVIEWED = """
SELECT g.enrolment_id, '{call}', min(r.effective_on) + 1
FROM going g JOIN learners_review r ON r.person_id = g.person_id AND r.effective_on >= g.start_date
    AND r.effective_on < %(as_at)s AND (r.held_on IS NULL OR r.held_on > %(as_at)s) AND {known_r}
GROUP BY g.enrolment_id
"""
#: Evidence or decisions wait for longer than they should.
WAITS = """
SELECT g.enrolment_id, '{call}', min(v.due_on) + 1 FROM ({steps}) v JOIN going g ON g.person_id = v.person_id
WHERE NOT v.is_of_learner AND v.is_overdue GROUP BY g.enrolment_id
"""
OFFERED = """
SELECT c.enrolment_id, c.effective_on AS offered_on, CASE WHEN c.held_on <= %(as_at)s THEN c.held_on END AS held_on,
    CASE WHEN c.declined_on <= %(as_at)s THEN c.declined_on END AS declined_on
FROM learners_conversation c WHERE c.effective_on <= %(as_at)s AND {known_c}
"""
AGREED = """
SELECT a.enrolment_id, a.effective_on AS agreed_on, a.do_by, CASE WHEN a.done_on <= %(as_at)s THEN a.done_on END AS done_on
FROM learners_conversationaction a WHERE a.effective_on <= %(as_at)s AND {known_a}
"""
#: A call is answered by an offer made since it stands and not too long ago, or by one that still waits.
CALLED = """
WITH going AS ({going}), ptas AS ({ptas}), mentored AS ({mentored}), call (enrolment_id, call, since) AS ({calls})
SELECT k.enrolment_id, k.call, k.since, EXISTS (
    SELECT FROM ({offered}) o WHERE o.enrolment_id = k.enrolment_id
        AND (o.offered_on >= greatest(k.since, %(as_at)s::date - %(again_days)s) OR (o.held_on IS NULL AND o.declined_on IS NULL))
) AS is_answered
FROM call k
"""
WITHIN = "SELECT s.* FROM ({standing}) s WHERE s.enrolment_id = ANY(%(enrolments)s)"


@dataclass(frozen=True)
class Called:
    """What calls for a conversation (a code of `CALLS`), since which day, and whether one was offered."""

    call: str
    since: dt.date
    is_answered: bool


def called(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of what calls for a conversation, and its parameters.

    Its columns are enrolment_id, call, since and is_answered. Reads `standing`.
    """

    def known(alias: str) -> str:
        return known_sql(alias, known_at)

    steps, of_steps = vocational.vocational().due_steps(as_at, known_at)
    lost, of_lost = practice.days_lost(as_at, known_at)
    unplaced, of_unplaced = practice.unplaced(as_at, known_at)
    calls = [
        NOBODY.format(call=NO_PTA, role="pta", held="ptas", known_l=known("l")),
        AWAY.format(call=PTA_ABSENT),
        NOBODY.format(call=NO_MENTOR, role="mentor", held="mentored", known_l=known("l")),
        OWED.format(call=DAYS_LOST, owed=lost),
        OWED.format(call=NO_PLACEMENT, owed=unplaced),
        UNADJUSTED.format(call=NO_ADJUSTMENT, known_n=known("n")),
        UNREVIEWED.format(call=REVIEW_OVERDUE, known_r=known("r")),
        WAITS.format(call=WORK_WAITS, steps=steps),
    ]
    sql = CALLED.format(
        going=GOING,
        ptas=allocations.ptas(known_at),
        mentored=MENTORED.format(known_m=known("m")),
        calls=" UNION ALL ".join(calls),
        offered=OFFERED.format(known_c=known("c")),
    )
    assumed = {"adjustment_days": ADJUSTMENT_DAYS, "again_days": AGAIN_DAYS}
    return sql, {**of_steps, **of_lost, **of_unplaced, **assumed, **when(as_at, known_at)}


def offered(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of every conversation offered by the day, and its parameters.

    Its columns are enrolment_id, offered_on, held_on and declined_on (NULL if not by the day).
    """
    return OFFERED.format(known_c=known_sql("c", known_at)), when(as_at, known_at)


def agreed(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of everything agreed by the day, and its parameters.

    Its columns are enrolment_id, agreed_on, do_by and done_on (NULL if not by the day).
    """
    return AGREED.format(known_a=known_sql("a", known_at)), when(as_at, known_at)


def calls_of(
    enrolments: Collection[int], on: dt.date, known_at: dt.datetime | None = None
) -> dict[int, list[Called]]:
    """Return, by enrolment, what calls for a conversation, in the order of `CALLS`.

    Learners for whom nothing does are left out.
    """
    standing, of_standing = status.status_on(on, known_at)
    sql, parameters = called(on, known_at)
    parts = [("standing", WITHIN.format(standing=standing)), ("found", sql)]
    own = {"enrolments": list(enrolments), **of_standing, **parameters}
    found: dict[int, list[Called]] = defaultdict(list)
    for row in asked(parts, "SELECT * FROM found", own) if enrolments else []:
        found[row["enrolment_id"]].append(Called(row["call"], row["since"], row["is_answered"]))
    return {
        key: sorted(calls, key=lambda one: CALLS.index(one.call)) for key, calls in found.items()
    }
