"""How often the forecast was right: as it would have been made 6, 12 and 24 months ago from what was known then, and what came.

A region whose record was not kept here yet has its facts as dated (`known_basis`): what was known of them then is not known now.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from learners.rules.dates import add_months
from pqip.core.clock import LONDON, london, today
from pqip.core.snapshot import once_a_snapshot, safe_known_at
from reports.derived.forecasts import (
    answer_from,
    digest_of,
    forecast_from,
    inputs_of,
    kept_answer,
    last_kept,
    remember,
)
from reports.derived.forecasts import at_once as forecasts_at_once
from reports.figures.asking import Query, Question, Row
from reports.figures.forecast_years import ONE_DAY, months_from
from reports.figures.in_post import Total, totals_on
from reports.figures.numbers import percent, tenths
from reports.figures.supply_forecast import within
from reports.rules.forecast_answers import NATION, Forecast
from reports.rules.forecast_inputs import Inputs
from reports.rules.forecast_scoring import Range
from workforce.facts.opening import is_open, openings

BACKTEST = "backtest"
HORIZONS = (6, 12, 24)
THEN, DATED = "known_then", "dated"
#: Of facts as dated nobody knows when an intake was planned: those that begin within so many months are taken to have been.
PLANNED_AHEAD = 12
REGIONS = "SELECT id, code FROM workforce_region WHERE code <> 'NAT' ORDER BY \"order\", code"
Totals = Mapping[tuple[dt.date, str, str], Total]


@dataclass(frozen=True)
class Held:
    """How many figures that came lay in the range of a place's forecasts of then, and of how many."""

    inside: int
    months: int

    @property
    def percent(self) -> float:
        return percent(self.inside, self.months) or 0.0


@dataclass(frozen=True)
class Look:
    """One region at the end of one month: what came, beside what was forecast so many months before and two plain guesses.

    The nation's is the sum of its regions, in the months in which every one of them is known.
    """

    region: str
    made_at: str
    horizon_months: int
    month: str
    known_basis: str
    in_post: float
    p10: float
    median: float
    p90: float
    unchanged: float
    trend: float | None

    @property
    def inside(self) -> bool:
        """Whether what came lies in the range in which four of five were expected, its ends included."""
        return Range(self.p10, self.median, self.p90).holds(self.in_post)


@once_a_snapshot
def looks(question: Question) -> list[Look]:
    """Every region's, by region, day made and month. Worked out once for what it rests on."""
    opened = _opened(question)
    more = _more(opened, question.grade)
    digest = digest_of(question, BACKTEST, more)
    kept = None if digest is None else kept_answer(BACKTEST, digest, question.grade)
    if kept is None:
        read_at = safe_known_at()
        asked = _Asked(question, opened)
        kept = answer_from(BACKTEST, asked.digest, question.grade, asked.answer)
        if digest is None:
            remember(question, BACKTEST, asked.digest, more, read_at=read_at)
    return [Look(**one) for one in kept]


def held_last_kept(question: Question) -> dict[str, Held] | None:
    """How often each region's forecast was right (and the nation's: all regions together), by the look back that was kept last.

    None where none is. Nothing is worked out, so that a page can show it at once.
    """
    last = last_kept(question, BACKTEST, _more(_opened(question), question.grade))
    if last is None:
        return None
    seen: dict[str, list[bool]] = {}
    for look in (Look(**one) for one in last.answer):
        if look.region != NATION:
            for code in (look.region, NATION):
                seen.setdefault(code, []).append(look.inside)
    return {code: Held(sum(inside), len(inside)) for code, inside in seen.items()}


def at_once(question: Question) -> bool:
    """Whether a page may wait for the answer."""
    return forecasts_at_once(question, BACKTEST, _more(_opened(question), question.grade))


def _more(opened: Mapping[str, Mapping[str, bool]], grade: str) -> str:
    """What it rests on beside facts: which regions were open by when, and the grade looked back at."""
    return hashlib.sha256(repr((sorted(opened.items()), grade)).encode()).hexdigest()[:16]


