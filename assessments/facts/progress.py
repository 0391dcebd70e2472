"""Facts about assessment for many people at once, as at a day and as known at an instant.

Each function returns the SQL of a relation and its parameters, for the caller to join and count; parameters of several
may be merged. What is known now is read from the derived tables by index. For an earlier instant these tables are read
as they were known then (`pqip/core/then.py`); the few registrations for which that is not enough are computed again by
the same rules, and those rows replace theirs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings

from assessments.facts.countersigning_needed import needed_sql
from assessments.facts.worked_out import pieces_of, worked_out
from assessments.models import (
    Countersignature,
    CountersignStamp,
    Decision,
    Submission,
    UnitSignoff,
    VersionMove,
)
from assessments.rules.evidence import Stretch
from assessments.rules.waiting import OVERDUE_AFTER_WORKING_DAYS, due_by, overdue_before
from assessments.rules.waiting import waits as piece_waits
from pqip.core.known import known_sql
from pqip.core.snapshot import once_a_snapshot
from pqip.core.then import Source, Then, is_of_then, then
from workforce.models import BankHoliday

Query = tuple[str, dict[str, Any]]

DECIDED = "JOIN assessments_decision d ON d.id = f.decision_id"
OF_EVIDENCE = "JOIN assessments_evidence e ON e.id = {}.evidence_id"
#: The facts on which waits depend, by piece of evidence; and those on which criteria and units depend, by
#: registration.
OF_WAITS = (
    Source(Submission, "f.evidence_id"),
    Source(Decision, "f.evidence_id"),
    Source(CountersignStamp, "d.evidence_id", DECIDED),
    Source(Countersignature, "d.evidence_id", DECIDED),
)
OF_PROGRESS = (
    Source(Submission, "e.registration_id", OF_EVIDENCE.format("f")),
    Source(Decision, "e.registration_id", OF_EVIDENCE.format("f")),
    Source(CountersignStamp, "e.registration_id", f"{DECIDED} {OF_EVIDENCE.format('d')}"),
    Source(Countersignature, "e.registration_id", f"{DECIDED} {OF_EVIDENCE.format('d')}"),
    Source(UnitSignoff, "f.registration_id"),
    Source(VersionMove, "f.registration_id"),
)
SUBMITTED = "EXISTS (SELECT FROM assessments_submission k WHERE k.evidence_id = {} AND k.recorded_at <= %(known_at)s)"
REGISTERED = "EXISTS (SELECT FROM assessments_registrationfact k WHERE k.registration_id = {} AND k.recorded_at <= %(known_at)s)"

KEPT_WAITS = """SELECT w.kind, w.evidence_id, w.decision_id, w.from_on FROM assessments_wait w
    WHERE w.from_on <= %(waits_day)s AND (w.to_on IS NULL OR w.to_on > %(waits_day)s)"""
SUBMITTED_BY_THEN = """ CROSS JOIN LATERAL (SELECT FROM assessments_submission k
    WHERE k.evidence_id = w.evidence_id AND k.recorded_at <= %(known_at)s LIMIT 1) k WHERE w.from_on"""
KEPT_MET = "SELECT m.registration_id, m.criterion_id, m.from_on, {to_on} AS to_on FROM assessments_criterionmet m"
KEPT_ACHIEVED = "SELECT a.registration_id, a.unit_id, a.from_on, {to_on} AS to_on FROM assessments_unitachievement a"
AGAIN = " UNION ALL SELECT {columns} FROM jsonb_populate_recordset(NULL::public.{table}, %({name})s::jsonb)"
WAITS = ("assessments_wait", "kind, evidence_id, decision_id, from_on")
MET = ("assessments_criterionmet", "registration_id, criterion_id, from_on, to_on")
ACHIEVED = ("assessments_unitachievement", "registration_id, unit_id, from_on, to_on")

WAITING = """
SELECT w.kind, w.evidence_id, w.decision_id, e.registration_id, r.person_id, r.qualification_id, d.assessor_id, w.from_on,
    w.from_on < %(overdue_before)s AS is_overdue, %(as_at)s::date - w.from_on AS days
FROM ({waits}) w
JOIN assessments_evidence e ON e.id = w.evidence_id
JOIN assessments_registration r ON r.id = e.registration_id
LEFT JOIN assessments_decision d ON d.id = w.decision_id
"""
#: The same at an earlier instant. OFFSET 0 makes each step go by key: the planner would take "begun by then" and
#: "ended after it" for unrelated conditions and expect forty times as many rows.
WAITING_THEN = """
SELECT w.kind, w.evidence_id, w.decision_id, e.registration_id, r.person_id, r.qualification_id, d.assessor_id, w.from_on,
    w.from_on < %(overdue_before)s AS is_overdue, %(as_at)s::date - w.from_on AS days
