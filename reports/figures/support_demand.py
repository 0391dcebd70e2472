"""What the supply forecast asks of the service by quarter, against what is there: the report's rows, and those of a *what if*."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from assessments.facts.capacity_demand import VQ3_MONTHS, usual_caseload
from assessments.facts.countersigning_capacity import minutes
from learners.facts.qualified import protected_months
from reports.derived.forecasts import Answered, at_once, forecast_of, inputs_of
from reports.derived.joining import joining_of
from reports.derived.support_there import recorded_on
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import tenths
from reports.figures.settings import AWARD_MONTHS, LEARNERS_PER_MANAGER, PEOPLE_PER_MENTOR
from reports.figures.supply_forecast import WITHIN
from reports.figures.support_there import Recorded, last_days, universities
from reports.rules.forecast_answers import NATION, Forecast, Place
from reports.rules.forecast_demand import (
    HOURS,
    RESOURCES,
    UNITS,
    Ahead,
    Need,
    Ratios,
    There,
    needs,
    promoted,
    quarters,
)

ASSESSOR = "PTA"


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
        days = {_name(day): day for day in self.days}
        return [
            _row(NATION, of[0], self._once(days[of[0]], sums[of]))
            if of[1] == HOURS
            else _summed(of[0], sums[of])
            for of in ordered
        ]

    def _once(self, day: dt.date, found: Sequence[Need]) -> Need:
        """Hours of countersigning: each countersigner's once."""
        needed = sum(one.needed for one in found)
        return replace(found[0], needed=needed, there=self.recorded.hours[day])

    def _needs(self, code: str, place: Place) -> list[tuple[str, list[Need]]]:
        pace = replace(
            self.recorded.pace[code],
            joining=self.joining.get(code, 0.0),
            promoted=promoted(self.answered.forecast.assumptions, code, ASSESSOR),
        )
        return [
            (
                _name(day),
                needs(Ahead(place, quarter.last_month, pace, self.ratios, self._there(code, day))),
            )
            for quarter, day in zip(quarters(place), self.days, strict=True)
        ]

    @cached_property
    def ratios(self) -> Ratios:
        return ratios()

    @cached_property
    def joining(self) -> dict[str, float]:
        question = self.question
        return joining_of(
            self.answered.forecast.digest, lambda: inputs_of(question.as_at, question.known_at)
        )

    @cached_property
    def recorded(self) -> Recorded:
        return recorded_on(self.question)

    @cached_property
    def universities(self) -> dict[tuple[dt.date, str], str]:
        return universities(self.question, self.days)

    @cached_property
    def days(self) -> list[dt.date]:
        return last_days(self.question.as_at)

    def _there(self, code: str, day: dt.date) -> There:
        found = self.recorded.there[code, day]
        return replace(found, university=self.universities.get((day, code), ""))


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


def _name(day: dt.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


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