def _until(question: Question) -> dt.date:
    """The last day looked back at: the day asked about, but none that was not over yet at the instant of the question."""
    present = today() if question.known_at is None else london(question.known_at).date()
    return min(question.as_at, present - ONE_DAY)


def last_month_end(day: dt.date) -> dt.date:
    """The latest month's end that is not after a day."""
    after = day + ONE_DAY
    return after.replace(day=1) - ONE_DAY


def made_at(as_at: dt.date, horizon: int) -> dt.date:
    """The month's end on which a forecast would have been made so many months before the last month's end."""
    return _month_end(last_month_end(as_at), -horizon)


@once_a_snapshot
def _opened(question: Question) -> dict[str, dict[str, bool]]:
    """By day made and region (code), whether its record was kept here by then."""
    since = openings()
    regions = Query(Question(question.as_at, question.known_at)).tuples(REGIONS)
    days = [made_at(_until(question), horizon) for horizon in HORIZONS]
    return {
        day.isoformat(): {code: is_open(since.get(key), day) for key, code in regions}
        for day in days
    }


class _Asked:
    """Everything that a look back rests on, gathered; `answer` forecasts from it."""

    def __init__(self, question: Question, opened: Mapping[str, Mapping[str, bool]]) -> None:
        self.question, self.opened = question, opened
        until = _until(question)
        self.made = {horizon: made_at(until, horizon) for horizon in HORIZONS}
        self.inputs = {horizon: self._inputs(day) for horizon, day in self.made.items()}
        self.before = {horizon: self._before(day) for horizon, day in self.made.items()}
        first, last = self.made[max(HORIZONS)], last_month_end(until)
        ends = [_month_end(first, number) for number in range(1, months_from(first, last) + 1)]
        self.came = totals_on(Question(question.as_at, question.known_at), ends)

    def known_then(self, day: dt.date) -> dt.datetime:
        """The end of a day in London, as far as the question's own instant reaches."""
        end = dt.datetime.combine(day + ONE_DAY, dt.time(), LONDON)
        asked = self.question.known_at
        return min(end, asked) if asked else end

    def is_known(self, day: dt.date, region: str) -> bool:
        return self.opened[day.isoformat()].get(region, False)

    def _inputs(self, day: dt.date) -> Inputs:
        """As it was known then, but for regions whose record was not kept here yet."""
        kinds = set(self.opened[day.isoformat()].values())
        then = inputs_of(day, self.known_then(day)) if True in kinds else None
        dated = inputs_of(day, self.question.known_at, PLANNED_AHEAD) if False in kinds else None
        chosen = []
        for number, one in enumerate((then or dated).regions):  # type: ignore[union-attr]
            known = then if self.is_known(day, one.code) else dated
            chosen.append(known.regions[number])  # type: ignore[union-attr]
        return Inputs(day, tuple(chosen))

    def _before(self, day: dt.date) -> dict[str, tuple[float, float | None]]:
        """By region, who was in post on the day and twelve months before it, by what a forecast of the day rests on."""
        year_before = _month_end(day, -12)
        days, found = [day, year_before], {}
        kinds = set(self.opened[day.isoformat()].values())
        totals = {
            known: totals_on(
                Question(day, self.known_then(day) if known else self.question.known_at), days
            )
            for known in kinds
        }
        for region, known in self.opened[day.isoformat()].items():
            now = totals[known].get((day, region, self.question.grade))
            then = totals[known].get((year_before, region, self.question.grade))
            if now is not None and now.fte is not None:
                before = then.fte if then else None
                found[region] = (now.fte, None if before is None else now.fte - before)
        return found

    @property
    def digest(self) -> str:
        """Of the inputs, of what came, and of what was before."""
        grade = self.question.grade
        came = [
            (day.isoformat(), region, total.fte)
            for (day, region, one), total in sorted(self.came.items())
            if one == grade and region != NATION
        ]
        said = {
            "inputs": [one.digest for one in self.inputs.values()],
            "before": list(self.before.values()),
            "came": came,
            "made": [(day.isoformat(), self.opened[day.isoformat()]) for day in self.made.values()],
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def answer(self) -> list[dict[str, Any]]:
        """Every look, as it is kept."""
        found = {
            horizon: forecast_from(made, self.question.grade).forecast
            for horizon, made in self.inputs.items()
        }
        regions = [one.code for one in self.inputs[HORIZONS[0]].regions]
        return [
            asdict(look)
            for region in (*regions, NATION)
            for horizon in HORIZONS
            for look in self._looks(region, horizon, found[horizon])
        ]

    def _looks(self, region: str, horizon: int, found: Forecast) -> Iterator[Look]:
        day = self.made[horizon]
        regions = [one.code for one in found.regions] if region == NATION else [region]
        before = [self.before[horizon].get(one) for one in regions]
        in_post = _sum([one and one[0] for one in before])
        change = _sum([one and one[1] for one in before])
        if in_post is None:
            return
        for month in found.place(region).months[:horizon]:
            end = _month_end(day, month.month)
            came = _sum([self._came(end, one) for one in regions])
            if came is None:
                continue
            yield Look(
                region=region,
                made_at=day.isoformat(),
                horizon_months=horizon,
                month=f"{end:%Y-%m}",
                known_basis=THEN if all(self.is_known(day, one) for one in regions) else DATED,
                in_post=came,
                p10=month.in_post_p10,
                median=month.in_post_median,
                p90=month.in_post_p90,
                unchanged=in_post,
                trend=None if change is None else in_post + change * month.month / 12,
            )

    def _came(self, day: dt.date, region: str) -> float | None:
        total = self.came.get((day, region, self.question.grade))
        return total.fte if total else None


def _sum(values: Sequence[float | None]) -> float | None:
    """None where one of them is not known."""
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def _month_end(day: dt.date, months: int) -> dt.date:
    """The end of the month so many months after that of a day."""
    return add_months(day.replace(day=1), months + 1) - ONE_DAY


def forecast_backtest(question: Question) -> list[Row]:
    """A row for each region, day made and month after it, by region, by how long ago it was made, and by month."""
    return [
        {
            "region": one.region,
            "grade": question.grade,
            "made_at": dt.date.fromisoformat(one.made_at),
            "horizon_months": one.horizon_months,
            "month": one.month,
            "in_post": tenths(one.in_post),
            "in_post_p10": tenths(one.p10),
            "in_post_median": tenths(one.median),
            "in_post_p90": tenths(one.p90),
            "inside": "yes" if one.inside else "no",
            "known_basis": one.known_basis,
        }
        for one in _within(question)
    ]


def how_often_right(question: Question) -> list[Row]:
    """For each region and horizon, and for all regions within the place: how often what came was inside, and how far off medians
    and two plain guesses were."""
    found = _within(question)
    regions = list(dict.fromkeys(one.region for one in found))
    rows = []
    for region in [*regions, *(["all"] if len(regions) > 1 else [])]:
        for horizon in HORIZONS:
            seen = [
                one
                for one in found
                if one.horizon_months == horizon and region in (one.region, "all")
            ]
            if seen:
                rows.append(_right(question, region, horizon, seen))
    return rows


def _right(question: Question, region: str, horizon: int, seen: list[Look]) -> Row:
    trends = [abs(one.trend - one.in_post) for one in seen if one.trend is not None]
    return {
        "region": region,
        "grade": question.grade,
        "horizon_months": horizon,
        "months": len(seen),
        "inside_percent": percent(sum(one.inside for one in seen), len(seen)),
        "off_by": _mean([abs(one.median - one.in_post) for one in seen]),
        "off_by_unchanged": _mean([abs(one.unchanged - one.in_post) for one in seen]),
        "off_by_trend": _mean(trends),
    }


def _mean(values: list[float]) -> float | None:
    return tenths(sum(values) / len(values)) if values else None


def _within(question: Question) -> list[Look]:
    """Those of regions within the place asked about; the nation's where it is asked about by itself."""
    codes = set(within(question))
    if question.place.everywhere:
        codes.discard(NATION)
    return [one for one in looks(question) if one.region in codes]
