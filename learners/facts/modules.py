"""University modules of many learners, as at a day and as known at an instant.

It says which modules are required, when they are due, and their results. There is a row for each
learner and module required of them, whether or not anything is recorded: the level 5 modules they
did not hold at entry, and the level 6 modules that their university requires of learners who start
when they did. If an attempt at another level 6 module is recorded, that module counts as required
too, because they take it. Reports, lists, pages and the proof of completion use it.
`learners/rules/modules.py` works out the same dates for one learner, and tests compare the two.

It reads a relation `studying`: the rows of `learners.facts.status.status_on` of the learners in
question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings

from learners.facts import status
from learners.facts.training import asked
from learners.rules.entry import FOURTH_MODULE_MONTHS
from pqip.core.known import known_sql, when

#: The last permitted attempt, and the days overdue before a module needs action (assumed; not from
#: the service).
LAST_ATTEMPT = 3
DAYS_OVERDUE = 28

#: The university that teaches each learner: that of the region they applied in, on the day they
#: applied (rule C1 24), wherever they move.
APPLIED = """
SELECT s.*, v.to_region_id AS applied_in, coalesce(f.effective_on, v.effective_on) AS applied_on,
    CASE WHEN s.status IN ('completed', 'withdrawn') THEN least(s.from_on, %(as_at)s) ELSE %(as_at)s::date END AS until
FROM studying s
JOIN learners_event v ON v.enrolment_id = s.enrolment_id AND v.kind = 'enrolled' AND {known_v}
LEFT JOIN learners_entryfacts f ON f.enrolment_id = s.enrolment_id AND {known_f}
"""
TAUGHT = """
SELECT a.*, u.university_id FROM applied a
LEFT JOIN (
    SELECT r.region_id, r.university_id, r.effective_on AS since,
        lead(r.effective_on) OVER (PARTITION BY r.region_id ORDER BY r.effective_on) AS until
    FROM workforce_regionuniversity r WHERE {known_r}
) u ON u.region_id = a.applied_in AND a.applied_on >= u.since AND (u.until IS NULL OR a.applied_on < u.until)
"""
#: The level 6 modules of each university, by the day from which they apply to starters.
LEVEL_6 = """
SELECT q.university_id, q.module_id, q.is_required, q.effective_on AS since,
    lead(q.effective_on) OVER (PARTITION BY q.university_id, q.module_id ORDER BY q.effective_on) AS until
FROM learners_taughtmodule q WHERE {known_q}
"""
REQUIRED = """
SELECT t.enrolment_id, m.id AS module_id FROM taught t
JOIN ({entries}) n ON n.enrolment_id = t.enrolment_id
JOIN learners_academicmodule m ON m.level = 5 AND m.is_required AND m.code <> ALL(n.modules_held)
UNION
SELECT t.enrolment_id, q.module_id FROM taught t
JOIN level_6 q ON q.university_id = t.university_id AND q.is_required AND t.start_date >= q.since
    AND (q.until IS NULL OR t.start_date < q.until)
"""
#: `nth` of `of_them`: the position of a module among those of its level that the learner takes, for
#: dates spread evenly.
NUMBERED = """
SELECT q.enrolment_id, q.module_id, m.level, m.code, m.title, m."order",
    (row_number() OVER level_of_one)::integer AS nth, (count(*) OVER (PARTITION BY q.enrolment_id, m.level))::integer AS of_them
FROM required_modules q JOIN learners_academicmodule m ON m.id = q.module_id
WINDOW level_of_one AS (PARTITION BY q.enrolment_id, m.level ORDER BY m."order", m.code)
"""
#: Level 6 modules that are taken although nothing requires them: they are recorded, and not part of
#: what is spread evenly.
TAKEN = """
SELECT n.* FROM numbered n
UNION ALL
SELECT a.enrolment_id, a.module_id, m.level, m.code, m.title, m."order", NULL, NULL FROM attempted a
JOIN learners_academicmodule m ON m.id = a.module_id AND m.level > 5
WHERE NOT EXISTS (SELECT FROM required_modules q WHERE q.enrolment_id = a.enrolment_id AND q.module_id = a.module_id)
"""
#: Each break that began by the day. `lived_to` is its first day on a calendar without the breaks before
#: it, and `days` its length by then.
PAUSES = """
SELECT s.enrolment_id, s.from_on - s.deferred_days AS lived_to, least(coalesce(s.to_on, %(as_at)s), %(as_at)s) - s.from_on AS days
FROM ({stretches}) s WHERE s.status = 'deferred' AND s.from_on < %(as_at)s
    AND s.enrolment_id = ANY(ARRAY(SELECT enrolment_id FROM studying))
