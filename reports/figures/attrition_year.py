"""A year on the programme: who was on it at some time in the twelve months to a day, and who left it, why and where to.

Everybody counts once, at the place and on the pathway where they are on the day or where they ended, as in `withdrawals`.
Whoever withdrew on the day itself has left in the year; whoever did so on the same day a year before, in the year before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from learners.rules.dates import add_months
from reports.figures.asking import Question, Row
from reports.figures.in_post import spells
from reports.figures.on_programme import GOING, STARTED, standing
from reports.figures.tenure_of_leavers import BANDS, LATER, band_of

NOT_RECORDED, UNKNOWN = "not_recorded", "unknown"
#: Length of service in the Service when they left: a band ends on the anniversary itself (W13).
SERVICE_YEARS = (1, 2, 4, 10)
SERVICE_BANDS = [*(f"to_{years}" for years in SERVICE_YEARS), f"over_{SERVICE_YEARS[-1]}"]
#: What those who left are counted by, with who was on the programme beside them; and without.
OF_EVERYBODY, OF_LEAVERS = ("region", "quarter", "pathway", "pdu"), ("service",)

YEAR = f"""
SELECT s.* FROM standing s
WHERE s.status IN {STARTED} AND (s.status IN {GOING} OR s.from_on > %(year_before)s)
"""
LEFT = """
SELECT w.enrolment_id, w.reason, w.destination, w.exit_interview_offered_on, w.exit_interview_held_on FROM learners_event w
WHERE w.kind = 'withdrawn' AND w.effective_on <= %(as_at)s AND {known}
"""
SAID = """
SELECT w.enrolment_id, w.reasons FROM learners_leaverwords w WHERE w.effective_on <= %(as_at)s AND {known}
"""
#: The start in the Service that the latest post on or before the day of leaving states.
SERVICE = """
SELECT DISTINCT ON (e.id) e.id AS enrolment_id, w.service_start_date AS since
FROM on_programme s JOIN learners_enrolment e ON e.id = s.enrolment_id
JOIN spells w ON w.person_id = e.person_id AND w.effective_on <= s.from_on AND w.service_start_date IS NOT NULL
WHERE s.status = 'withdrawn' ORDER BY e.id, w.effective_on DESC
"""
_SERVICE_BAND = " ".join(
    f"WHEN s.from_on <= v.since + interval '{years} year' THEN 'to_{years}'"
    for years in SERVICE_YEARS
)
ANSWER = f"""
SELECT s.enrolment_id, s.start_date, CASE WHEN s.status NOT IN {GOING} THEN s.from_on END AS over_on,
    s.status = 'withdrawn' AS has_left, r.code AS region, p.code AS pathway, coalesce(d.code, '{NOT_RECORDED}') AS pdu,
    coalesce(nullif(w.reason, ''), '{NOT_RECORDED}') AS reason, coalesce(nullif(w.destination, ''), '{UNKNOWN}') AS destination,
    coalesce(w.exit_interview_offered_on <= %(as_at)s, false) AS offered,
    coalesce(w.exit_interview_held_on <= %(as_at)s, false) AS held,
    {band_of("s.from_on - s.start_date")} AS band,
    CASE WHEN v.since IS NULL THEN '{NOT_RECORDED}' {_SERVICE_BAND} ELSE '{SERVICE_BANDS[-1]}' END AS service,
    coalesce(o.reasons, '{{}}') AS said, r."order" AS region_order, p."order" AS pathway_order, d.name AS pdu_name
