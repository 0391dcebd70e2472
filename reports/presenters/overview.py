"""Whether there are going to be enough officers, in words and tables: the first page of a region, of a unit and of the nation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learners.presenters.needs import WORDS
from learners.rules.dates import add_months
from pqip.core.formats import lower_first, month_gov, number, percent, plural
from pqip.govuk.charts import Multiples, Panel
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Cell, Column, Table
from reports.figures.in_post import Total
from reports.figures.numbers import percent as share
from reports.figures.planned_ends import PASSED, UNKNOWN
from reports.presenters.changes import PEOPLE, headline
from reports.presenters.forecast import NO_TARGET, NOT_CLOSED, Shown, between, gap_words
from reports.presenters.forecast_trust import DOUBTED_SHORT, Trust
from reports.queries.waits import CODINGS, PROPOSALS, Waiting
from reports.rules.changes import Change
from reports.rules.forecast_units import UnitQuarter

OFFICERS = "probation officers (FTE)"
NOT_CLOSING = "Not within five years"
#: Quarters shown of a unit, and months between the points of a small chart.
QUARTERS, STEP = 8, 3
#: Why rows stand where they do.
ORDER = (
    "Regions that do not reach their target for good within five years come first, the largest gap at the top. Then "
    "come those whose gap closes, again by its size, then those that meet their target, then those without a target."
)
WAITS = {
    PROPOSALS: "Withdrawals to approve",
    CODINGS: "Coding of withdrawals to check",
    **{code: WORDS[code].title for code in ("board", "undecided", "no_offer")},
}


def others_decide(waits: Sequence[Waiting]) -> str:
    """What waits in the place for somebody other than the reader; empty where nothing does."""
    said = [f"{lower_first(WAITS[one.code])}: {number(one.number)}" for one in waits if one.number]
    return f"Waiting for others here: {'; '.join(said)}." if said else ""


@dataclass(frozen=True)
class Standing:
    """A place with what its page says: today's total of officers, its forecast, what changed, who waits.

    `ahead`: None where no forecast is kept, or nothing is known of its officers. `waiting`: None for who may not see them.
    """

    code: str
    name: str
    total: Total | None
    ahead: Shown | None = None
    changed: Sequence[Change] = ()
    waiting: int | None = None
    trust: Trust | None = None

    @property
    def gap(self) -> float | None:
        """Target less who is in post today; None where either is not known."""
        return gap_of(self.total)

    @property
    def rank(self) -> tuple[int, float, str]:
        """Where it stands in the order that `ORDER` says."""
        gap = self.gap
        if gap is None:
            return (3, 0.0, self.name)
        closes = None if self.ahead is None else self.ahead.place.gap_closes_in
        if gap <= 0 and (closes == 1 or self.ahead is None):
            return (2, -gap, self.name)
        return (0 if self.ahead is not None and closes is None else 1, -gap, self.name)


def gap_of(total: Total | None) -> float | None:
    """Target less who is in post; None where either is not known."""
    if total is None or total.fte is None or total.target_fte is None:
        return None
    return _exact(total.target_fte - total.fte)


def unit_position_words(total: Total | None) -> str:
    """The same of a unit, which has a target of its own or none."""
    said = position_words(total)
    is_alone = total is not None and total.fte is not None and total.target_fte is None
    return f"{said} No target is set for this unit." if is_alone else said


def position_words(total: Total | None) -> str:
    """How many officers are in post against the target, today."""
    if total is None or (total.fte is None and total.target_fte is None):
        return "Nothing is on record of probation officers here: no posts and no target."
    if total.fte is None:
        return f"The target is {number(total.target_fte)} {OFFICERS}. Nothing says who is in post."
    if total.target_fte is None:
        return f"{number(total.fte)} {OFFICERS} are in post."
    gap, target = _exact(total.target_fte - total.fte), number(total.target_fte)
    if gap < 0:
        return f"{number(total.fte)} {OFFICERS} are in post, {number(-gap)} more than the target of {target}."
    of_target = f"{number(total.fte)} of {target} {OFFICERS} are in post."
    if not gap:
        return f"{of_target} The target is met."
    return f"{of_target} The gap is {number(gap)} ({percent(share(gap, total.target_fte))} of the target)."


def _exact(value: float) -> float:
    """A difference of hundredths without what binary fractions add to it."""
    return round(value, 2)


def source_words(total: Total | None) -> str:
    """What says who is in post."""
    if total is None or total.fte is None:
        return ""
    if total.on_record:
        return "Who is in post is counted from records."
    return "Who is in post is the total last returned: the records here are not declared complete."


def closes_words(one: Standing) -> str:
    """When the gap closes, for a cell: *March 2028*."""
    ahead = one.ahead
    if ahead is None:
        return "Nothing on record" if one.total is None else "Not worked out yet"
    if gap_words(ahead) == NO_TARGET:
        return "No target"
    if one.trust is not None and one.trust.is_doubtful:
        return DOUBTED_SHORT
    closes = ahead.place.gap_closes_in
    if closes is None:
        return NOT_CLOSING if gap_words(ahead) == NOT_CLOSED else "Reached, and missed again"
    return "Met" if closes == 1 and (one.gap or 0) <= 0 else ahead.month(closes)


def grades_table(totals: Mapping[str, Total]) -> Table:
    """In post against target by grade, of those about which anything is known."""
    columns = [
        Column("Grade"),
        *(Column(label, numeric=True) for label in ("Target (FTE)", "In post (FTE)", "Gap (FTE)")),
    ]
    rows = [
        [
            _begins(PEOPLE[grade][1]),
            number(total.target_fte),
            number(total.fte),
            number(gap_of(total)),
        ]
        for grade, total in totals.items()
    ]
    return Table(
        "In post against target",
        columns,
        rows,
        note="Gap: target less in post; with a minus, more than the target. Blank: no target is set, or nothing says who is in "
        "post.",
        empty=Empty(
            "Nothing is on record.", "Posts and targets appear here once they are recorded."
        ),
    )


def _begins(words: str) -> str:
    return words[:1].upper() + words[1:]


def regions_table(
    standings: Sequence[Standing], month: dt.date, addresses: Mapping[str, str]
) -> Table:
    """A row for each place, in the order that `ORDER` says."""
    ahead = next((one.ahead for one in standings if one.ahead), None)
    quarter = ahead.place.quarters[0] if ahead and ahead.place.quarters else None
    of_quarter = (
        f" ({between(ahead, quarter.first_month, quarter.last_month)})" if ahead and quarter else ""
    )
    counts_waiting = any(one.waiting is not None for one in standings)
    columns = [
        Column("Region"),
        *(
            Column(label, numeric=True)
            for label in ("Target (FTE)", "In post (FTE)", "Gap (FTE)", "Gap (% of target)")
        ),
        Column("When the gap closes"),
        *(
            Column(label, numeric=True)
            for label in (
                "Expected to qualify in a year",
                f"Next quarter{of_quarter}, low to high",
                "Expected to leave in a year",
            )
        ),
        Column(f"Largest change in {month_gov(month)}"),
        *([Column("Waiting for a decision today", numeric=True)] if counts_waiting else []),
    ]
    rows = [
        [*_region(one, addresses), *([number(one.waiting)] if counts_waiting else [])]
        for one in standings
    ]
    return Table("Each region", columns, rows, empty=Empty("There are no regions."))


def _region(one: Standing, addresses: Mapping[str, str]) -> list[object]:
    total, gap = one.total, one.gap
    months = one.ahead.place.months[:12] if one.ahead else ()
    quarters = one.ahead.place.quarters if one.ahead else ()
    target = total.target_fte if total else None
    return [
        Cell(one.name, url=addresses[one.code]),
        number(target),
        number(total.fte if total else None),
        "" if gap is None else number(gap),
        "" if gap is None or not target else number(share(gap, target)),
        Cell(closes_words(one), second=_held_words(one)),
        number(sum(each.expected_qualifying for each in months), 0) if months else "",
        f"{number(quarters[0].qualifying_p10, 0)} to {number(quarters[0].qualifying_p90, 0)}"
        if quarters
        else "",
        number(sum(each.expected_leaving for each in months), 0) if months else "",
        headline(one.changed[0]) if one.changed else "None",
    ]


def _held_words(one: Standing) -> str:
    """How often a region's forecast was right, under the month that it names; empty where it names none of its own accord."""
    if one.ahead is None or one.trust is None or one.trust.held is None:
        return ""
    return f"Range {one.trust.in_short()}"