"""
PLANNED = """
SELECT DISTINCT ON (p.university_id, p.cohort_id, p.module_id) p.university_id, p.cohort_id, p.module_id, p.due_on
FROM learners_moduleplan p WHERE p.effective_on <= %(as_at)s AND {known_p}
ORDER BY p.university_id, p.cohort_id, p.module_id, p.effective_on DESC
"""
#: The day each module would be due without breaks: six months after the start for a fourth module,
#: else the day in the intake's plan, else an even share of the time up to the opening of assessment
#: (level 5), or from there to the planned end (level 6).
DATED = """
SELECT n.*, t.until, p.due_on AS plan_on, l.is_fourth,
    CASE WHEN l.is_fourth THEN (t.start_date + make_interval(months => %(fourth_months)s))::date
        WHEN p.due_on IS NOT NULL THEN p.due_on
        WHEN o.opens_on IS NULL OR n.nth IS NULL OR (n.level <> 5 AND t.planned_end IS NULL) THEN NULL
        WHEN n.level = 5 THEN t.start_date + greatest(o.opens_on - t.start_date, 0) * n.nth / n.of_them
        ELSE o.opens_on + greatest(t.planned_end - t.assessment_opens - t.window_days_deferred, 0) * n.nth / n.of_them
    END AS without_breaks
FROM taken n JOIN taught t ON t.enrolment_id = n.enrolment_id
CROSS JOIN (SELECT count(*) AS modules FROM learners_academicmodule WHERE level = 5 AND is_required) k
CROSS JOIN LATERAL (SELECT n.level = 5 AND n.of_them = 1 AND k.modules - 1 = 3 AS is_fourth) l
CROSS JOIN LATERAL (SELECT t.assessment_opens - (t.deferred_days - t.window_days_deferred) AS opens_on) o
LEFT JOIN planned p ON p.university_id = t.university_id AND p.cohort_id = t.cohort_id AND p.module_id = n.module_id
"""
#: The number of days by which breaks move a module: a break moves what was still to come when it
#: began.
MOVED = """
SELECT d.enrolment_id, d.module_id, sum(b.days)::integer AS days
FROM dated d JOIN pauses b ON b.enrolment_id = d.enrolment_id AND b.lived_to < d.without_breaks
GROUP BY d.enrolment_id, d.module_id
"""
#: What is recorded of each module as at the day: attempts made by then, and attempts with a due
#: date, made or not. An attempt handed in later that has no due date is not counted yet. `is_open`
#: is an attempt not handed in by the day, and `is_handed_in` one whose result is awaited.
ATTEMPTED = """
SELECT r.enrolment_id, r.module_id, min(coalesce(r.extended_to, r.due_date)) AS own_on, min(r.effective_on) AS first_on,
    min(r.effective_on) FILTER (WHERE r.outcome = 'pass' AND r.effective_on <= %(as_at)s) AS passed_on,
    coalesce(max(r.attempt) FILTER (WHERE r.outcome = 'fail' AND r.effective_on <= %(as_at)s), 0) AS failed,
    min(r.effective_on) FILTER (WHERE r.outcome = 'fail' AND r.effective_on <= %(as_at)s) AS first_failed_on,
    max(r.effective_on) FILTER (WHERE r.outcome = 'fail' AND r.effective_on <= %(as_at)s) AS last_failed_on,
    bool_or((r.submitted_date IS NULL AND r.outcome = 'pending') OR r.submitted_date > %(as_at)s) AS is_open,
    min(coalesce(r.extended_to, r.due_date)) FILTER (
        WHERE (r.submitted_date IS NULL AND r.outcome = 'pending') OR r.submitted_date > %(as_at)s) AS open_since,
    bool_or(r.outcome = 'pending' AND coalesce(r.submitted_date <= %(as_at)s, false)) AS is_handed_in
