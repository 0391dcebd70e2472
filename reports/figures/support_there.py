"""Who and what is there that the forecast's demand is set against, as at a day and known at an instant.

Of every region, on the day and on the last days of the quarters after it, as far as is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice

from assessments.facts import progress as assessed
from assessments.facts.capacity_demand import recorded
from assessments.rules.capacity_demand import Stretch, capacity_on
from assessments.rules.countersigning_capacity import RATE_WEEKS
from learners.facts.qualified import Protection
from learners.facts.status import status_on
from learners.rules.dates import add_months
from reports.figures.asking import PlaceFilter, Query, Question
from reports.figures.in_post import Total, totals_on
from reports.figures.newly_qualified import protected_in
from reports.rules.forecast_answers import NATION
from reports.rules.forecast_demand import QUALIFICATIONS, QUARTERS, Pace, There
from reports.rules.forecast_inputs import MONTHS
from reports.rules.forecast_summary import quarters_of
from workforce.facts.people import listed

MANAGER = "SPO"
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


@dataclass(frozen=True)
class Recorded:
    """What is there, by region (code) and last day of a quarter; how often what happens there, by region; and the hours for
    countersigning that the nation has, each countersigner's once, by day.

    What is learned and not recorded is left out of `pace`, and the university out of `there`.
    """

    there: Mapping[tuple[str, dt.date], There]
    pace: Mapping[str, Pace]
    hours: Mapping[dt.date, float | None]


def last_days(as_at: dt.date) -> list[dt.date]:
    """The last days of the quarters looked at; the first is that of the month after the day."""
    ends = islice(quarters_of(as_at, MONTHS), QUARTERS)
    return [add_months(as_at.replace(day=1), last + 1) - ONE_DAY for _first, last in ends]


def assessing_of(question: Question) -> Recorded:
    """Who is assessed and what places assessors have in every region, wherever the question is about."""
    return _Facts(question).all(_Facts.assessing, _Facts.decisions)


def supporting_of(question: Question) -> Recorded:
    """Who else is there in every region, and which newly qualified officers are to be assessed."""
    facts = _Facts(question)
    hours = {day: facts.hours_in(NATION, day) for day in facts.days}
    return replace(facts.all(_Facts.supporting, _Facts.keeping), hours=hours)


def together(assessing: Recorded, supporting: Recorded) -> Recorded:
    """Both as one."""
    there = {
        key: replace(supporting.there[key], psos=one.psos, trainees=one.trainees, places=one.places)
        for key, one in assessing.there.items()
    }
    pace = {
        code: replace(one, assessed=one.assessed + supporting.pace[code].assessed)
        for code, one in assessing.pace.items()
    }
    return Recorded(there, pace, supporting.hours)


def universities(question: Question, days: Sequence[dt.date]) -> dict[tuple[dt.date, str], str]:
    """By day and region (code), the university that the region's learners go to."""
    query = _of_days(question, days)
    found = query.tuples(UNIVERSITIES.format(known=question.known("x")))
    return {(day, code): name for day, code, name in found}


class _Facts:
    """Everything asked of the database."""

    def __init__(self, question: Question) -> None:
        self.question = Question(question.as_at, question.known_at, PlaceFilter())
        self.days = last_days(question.as_at)

    def all(
        self, there: Callable[[_Facts, str, dt.date], There], pace: Callable[[_Facts, str], Pace]
    ) -> Recorded:
        codes = [code for code in self.regions.values() if code != NATION]
        return Recorded(
            {(code, day): there(self, code, day) for code in codes for day in self.days},
            {code: pace(self, code) for code in codes},
            {},
        )

    def assessing(self, code: str, day: dt.date) -> There:
        """Of people, those who are there on the day of the question."""
        now = [one for one in self.stretches.get(code, ()) if self._is_there(one)]
        people = capacity_on(now, day).asked
        places = {
            qualification: capacity_on(self.stretches.get(code, ()), day, qualification).places
            for qualification in QUALIFICATIONS.values()
        }
        return There(psos=people["psos"], trainees=people["trainees"], places=places)

    def supporting(self, code: str, day: dt.date) -> There:
        protected = self.protected.get(code, {}).values()
        return There(
            keeping=sum(one.until >= day for one in protected if _keeps(one)),
            protected=sum(one.until >= day for one in protected),
            managers=self._managers(code, day),
            mentors=self.mentors.get((day, code), 0),
            hours=self.hours_in(code, day),
        )

    def decisions(self, code: str) -> Pace:
        """What happened in a region by the day, and whom there is to assess."""
        now = capacity_on(self.stretches.get(code, ()), self.question.as_at).demand
        decisions, to_countersign = self.decided.get(code, (0, 0))
        return Pace(decisions=decisions, to_countersign=to_countersign, assessed=now)

    def keeping(self, code: str) -> Pace:
        """The newly qualified whom there is to assess."""
        return Pace(assessed=sum(_keeps(one) for one in self.protected.get(code, {}).values()))

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
    def regions(self) -> dict[int, str]:
        return dict(Query(self.question).tuples(REGIONS))

    @cached_property
    def stretches(self) -> dict[str, list[Stretch]]:
        """People to assess and assessors, by region; the newly qualified are in `protected`."""
        found: dict[str, list[Stretch]] = defaultdict(list)
        for one in recorded(self.question.as_at, self.question.known_at):
            if one.region_id is not None:
                found[self.regions[one.region_id]].append(one)
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

    def _query(self) -> Query:
        return _of_days(self.question, self.days)

    def _held(self, who: str) -> str:
        return HELD.format(known=self.question.known("w"), who=who)


def _of_days(question: Question, days: Sequence[dt.date]) -> Query:
    query = Query(question)
    query.parameters["days"] = list(days)
    return query.define("days", DAYS, once=True)


def _keeps(one: Protection) -> bool:
    """Whether a newly qualified officer keeps their practice tutor assessor."""
    return one.record is not None and one.record.keeps_pta