FROM ({waits}) w
CROSS JOIN LATERAL (SELECT * FROM assessments_evidence o WHERE o.id = w.evidence_id OFFSET 0) e
CROSS JOIN LATERAL (SELECT * FROM assessments_registration o WHERE o.id = e.registration_id OFFSET 0) r
LEFT JOIN LATERAL (SELECT * FROM assessments_decision o WHERE o.id = w.decision_id OFFSET 0) d ON true
"""
#: What each version requires: its mandatory units, and the number of each group of optional ones.
UNITS_ASKED = """
SELECT v.id AS version_id, (SELECT count(*) FROM assessments_unit u WHERE u.version_id = v.id AND u.group_id IS NULL)
    + coalesce((SELECT sum(g.choose) FROM assessments_unitgroup g WHERE g.version_id = v.id), 0)::bigint AS units_total
FROM assessments_qualificationversion v WHERE EXISTS (SELECT FROM assessments_unit u WHERE u.version_id = v.id)
"""
#: Units achieved on the day by registration (of each optional group at most the number required), and the latest day.
UNITS_COUNTED = """
SELECT n.registration_id, sum(least(n.units, coalesce(n.choose, n.units)))::bigint AS units, max(n.last_on) AS last_on FROM (
    SELECT x.registration_id, o.group_id, o.choose, count(*) AS units, max(x.from_on) AS last_on FROM ({achieved}) x
    LEFT JOIN (SELECT u.id, u.group_id, g.choose FROM assessments_unit u JOIN assessments_unitgroup g ON g.id = u.group_id) o
        ON o.id = x.unit_id
    WHERE x.from_on <= %(as_at)s AND (x.to_on IS NULL OR x.to_on > %(as_at)s){among}
    GROUP BY x.registration_id, o.group_id, o.choose
) n GROUP BY n.registration_id
"""
#: Criteria are counted in mandatory units, and in optional units chosen by the day.
PROGRESS = """
SELECT r.id AS registration_id, r.person_id, r.qualification_id, v.units_total, c.criteria_total,
    coalesce(a.units, 0) AS units_achieved, least(coalesce(m.criteria, 0), c.criteria_total) AS criteria_met, a.last_on
FROM assessments_registration r
JOIN (SELECT f.registration_id FROM assessments_registrationfact f WHERE {known_f} AND f.effective_on <= %(as_at)s) f
    ON f.registration_id = r.id
JOIN ({asked}) v
    ON v.version_id = coalesce((SELECT m.version_id FROM assessments_versionmove m
        WHERE m.registration_id = r.id AND m.effective_on <= %(as_at)s AND {known_m}
        ORDER BY m.effective_on DESC, m.id DESC LIMIT 1), r.version_id)
LEFT JOIN (SELECT u.version_id, count(c.id) AS criteria
    FROM assessments_unit u JOIN assessments_criterion c ON c.unit_id = u.id WHERE u.group_id IS NULL GROUP BY u.version_id) k
    ON k.version_id = v.version_id
LEFT JOIN (SELECT h.registration_id, u.version_id, count(c.id) AS criteria
    FROM assessments_unitchoice h JOIN assessments_unit u ON u.id = h.unit_id JOIN assessments_criterion c ON c.unit_id = u.id
    WHERE h.effective_on <= %(as_at)s AND {known_h}{chosen} GROUP BY h.registration_id, u.version_id) o
    ON o.registration_id = r.id AND o.version_id = v.version_id
CROSS JOIN LATERAL (SELECT coalesce(k.criteria, 0) + coalesce(o.criteria, 0) AS criteria_total) c
LEFT JOIN ({counted}) a ON a.registration_id = r.id
LEFT JOIN (SELECT x.registration_id, count(*) AS criteria FROM ({met}) x
    WHERE x.from_on <= %(as_at)s AND (x.to_on IS NULL OR x.to_on > %(as_at)s){among} GROUP BY x.registration_id) m
    ON m.registration_id = r.id