FROM learners_moduleresult r
WHERE r.enrolment_id = ANY(ARRAY(SELECT enrolment_id FROM studying)) AND {known_r}
    AND (r.effective_on <= %(as_at)s OR r.due_date IS NOT NULL OR r.extended_to IS NOT NULL)
GROUP BY r.enrolment_id, r.module_id
"""
#: An attempt's own date is set by the university for this learner and counts before the plan and
#: the even share. For a fourth module, and for one that was failed, the earlier date counts. If
#: nothing else gives a date, the first attempt does.
SETTLED = """
SELECT d.*, a.module_id IS NOT NULL AS is_attempted, a.passed_on, coalesce(a.failed, 0) AS failed, a.first_failed_on,
    a.last_failed_on, coalesce(a.is_open, false) AS is_open, a.open_since, w.own_on, w.moved_on,
    coalesce(a.is_handed_in AND NOT a.is_open, false) AS is_awaited,
    least(CASE WHEN d.is_fourth THEN least(w.own_on, w.moved_on) ELSE coalesce(w.own_on, w.moved_on) END, a.first_failed_on)
        AS due_on
FROM dated d
LEFT JOIN moved b ON b.enrolment_id = d.enrolment_id AND b.module_id = d.module_id
LEFT JOIN attempted a ON a.enrolment_id = d.enrolment_id AND a.module_id = d.module_id
CROSS JOIN LATERAL (SELECT d.without_breaks + coalesce(b.days, 0) AS moved_on,
    coalesce(a.own_on, CASE WHEN d.without_breaks IS NULL THEN a.first_on END) AS own_on) w
"""
#: `overdue_since` is the day from which an attempt or a planned date has been overdue, which is for
#: the learner to settle. `is_unrecorded` means that the day has passed and nothing is recorded,
#: which is for the service to settle. `is_fourth_late` means that the fourth module's six months
#: have passed.
STATES = """
SELECT s.*, s.due_on <= s.until AS is_due,
    CASE WHEN s.passed_on IS NOT NULL OR s.is_awaited THEN NULL WHEN s.is_open THEN s.open_since
        WHEN s.failed > 0 THEN greatest(s.due_on, s.last_failed_on)
        WHEN NOT s.is_attempted AND s.plan_on IS NOT NULL THEN s.due_on END AS overdue_since,
    NOT s.is_attempted AND s.plan_on IS NULL AND coalesce(s.due_on < s.until, false) AS is_unrecorded,
    s.is_fourth AND s.passed_on IS NULL AND NOT s.is_awaited AND coalesce(s.moved_on < s.until, false) AS is_fourth_late,
    s.passed_on IS NULL AND s.failed >= %(last_attempt)s AS is_last_failed
FROM settled s
"""
COUNTED = """
SELECT enrolment_id, count(*) FILTER (WHERE passed_on IS NOT NULL) AS modules_passed,
    count(*) FILTER (WHERE is_due) AS modules_due, bool_or(is_last_failed) AS failed_last_attempt,
    bool_or(is_fourth_late) AS fourth_late, greatest(max(until - overdue_since), 0) AS days_overdue,
    bool_or(is_unrecorded) AS result_not_recorded,
    coalesce(max(until - due_on) FILTER (WHERE is_unrecorded), 0) AS days_unrecorded