def multiples(
    standings: Sequence[Standing],
    was: Mapping[tuple[dt.date, str, str], Total],
    days: Sequence[dt.date],
    today: dt.date,
    addresses: Mapping[str, str],
) -> list[Multiples]:
    """In post as a share of the target, by place: quarter ends up to today, then the middle and the range of the forecast."""
    panels = [
        Panel(
            one.name,
            _panel_words(one),
            _past(one, was, days, today),
            *_ahead(one),
            url=addresses[one.code],
        )
        for one in standings
    ]
    if not any(panel.is_drawn for panel in panels):
        return []
    return [
        Multiples(
            title=_finding(standings),
            subtitle=(
                "Probation officers in post (FTE) as a percentage of the region’s own target, so that all have the same scale. "
                "The black line is the target. A dashed line is the middle of the forecast, its band the range of four in five "
                "outcomes."
            ),
            description="A small chart for each region.",
            unit="%",
            places=0,
            panels=panels,
            x_ticks=[
                (float(months), f"{add_months(today, months):%Y}") for months in (-24, 0, 24, 48)
            ],
        )
    ]


def _finding(standings: Sequence[Standing]) -> str:
    """How many places do not reach their target or, where no forecast is kept, are below it."""
    ahead = [one.ahead.place for one in standings if one.ahead]
    with_target = [one for one in ahead if one.months[-1].gap_median is not None]
    if with_target:
        never = sum(one.gap_closes_in is None for one in with_target)
        many = plural(len(with_target), "region")
        return f"{number(never)} of {many} with a target {_do(never)} not reach it for good within five years"
    gaps = [one.gap for one in standings if one.gap is not None]
    below = sum(gap > 0 for gap in gaps)
    return f"{number(below)} of {plural(len(gaps), 'region')} with a target {'is' if below == 1 else 'are'} below it"