WHERE {of_people}
"""
AMONG = " AND x.registration_id IN (SELECT o.id FROM assessments_registration o WHERE o.person_id = ANY(%(people)s))"
#: Units alone, of the registrations for some qualifications: without the criteria, which are most of the work of `PROGRESS`.
#: OFFSET 0 leaves the others out before anything is asked of each.
UNITS_OF = """
SELECT r.id AS registration_id, r.person_id, r.qualification_id, v.units_total, coalesce(a.units, 0) AS units_achieved
FROM (SELECT r.* FROM assessments_registration r WHERE r.qualification_id IN ({of}) OFFSET 0) r
JOIN ({asked}) v
    ON v.version_id = coalesce((SELECT m.version_id FROM assessments_versionmove m
        WHERE m.registration_id = r.id AND m.effective_on <= %(as_at)s AND {known_m}
        ORDER BY m.effective_on DESC, m.id DESC LIMIT 1), r.version_id)
LEFT JOIN ({counted}) a ON a.registration_id = r.id
"""
QUALIFICATIONS = (
    "SELECT q.id FROM assessments_qualification q WHERE q.code = ANY(%(qualifications)s)"
)
AMONG_THEM = """ AND x.registration_id IN (
    SELECT o.id FROM assessments_registration o WHERE o.qualification_id IN ({of}))"""
SUBMISSIONS = """
SELECT s.evidence_id, e.registration_id, r.person_id, r.qualification_id, s.effective_on AS submitted_on
FROM assessments_submission s
JOIN assessments_evidence e ON e.id = s.evidence_id
JOIN assessments_registration r ON r.id = e.registration_id
WHERE s.effective_on BETWEEN %(first)s AND %(last)s AND {known_s}
"""
#: The countersigner's outcome is looked up by key, and only where the stamp needs none; this avoids reading all
#: countersignatures.
DECISIONS = """
SELECT d.id AS decision_id, d.evidence_id, e.registration_id, r.person_id, r.qualification_id, d.assessor_id,
    d.effective_on AS decided_on, {needed} AS is_needed
FROM assessments_decision d
JOIN assessments_evidence e ON e.id = d.evidence_id
JOIN assessments_registration r ON r.id = e.registration_id
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND {known_p}
LEFT JOIN LATERAL (
    SELECT c.* FROM assessments_countersignature c WHERE c.decision_id = d.id AND NOT p.is_needed AND {known_c} LIMIT 1
) c ON true
WHERE d.effective_on BETWEEN %(first)s AND %(last)s AND {known_d}
"""
OUTCOMES = """
SELECT c.id AS countersignature_id, c.decision_id, d.evidence_id, e.registration_id, r.person_id, r.qualification_id,
    d.assessor_id, c.countersigner_id, d.effective_on AS decided_on, c.effective_on AS countersigned_on, c.outcome,
    {needed} AS is_needed, c.effective_on - d.effective_on AS days
FROM assessments_countersignature c
JOIN assessments_decision d ON d.id = c.decision_id AND {known_d}
JOIN assessments_evidence e ON e.id = d.evidence_id
JOIN assessments_registration r ON r.id = e.registration_id
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND {known_p}
WHERE c.effective_on BETWEEN %(first)s AND %(last)s AND {known_c}
"""
FINALS = """
SELECT f.decision_id, f.evidence_id, f.registration_id, f.person_id, f.qualification_id, f.assessor_id, f.final_on,
    s.effective_on AS submitted_on, f.final_on - s.effective_on AS turnaround_days
FROM (
    SELECT decision_id, evidence_id, registration_id, person_id, qualification_id, assessor_id, decided_on AS final_on
    FROM ({decisions}) n WHERE NOT n.is_needed
    UNION ALL
    SELECT decision_id, evidence_id, registration_id, person_id, qualification_id, assessor_id, countersigned_on
    FROM ({outcomes}) o WHERE o.is_needed AND o.outcome IN ('agreed', 'disagreed')
) f
JOIN assessments_submission s ON s.evidence_id = f.evidence_id AND {known_s}
"""
ASSESSORS = """
SELECT a.person_id, a.registered_on, a.achieved_on,
    CASE WHEN assessments_is_qualified(a.achieved_on, a.lapsed_on, %(as_at)s) THEN 'qualified'
        WHEN a.achieved_on <= %(as_at)s THEN 'lapsed' ELSE 'trainee' END AS status