FROM on_programme s
JOIN workforce_region r ON r.id = s.region_id JOIN learners_pathway p ON p.id = s.pathway_id
LEFT JOIN workforce_pdu d ON d.id = s.pdu_id
LEFT JOIN left_programme w ON w.enrolment_id = s.enrolment_id AND s.status = 'withdrawn'
LEFT JOIN said o ON o.enrolment_id = s.enrolment_id AND s.status = 'withdrawn'
LEFT JOIN service v ON v.enrolment_id = s.enrolment_id
ORDER BY r."order", r.code, d.name NULLS LAST, s.from_on, s.enrolment_id
"""


@dataclass(frozen=True)
class Quarter:
    """The part of a calendar quarter that lies within the year: its code, such as `2026-Q1`, first and last day."""

    code: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Year:
    """Everybody who was on the programme at some time from `first` to `last`, a row each."""

    first: dt.date
    last: dt.date
    everybody: Sequence[Row]

    @cached_property
    def left(self) -> list[Row]:
        """Those who left the programme in the year."""
        return [row for row in self.everybody if row["has_left"]]

    @cached_property
    def quarters(self) -> list[Quarter]:
        """The calendar quarters of the year, the first and the last as far as they lie within it."""
        found, day = [], self.first
        while day <= self.last:
            end = _quarter_end(day)
            found.append(Quarter(quarter_of(day), day, min(end, self.last)))
            day = end + dt.timedelta(days=1)
        return found

    def groups(self, by: str) -> list[str]:
        """Return the groups of a dimension in their order, those of whom anybody is counted."""
        if by == "quarter":
            return [one.code for one in self.quarters]
        if by == "service":
            known = {row["service"] for row in self.left}
            return [band for band in (*SERVICE_BANDS, NOT_RECORDED) if band in known]
        if by == "band":
            known = {row["band"] for row in self.left}
            return [band for band in (*BANDS, LATER) if band in known]
        orders = {"pathway": "pathway_order", "region": "region_order"}
        rows = (
            sorted(self.everybody, key=lambda row: (row[orders[by]], row[by]))
            if by in orders
            else self.everybody
        )
        return list(dict.fromkeys(row[by] for row in rows))

    def on_programme(self, by: str, group: str) -> list[Row]:
        """Return those of a group who were on the programme; in a quarter, at some time in it."""
        if by != "quarter":
            return [row for row in self.everybody if row[by] == group]
        [own] = [one for one in self.quarters if one.code == group]
        return [
            row
            for row in self.everybody
            if row["start_date"] <= own.last
            and (row["over_on"] is None or row["over_on"] >= own.first)
        ]

    def left_of(self, by: str, group: str) -> list[Row]:
        """Return those of a group who left."""
        if by == "quarter":
            return [row for row in self.left if quarter_of(row["over_on"]) == group]
        return [row for row in self.left if row[by] == group]


def year_to(question: Question, months: int = 12) -> Year:
    """Return the twelve months, or another number of them, to the day asked about."""
    query = standing(question)
    before = add_months(question.as_at, -months)
    query.parameters |= {"year_before": before}
    query.define("on_programme", YEAR, once=True)
    query.define("left_programme", LEFT.format(known=question.known("w")))
    query.define("said", SAID.format(known=question.known("w")))
    query.define("spells", spells(question), once=False)
    query.define("service", SERVICE)
    return Year(before + dt.timedelta(days=1), question.as_at, query.rows(ANSWER))


def two_years(question: Question) -> tuple[Year, Year]:
    """Return the twelve months to the day, and the twelve before them, both as known at the same instant."""
    now = year_to(question)
    return now, year_to(replace(question, as_at=add_months(question.as_at, -12)))


def said_by_region(left: Iterable[Row]) -> list[Row]:
    """Return the drivers that leavers named themselves, a row for each region and driver, in the columns of `leavers-reasons`."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in left:
        for nth, code in enumerate(row["said"]):
            own = found.setdefault((row["region"], code), [0, 0])
            own[0] += 1
            own[1] += nth == 0
    regions = list(dict.fromkeys(region for region, _code in found))
    return [
        {"region": region, "reason": code, "named": named, "named_first": first}
        for region in regions
        for (of, code), (named, first) in sorted(found.items())
        if of == region
    ]


def quarter_of(day: dt.date) -> str:
    """Return the code of the calendar quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _quarter_end(day: dt.date) -> dt.date:
    first = dt.date(day.year, 3 * ((day.month + 2) // 3) - 2, 1)
    return add_months(first, 3) - dt.timedelta(days=1)