FROM {states} GROUP BY enrolment_id
"""
ONE_BY_ONE = """
SELECT s.*, a.university_id FROM states s JOIN taught a ON a.enrolment_id = s.enrolment_id
"""
WITHIN = "SELECT s.* FROM ({standing}) s WHERE s.enrolment_id = ANY(%(studying)s)"

ALL = "SELECT * FROM ({modules}) m"
IN_ORDER = 'SELECT * FROM ({states}) m ORDER BY m.enrolment_id, m.level, m."order", m.code'

Sql = tuple[str, dict[str, Any]]


def last_attempt() -> int:
    """Return the number of the last permitted attempt at a module."""
    return getattr(settings, "PQIP_LAST_ATTEMPT", LAST_ATTEMPT)


def days_overdue() -> int:
    """Return the number of days overdue above which a required module needs action."""
    return getattr(settings, "PQIP_MODULE_DAYS_OVERDUE", DAYS_OVERDUE)


def modules(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of the counts of modules of everybody in `studying` who must take one, and its
    parameters.

    Its columns are enrolment_id, modules_passed, modules_due, failed_last_attempt, fourth_late,
    days_overdue, result_not_recorded and days_unrecorded. A module is due on its day and overdue
    from the next day. Nothing falls due after an enrolment has ended.
    """
    return _with(as_at, known_at, counted("states"))


def counted(states: str) -> str:
    """Return the SQL of `modules` from a relation of that name, which holds `states`."""
    return COUNTED.format(states=states)


def states(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of a row for each learner in `studying` and module required of them, and its
    parameters.

    The columns are those of `STATES`, with the university.
    """
    return _with(as_at, known_at, ONE_BY_ONE)


def taught(known_at: dt.datetime | None) -> Sql:
    """Return SQL of enrolment_id and university_id (NULL: not known) of everybody in `studying`."""
    return _joined(_taught(known_at), "SELECT enrolment_id, university_id FROM taught"), {}


def states_of(keys: Collection[int], as_at: dt.date) -> list[dict[str, Any]]:
    """Return the rows of `states` of these enrolments, as known now, in order of level and module."""
    sql, parameters = states(as_at, None)
    return _asked(keys, as_at, IN_ORDER.format(states=sql), parameters)


def counts_of(keys: Collection[int], as_at: dt.date) -> dict[int, dict[str, Any]]:
    """Return, by enrolment, the counts of `modules` as known now."""
    sql, parameters = modules(as_at, None)
    return {
        row["enrolment_id"]: row for row in _asked(keys, as_at, ALL.format(modules=sql), parameters)
    }


def _asked(
    keys: Collection[int], as_at: dt.date, sql: str, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    inner, own = status.status_on(as_at, None)
    return asked(
        [("studying", WITHIN.format(standing=inner))],
        sql,
        {**own, **parameters, "studying": list(keys)},
    )


def _taught(known_at: dt.datetime | None) -> list[tuple[str, str]]:
    applied = APPLIED.format(known_v=known_sql("v", known_at), known_f=known_sql("f", known_at))
    return [("applied", applied), ("taught", TAUGHT.format(known_r=known_sql("r", known_at)))]


def _with(as_at: dt.date, known_at: dt.datetime | None, answer: str) -> Sql:
    entries, of_entries = status.entries(known_at)
    stretches, of_stretches = status.stretches(known_at)
    parts = [
        *_taught(known_at),
        ("level_6", LEVEL_6.format(known_q=known_sql("q", known_at))),
        ("required_modules", REQUIRED.format(entries=entries)),
        ("numbered", NUMBERED),
        ("pauses", PAUSES.format(stretches=stretches)),
        ("planned", PLANNED.format(known_p=known_sql("p", known_at))),
        ("attempted", ATTEMPTED.format(known_r=known_sql("r", known_at))),
        ("taken", TAKEN),
        ("dated", DATED),
        ("moved", MOVED),
        ("settled", SETTLED),
        ("states", STATES),
    ]
    own = {"fourth_months": FOURTH_MODULE_MONTHS, "last_attempt": last_attempt()}
    return _joined(parts, answer), {**of_entries, **of_stretches, **when(as_at, known_at), **own}


def _joined(parts: list[tuple[str, str]], answer: str) -> str:
    """Return one query that defines several relations and then asks for the answer."""
    return f"WITH {', '.join(f'{name} AS ({sql})' for name, sql in parts)} {answer}"


__all__ = [
    "counted",
    "counts_of",
    "days_overdue",
    "last_attempt",
    "modules",
    "states",
    "states_of",
    "taught",
]