def _do(people: int) -> str:
    return "does" if people == 1 else "do"


def _past(
    one: Standing,
    was: Mapping[tuple[dt.date, str, str], Total],
    days: Sequence[dt.date],
    today: dt.date,
) -> list[tuple[float, float]]:
    found = []
    for day in days:
        total = was.get((day, one.code, "PO"))
        if total and total.fte is not None and total.target_fte:
            months = (day.year - today.year) * 12 + day.month - today.month
            found.append((float(months), 100 * total.fte / total.target_fte))
    return found


def _ahead(one: Standing) -> tuple[list[tuple[float, float]], list[float], list[float]]:
    """The middle and the limits, every `STEP` months from the first."""
    months = [
        each
        for each in (one.ahead.place.months[STEP - 1 :: STEP] if one.ahead else ())
        if each.target_fte
    ]
    targets = [each.target_fte or 1.0 for each in months]
    of = list(zip(months, targets, strict=True))
    return (
        [(float(each.month), 100 * each.in_post_median / target) for each, target in of],
        [100 * each.in_post_p10 / target for each, target in of],
        [100 * each.in_post_p90 / target for each, target in of],
    )


#: Percentages of the target: reached, and what rounds to it.
FULL, FEW_SHORT = 100, 99.5


def _panel_words(one: Standing) -> str:
    total = one.total
    if total is None or (total.fte is None and total.target_fte is None):
        return "Nothing is on record."
    if total.target_fte is None:
        return "No target is set."
    if total.fte is None:
        return "Nothing says who is in post."
    said = f"{percent(share(total.fte, total.target_fte), 0)} of the target"
    last = one.ahead.place.months[-1] if one.ahead else None
    if last is None or not last.target_fte:
        return f"{said}."
    return f"{said}, {of_target(100 * last.in_post_median / last.target_fte)} in five years."