FROM assessments_assessorrecord a WHERE {known_a}
"""
CASELOAD = """
SELECT DISTINCT l.other_id AS assessor_id, l.person_id FROM learners_allocation l
WHERE l.role = 'pta' AND assessments_in_force(l.effective_on, l.ended_on, %(as_at)s) AND {known_l}
"""


def waits(as_at: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of every wait on a day: kind, evidence_id, decision_id, from_on.

    For a day after `known_at` it is the wait on the last day known of.
    """
    then_ = then(OF_WAITS, known_at, known=SUBMITTED.format("{key}"), latest=as_at)
    if then_ is None:
        return KEPT_WAITS, {"waits_day": as_at}
    again = sorted({*then_.odd, *then_.ahead})
    kept = (
        KEPT_WAITS.replace(" WHERE w.from_on", SUBMITTED_BY_THEN, 1)
        + " AND NOT w.evidence_id = ANY(%(waits_odd)s)"
    )
    pieces = pieces_of(again, known_at, by="id")
    found = (wait for own in pieces.values() for piece in own for wait in piece_waits(piece))
    rows = [
        {
            "kind": one.kind,
            "evidence_id": one.evidence,
            "decision_id": one.decision,
            "from_on": one.from_on,
        }
        for one in found
        if one.from_on <= as_at and (one.to_on is None or one.to_on > as_at)
    ]
    parameters = then_.parameters("waits") | {
        "waits_day": then_.until,
        "waits_odd": again,
        "known_at": known_at,
    }
    return kept + _again("waits_again", *WAITS), parameters | {"waits_again": _json(rows)}


def met_and_achieved(known_at: dt.datetime | None) -> tuple[Query, Query]:
    """Return SQL of the stretches in which criteria were met (registration_id, criterion_id, from_on, to_on), and of
    those in which units were achieved (registration_id, unit_id, from_on, to_on).

    Both may hold registrations not known then: join with those that were.
    """
    then_ = then(OF_PROGRESS, known_at, known=REGISTERED.format("{key}"))
    if then_ is None:
        return (KEPT_MET.format(to_on="m.to_on"), {}), (KEPT_ACHIEVED.format(to_on="a.to_on"), {})
    found = list(worked_out(then_.odd, known_at))
    met = ((one.registration, stretch) for one in found for stretch in one.met)
    achieved = ((one.registration, stretch) for one in found for stretch in one.achieved)
    return (
        _stretches(then_, KEPT_MET, "m", "criterion_id", MET, met),
        _stretches(then_, KEPT_ACHIEVED, "a", "unit_id", ACHIEVED, achieved),
    )


