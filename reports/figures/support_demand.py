"""What the supply forecast asks of the service by quarter, against what is there: the report's rows, and those of a *what if*."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from assessments.facts import progress as assessed
from assessments.facts.capacity_demand import VQ3_MONTHS, recorded, usual_caseload
from assessments.facts.countersigning_capacity import minutes
from assessments.rules.capacity_demand import Stretch, capacity_on
from assessments.rules.countersigning_capacity import RATE_WEEKS
from learners.facts.qualified import Protection, protected_months
from learners.facts.status import status_on
from learners.rules.dates import add_months
from reports.derived.forecasts import Answered, at_once, forecast_of, inputs_of
from reports.derived.joining import joining_of
from reports.figures.asking import PlaceFilter, Query, Question, Row
from reports.figures.in_post import Total, totals_on
from reports.figures.newly_qualified import protected_in
from reports.figures.numbers import tenths
from reports.figures.settings import AWARD_MONTHS, LEARNERS_PER_MANAGER, PEOPLE_PER_MENTOR
from reports.figures.supply_forecast import WITHIN
from reports.rules.forecast_answers import NATION, Forecast, Place, Quarter
from reports.rules.forecast_demand import (
    HOURS,
    QUALIFICATIONS,
    RESOURCES,
    UNITS,
    Ahead,
    Need,
    Pace,
    Ratios,
    There,
    needs,
    promoted,
    quarters,
)
from workforce.facts.people import listed

ASSESSOR, MANAGER = "PTA", "SPO"
ONE_DAY = dt.timedelta(days=1)
#: Days on which what is there is counted: the last of each quarter.
DAYS = "SELECT u.day FROM unnest(%(days)s::date[]) AS u (day)"
#: The post that each person holds on each of the days, as recorded.
HELD = """
SELECT DISTINCT ON (d.day, w.person_id) d.day, w.person_id, w.region_id FROM days d
JOIN workforce_spell w ON w.effective_on <= d.day AND (w.ended_on IS NULL OR w.ended_on >= d.day) AND {known}
    AND w.person_id IN ({who})
ORDER BY d.day, w.person_id, w.effective_on DESC, w.id
"""
#: Whoever mentors a learner on the day, or a newly qualified officer who is protected.
MENTORS = """
SELECT l.other_id AS person_id FROM learners_allocation l JOIN learners_enrolment e ON e.person_id = l.person_id
JOIN standing s ON s.enrolment_id = e.id AND s.status IN ('active', 'deferred')
WHERE l.role = 'mentor' AND l.effective_on <= %(as_at)s AND (l.ended_on IS NULL OR l.ended_on >= %(as_at)s) AND {known_l}
UNION SELECT n.mentor_id FROM learners_newlyqualified n
WHERE n.enrolment_id = ANY(%(protected)s) AND n.mentor_id IS NOT NULL AND {known_n}
"""
MENTORS_IN_POST = """
SELECT h.day, r.code, count(*)::integer FROM held h JOIN workforce_region r ON r.id = h.region_id GROUP BY 1, 2
"""
#: For whose region each countersigner countersigns on the day of the question.
SIGNED_FOR = "SELECT f.person_id FROM learners_allocation f WHERE f.role = 'countersigner'"
COUNTERSIGNING = """
SELECT DISTINCT l.other_id, w.region_id FROM learners_allocation l JOIN ({listed}) w ON w.person_id = l.person_id
WHERE l.role = 'countersigner' AND l.effective_on <= %(as_at)s AND (l.ended_on IS NULL OR l.ended_on >= %(as_at)s) AND {known}
"""
#: Hours a week of whoever may countersign on the day and is in post: where they are, for whom they countersign, and once in the
#: nation. None where nobody's are recorded.
GIVERS = "SELECT a.* FROM assessments_assessorrecord a WHERE cardinality(a.allowed_qualifications) > 0 AND {known}"
GIVEN = """
SELECT h.day, k.code, sum(a.weekly_hours) FROM held h
JOIN givers a ON a.person_id = h.person_id AND assessments_is_qualified(a.achieved_on, a.lapsed_on, h.day)
    AND assessments_in_force(a.countersign_from, a.countersign_until, h.day)