def of_target(percentage: float) -> str:
    """A percentage of the target, whole. A place a few posts short has not reached it, which a rounded 100% would say."""
    return "just under 100%" if FEW_SHORT <= percentage < FULL else percent(percentage, 0)


#: Where the nation's total is not that of its regions.
NATIONAL_ALONE = "These are national figures: of no region are both posts and target known."


def nation_of(
    totals: Mapping[str, Total | None], national: Total | None
) -> tuple[Total | None, str]:
    """The nation's total of officers, and what it leaves out.

    It is the sum of the regions of which posts and target are known, against the national target where one is set and all of
    them are. Where nothing is known of any, it is the national figure, of which no forecast is.
    """
    known = {
        code: total
        for code, total in totals.items()
        if total is not None and total.fte is not None and total.target_fte is not None
    }
    if not known:
        return national, NATIONAL_ALONE if national else "Nothing is known of any region."
    fte = sum(total.fte or 0 for total in known.values())
    target = sum(total.target_fte or 0 for total in known.values())
    whole = len(known) == len(totals)
    if whole and national is not None and national.target_fte is not None:
        target = national.target_fte
    on_record = all(total.on_record for total in known.values())
    left_out = (
        ""
        if whole
        else f"This is of {len(known)} of {plural(len(totals), 'region')}: of the others posts or target are not known."
    )
    return Total(round(fte, 2), None, round(target, 2), on_record), left_out


def unit_table(
    ends: Mapping[dt.date | str, int], quarters: Sequence[UnitQuarter] | None, as_at: dt.date
) -> Table:
    """A unit's learners by the quarter of their planned end, and how many are expected to qualify in it."""
    first = dt.date(as_at.year, 3 * ((as_at.month - 1) // 3) + 1, 1)
    expected = {_quarter(as_at, one.first_month): one for one in quarters or ()}
    columns = [
        Column("Quarter"),
        Column("Planned to finish", numeric=True),
        *(
            Column(label, numeric=True)
            for label in ("Qualify, low", "Qualify, middle", "Qualify, high")
            if quarters is not None
        ),
    ]
    rows: list[list[object]] = [
        [
            f"{begins:%b %Y} to {add_months(begins, 2):%b %Y}",
            number(ends.get(begins, 0)),
            *(_range(expected.get(begins)) if quarters is not None else ()),
        ]
        for begins in (add_months(first, 3 * nth) for nth in range(QUARTERS + 1))
        if begins in ends or begins in expected
    ]
    nothing = ("",) * 3 if quarters is not None else ()
    after = add_months(first, 3 * (QUARTERS + 1))
    later = sum(people for key, people in ends.items() if isinstance(key, dt.date) and key >= after)
    if later:
        rows.append([f"{after:%b %Y} or later", number(later), *nothing])
    for key, words in ((PASSED, "Planned end has passed"), (UNKNOWN, "Planned end not known")):
        if ends.get(key):
            rows.insert(0, [words, number(ends[key]), *nothing])
    return Table(
        "Who is planned to finish and who is expected to qualify",
        columns,
        rows if any(ends.values()) else [],
        note="People on the programme here on the day, at the rates of their region; places planned are the region’s, and not "
        "counted. Low and high: in one of ten outcomes fewer, in one of ten more."
        if quarters is not None
        else "People on the programme here on the day.",
        empty=Empty("Nobody here is on the programme."),
    )


def _quarter(as_at: dt.date, month: int) -> dt.date:
    day = add_months(as_at.replace(day=1), month)
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _range(one: UnitQuarter | None) -> tuple[str, str, str]:
    if one is None:
        return ("", "", "")
    return (
        number(one.qualifying_p10, 0),
        number(one.qualifying_median, 0),
        number(one.qualifying_p90, 0),
    )