@once_a_snapshot
def waiting(as_at: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of what waits on a day.

    Columns: kind, evidence_id, decision_id, registration_id, person_id (the candidate), qualification_id, assessor_id
    (of the decision that waits or was returned), from_on, is_overdue, days (calendar days).
    """
    inner, parameters = waits(as_at, known_at)
    template = WAITING_THEN if is_of_then(parameters) else WAITING
    return template.format(waits=inner), {
        **parameters,
        "as_at": as_at,
        "overdue_before": overdue_on(as_at),
    }


def progress(
    as_at: dt.date,
    known_at: dt.datetime | None,
    people: Collection[int] | None = None,
    both: tuple[Query, Query] | None = None,
) -> Query:
    """Return SQL of the progress of each registration made by the day, of these people or of everybody.

    Columns: registration_id, person_id, qualification_id, units_total, units_achieved, criteria_total, criteria_met,
    last_on (the latest day a unit was achieved). `both` is the result of `met_and_achieved`, where the caller has it
    already.
    """
    (met_sql, two), (achieved_sql, one) = both or met_and_achieved(known_at)
    among, of_people = (
        (AMONG, "r.person_id = ANY(%(people)s)") if people is not None else ("", "true")
    )
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "fmh"}
    counted = units_counted(achieved_sql, among)
    query = PROGRESS.format(
        asked=UNITS_ASKED,
        counted=counted,
        met=met_sql,
        **known,
        among=among,
        chosen=among.replace("x.", "h."),
        of_people=of_people,
    )
    return query, {**one, **two, "as_at": as_at, "known_at": known_at, "people": list(people or ())}


def units_of(
    as_at: dt.date, known_at: dt.datetime | None, qualifications: Collection[str]
) -> Query:
    """Return SQL of the units of each registration for these qualifications (codes), as `progress` counts them.

    Columns: registration_id, person_id, qualification_id, units_total, units_achieved. It may hold registrations not made by
    the day: join with those that were.
    """
    _met, (achieved_sql, parameters) = met_and_achieved(known_at)
    query = UNITS_OF.format(
        asked=UNITS_ASKED,
        counted=units_counted(achieved_sql, AMONG_THEM.format(of=QUALIFICATIONS)),
        known_m=known_sql("m", known_at),
        of=QUALIFICATIONS,
    )
    asked = {"as_at": as_at, "known_at": known_at, "qualifications": list(qualifications)}
    return query, parameters | asked


def units_counted(achieved: str, among: str = "") -> str:
    """Return SQL of the number of required units each registration has achieved: registration_id, units, last_on.

    `achieved` is SQL from `met_and_achieved`; `among` is a condition on its rows `x`.
    """
    return UNITS_COUNTED.format(achieved=achieved, among=among)


def submissions(first: dt.date, last: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the evidence submitted from the first to the last day: evidence_id, registration_id, person_id,
    qualification_id, submitted_on.
    """
    return _in_period(SUBMISSIONS, first, last, known_at)


def decisions(first: dt.date, last: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the decisions dated from the first to the last day.

    Columns: decision_id, evidence_id, registration_id, person_id, qualification_id, assessor_id, decided_on, is_needed
    (whether they need a countersignature).
    """
    return _in_period(DECISIONS, first, last, known_at)


def outcomes(first: dt.date, last: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the countersignatures given from the first to the last day, whatever their outcome.

    Columns: countersignature_id, decision_id, evidence_id, registration_id, person_id, qualification_id, assessor_id,
    countersigner_id, decided_on, countersigned_on, outcome, is_needed, days (calendar days from decision to outcome).
    """
    return _in_period(OUTCOMES, first, last, known_at)


def finals(first: dt.date, last: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the decisions that became final from the first to the last day.

    Columns: decision_id, evidence_id, registration_id, person_id, qualification_id, assessor_id, final_on,
    submitted_on, turnaround_days.
    """
    query = FINALS.replace("{decisions}", DECISIONS).replace("{outcomes}", OUTCOMES)
    return _in_period(query, first, last, known_at)


def assessors(as_at: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the assessors: person_id, status on the day (trainee, qualified, lapsed), registered_on,
    achieved_on.
    """
    return ASSESSORS.format(known_a=known_sql("a", known_at)), {
        "as_at": as_at,
        "known_at": known_at,
    }


def caseload(as_at: dt.date, known_at: dt.datetime | None) -> Query:
    """Return SQL of the people allocated to each assessor on the day, each once: assessor_id, person_id.

    Join it with their status.
    """
    return CASELOAD.format(known_l=known_sql("l", known_at)), {"as_at": as_at, "known_at": known_at}


def overdue_on(as_at: dt.date) -> dt.date:
    """Return the day before which a wait must have begun to be overdue as at `as_at`."""
    return waited_before(as_at, overdue_after())


def waited_before(as_at: dt.date, working_days: int) -> dt.date:
    """Return the day before which a wait must have begun to have lasted more than so many working days as at `as_at`."""
    holidays = BankHoliday.objects.filter(
        date__range=(as_at - dt.timedelta(days=60 + 2 * working_days), as_at)
    )
    return overdue_before(as_at, set(holidays.values_list("date", flat=True)), working_days)


def due_days(since: Collection[dt.date]) -> dict[dt.date, dt.date]:
    """Return the day by which a wait that began on each of these days must end, in one query."""
    after = overdue_after()
    holidays = (
        set(BankHoliday.objects.filter(date__gte=min(since)).values_list("date", flat=True))
        if since
        else set()
    )
    return {day: due_by(day, holidays, after) for day in since}


def overdue_after() -> int:
    """Return the number of working days after which a wait is overdue."""
    return getattr(settings, "PQIP_OVERDUE_WORKING_DAYS", OVERDUE_AFTER_WORKING_DAYS)


def _stretches(
    then_: Then,
    kept: str,
    alias: str,
    column: str,
    like: tuple[str, str],
    again: Iterable[tuple[int, Stretch]],
) -> Query:
    named, key, rows = "progress", f"{alias}.registration_id", f"{alias}_again"
    sql = (
        kept.format(to_on=then_.ended(named, key, f"{alias}.to_on"))
        + " WHERE "
        + then_.kept(named, key, f"{alias}.from_on")
    )
    found = [
        {"registration_id": one, column: part.key, "from_on": part.from_on, "to_on": part.to_on}
        for one, part in again
    ]
    return sql + _again(rows, *like), {**then_.parameters(named), rows: _json(found)}


def _again(name: str, table: str, columns: str) -> str:
    """Return SQL of the rows computed again, with exactly the column types of the table; with others the planner
    cannot push conditions into the union.
    """
    return AGAIN.format(columns=columns, name=name, table=table)


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, default=str)


def _in_period(query: str, first: dt.date, last: dt.date, known_at: dt.datetime | None) -> Query:
    known = {
        "needed": needed_sql("p", "c"),
        **{f"known_{alias}": known_sql(alias, known_at) for alias in "cdps"},
    }
    return query.format(**known), {"first": first, "last": last, "known_at": known_at}