CROSS JOIN LATERAL (SELECT r.code FROM workforce_region r WHERE r.id = h.region_id
    UNION SELECT r.code FROM countersigning c JOIN workforce_region r ON r.id = c.region_id WHERE c.other_id = h.person_id
    UNION SELECT 'NAT') k
GROUP BY 1, 2
"""
#: Decisions by the region of the assessor, and how many of them need a countersignature.
DECIDED = """
SELECT r.code, count(*)::integer, (count(*) FILTER (WHERE d.is_needed))::integer
FROM decisions d JOIN ({listed}) w ON w.person_id = d.assessor_id JOIN workforce_region r ON r.id = w.region_id GROUP BY 1
"""
UNIVERSITIES = """
SELECT DISTINCT ON (r.code, d.day) d.day, r.code, u.name FROM days d
JOIN workforce_regionuniversity x ON x.effective_on <= d.day AND {known}
JOIN workforce_region r ON r.id = x.region_id JOIN workforce_university u ON u.id = x.university_id
ORDER BY r.code, d.day, x.effective_on DESC, x.id
"""
REGIONS = "SELECT r.id, r.code FROM workforce_region r"


def support_demand(question: Question) -> list[Row]:
    """A row for each region, quarter and resource (and pathway, of places at the university), in this order. The nation's, which
    add the regions up, come last.
    """
    demand = Demand(question)
    found = [row for code in demand.codes for row in demand.of_region(code)]
    return found + (demand.of_nation() if question.place.everywhere else [])


class Demand:
    """What the forecast of a question's day asks for, in the regions within its place of which anything is known."""

    def __init__(self, question: Question, answered: Answered | None = None) -> None:
        """`answered`: the forecast, where the caller has it already."""
        self.question = question
        self.answered = answered or forecast_of(question)
        within = Query(question).tuples(WITHIN.format(within=question.place.condition("k")))
        self.codes = [code for (code,) in within if code in self.answered.known]

    def of_region(self, code: str, place: Place | None = None) -> list[Row]:
        """A region's rows, of its forecast or of another (a *what if*), from the same people and posts on the day."""
        return [
            _row(code, name, need)
            for name, found in self._needs(code, place or self.answered.forecast.place(code))
            for need in found
        ]

    def of_nation(self, otherwise: Forecast | None = None) -> list[Row]:
        """All regions added up: what one has to spare helps no other, so that each one's shortage counts.

        Countersigners help elsewhere, too: of them the nation has what it has. `otherwise`: of another forecast (a *what if*),
        from the same people and posts on the day.
        """
        ahead = otherwise or self.answered.forecast
        sums: dict[tuple[str, str, str, str], list[Need]] = defaultdict(list)
        for code in self.codes:
            for name, found in self._needs(code, ahead.place(code)):
                for need in found:
                    sums[name, need.resource, need.pathway, need.university].append(need)
        ordered = sorted(sums, key=lambda of: (of[0], RESOURCES.index(of[1]), *of[2:]))
        days = {_name(day): day for day in self.facts.days}
        return [
            _row(NATION, of[0], self._once(days[of[0]], sums[of]))
            if of[1] == HOURS
            else _summed(of[0], sums[of])
            for of in ordered
        ]

    def _once(self, day: dt.date, found: Sequence[Need]) -> Need:
        """Hours of countersigning: each countersigner's once."""
        needed = sum(one.needed for one in found)
        return replace(found[0], needed=needed, there=self.facts.hours_in(NATION, day))

    def _needs(self, code: str, place: Place) -> list[tuple[str, list[Need]]]:
        pace = self.facts.pace(code, promoted(self.answered.forecast.assumptions, code, ASSESSOR))
        return [
            (
                _name(day),
                needs(
                    Ahead(place, quarter.last_month, pace, ratios(), self.facts.there(code, day))
                ),
            )
            for quarter, day in zip(quarters(place), self.facts.days, strict=True)
        ]

    @cached_property
    def facts(self) -> Facts:
        digest, question = self.answered.forecast.digest, self.question
        joining = joining_of(digest, lambda: inputs_of(question.as_at, question.known_at))
        nation = self.answered.forecast.nation
        return Facts(
            question, [_last_day(question.as_at, one) for one in quarters(nation)], joining
        )


def ratios() -> Ratios:
    """What one can look after and how long somebody counts, as set."""
    return Ratios(
        caseload=max(usual_caseload(), 1),
        learners_per_manager=max(int(LEARNERS_PER_MANAGER.value), 1),
        people_per_mentor=max(int(PEOPLE_PER_MENTOR.value), 1),
        protected_months=protected_months(),
        vq3_months=VQ3_MONTHS,
        award_months=int(AWARD_MONTHS.value),
        minutes=minutes(),
    )


def _last_day(as_at: dt.date, quarter: Quarter) -> dt.date:
    return add_months(as_at.replace(day=1), quarter.last_month + 1) - ONE_DAY


def _name(day: dt.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


class Facts:
    """Who and what is there on the day in every region, and what is recorded of the last days of the quarters after it."""

    def __init__(
        self, question: Question, days: Sequence[dt.date], joining: Mapping[str, float]
    ) -> None:
        self.question = Question(question.as_at, question.known_at, PlaceFilter())
        self.days, self.joining = days, joining

    def there(self, code: str, day: dt.date) -> There:
        """What is there in a region on a last day of a quarter. Of people, those who are there on the day of the question."""
        now = [one for one in self.stretches.get(code, ()) if self._is_there(one)]
        people = capacity_on(now, day).asked
        protected = self.protected.get(code, {}).values()
        return There(
            psos=people["psos"],
            trainees=people["trainees"],
            keeping=sum(one.until >= day for one in protected if _keeps(one)),
            protected=sum(one.until >= day for one in protected),
            places={
                qualification: capacity_on(self.stretches.get(code, ()), day, qualification).places
                for qualification in QUALIFICATIONS.values()
            },
            managers=self._managers(code, day),
            mentors=self.mentors.get((day, code), 0),
            hours=self.hours_in(code, day),
            university=self.universities.get((day, code), ""),
        )

    def pace(self, code: str, to_assessor: float) -> Pace:
        """What happens in a region from month to month, as learned or seen by the day."""
        day = self.question.as_at
        now = capacity_on(self.stretches.get(code, ()), day).demand
        keeping = sum(_keeps(one) for one in self.protected.get(code, {}).values())
        decisions, to_countersign = self.decided.get(code, (0, 0))
        return Pace(
            joining=self.joining.get(code, 0.0),
            promoted=to_assessor,
            decisions=decisions,
            to_countersign=to_countersign,
            assessed=now + keeping,
        )

    def hours_in(self, code: str, day: dt.date) -> float | None:
        """Hours a week for countersigning; 0 where nobody may, None where nobody's hours are recorded."""
        hours = self.hours.get((day, code), Decimal(0))
        return None if hours is None else float(hours)

    def _is_there(self, one: Stretch) -> bool:
        return one.holds_on(self.question.as_at)

    def _managers(self, code: str, day: dt.date) -> float | None:
        """Managers in post by the source that counts on the day of the question; by records, those recorded as in post then. A
        total that was returned stays as it is. None where nothing says who is in post.
        """
        now = self.totals.get((self.question.as_at, code, MANAGER))
        then = self.totals.get((day, code, MANAGER))
        if now is None or now.fte is None:
            return None
        if not now.on_record or (then is not None and not then.on_record):
            return now.fte
        return 0.0 if then is None or then.fte is None else then.fte

    @cached_property
    def stretches(self) -> dict[str, list[Stretch]]:
        """People to assess and assessors, by region; the newly qualified are in `protected`."""
        names = dict(Query(self.question).tuples(REGIONS))
        found: dict[str, list[Stretch]] = defaultdict(list)
        for one in recorded(self.question.as_at, self.question.known_at):
            if one.region_id is not None:
                found[names[one.region_id]].append(one)
        return found

    @cached_property
    def protected(self) -> dict[str, dict[int, Protection]]:
        """Newly qualified officers who are or should be protected, by region and enrolment."""
        return protected_in(self.question)

    @cached_property
    def totals(self) -> dict[tuple[dt.date, str, str], Total]:
        return totals_on(self.question, [self.question.as_at, *self.days])

    @cached_property
    def mentors(self) -> dict[tuple[dt.date, str], int]:
        query = self._query()
        query.define("standing", status_on(self.question.as_at, self.question.known_at))
        known = {f"known_{alias}": self.question.known(alias) for alias in "ln"}
        query.parameters["protected"] = [key for found in self.protected.values() for key in found]
        query.define("mentors", MENTORS.format(**known), once=True)
        query.define("held", self._held("SELECT person_id FROM mentors"))
        return {(day, code): people for day, code, people in query.tuples(MENTORS_IN_POST)}

    @cached_property
    def hours(self) -> dict[tuple[dt.date, str], Decimal | None]:
        query = self._query()
        query.define("givers", GIVERS.format(known=self.question.known("a")), once=True)
        query.define("held", self._held("SELECT person_id FROM givers"))
        known = self.question.known("l")
        query.define(
            "countersigning",
            COUNTERSIGNING.format(listed=listed(self.question.known_at, SIGNED_FOR), known=known),
            once=True,
        )
        return {(day, code): hours for day, code, hours in query.tuples(GIVEN)}

    @cached_property
    def decided(self) -> dict[str, tuple[int, int]]:
        """By region: decisions in the weeks up to the day, and how many of them need a countersignature."""
        day, known_at = self.question.as_at, self.question.known_at
        since = day - dt.timedelta(weeks=RATE_WEEKS) + ONE_DAY
        query = Query(self.question)
        query.define("decisions", assessed.decisions(since, day, known_at), once=True)
        sql = DECIDED.format(listed=listed(known_at, "SELECT assessor_id FROM decisions"))
        return {code: (every, needed) for code, every, needed in query.tuples(sql)}

    @cached_property
    def universities(self) -> dict[tuple[dt.date, str], str]:
        found = self._query().tuples(UNIVERSITIES.format(known=self.question.known("x")))
        return {(day, code): name for day, code, name in found}

    def _query(self) -> Query:
        query = Query(self.question)
        query.parameters["days"] = list(self.days)
        return query.define("days", DAYS, once=True)

    def _held(self, who: str) -> str:
        return HELD.format(known=self.question.known("w"), who=who)


def _keeps(one: Protection) -> bool:
    """Whether a newly qualified officer keeps their practice tutor assessor."""
    return one.record is not None and one.record.keeps_pta


def _row(region: str, quarter: str, need: Need) -> Row:
    return {
        "region": region,
        "quarter": quarter,
        "resource": need.resource,
        "pathway": need.pathway or None,
        "university": need.university or None,
        "unit": UNITS[need.resource],
        "needed": tenths(need.needed),
        "there": tenths(need.there),
        "short": tenths(need.short),
    }


def _summed(quarter: str, found: Sequence[Need]) -> Row:
    return _row(NATION, quarter, found[0]) | {
        "needed": tenths(_sum(one.needed for one in found)),
        "there": tenths(_sum(one.there for one in found)),
        "short": tenths(_sum(one.short for one in found)),
    }


def _sum(parts: Iterable[float | None]) -> float | None:
    """A sum of which a part is not known is not known."""
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


__all__ = ["Demand", "at_once", "support_demand"]
