"""The supply forecast in words, pictures and tables: will there be enough officers, when, and what would change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from learners.rules.dates import add_months
from pqip.core.formats import lower_first, month_gov, number, percent, plural
from pqip.govuk.charts import BarChart, Chart, Curve, LineChart, Series
from pqip.govuk.tables import Column, Table
from reports.figures.names import Names
from reports.rules.forecast_answers import OWN, SHARED, Assumption, Effect, Month, Place
from reports.rules.forecast_defaults import USUAL
from reports.rules.forecast_inputs import MONTHS

#: Months after the day that tables show.
AHEAD = (6, 12, 24, 36, 48, 60)
QUARTERS = 8
NO_TARGET = "No target is set, so there is no gap to close."
NOT_CLOSED = "The gap does not close within five years."
#: What each assumption is, in words; `%` says that its values are shares.
SAID = {
    "withdrawn": "Learners who withdraw in a month",
    "left": "Officers who leave in a month",
    "promoted": "Officers promoted in a month",
    "joined": "People who join from elsewhere in a month",
    "breaks_begun": "Learners who begin a break in a month",
    "breaks_ended": "Learners on a break who return in a month",
    "filled": "Planned places that are started",
    "accepted": "People who qualify and take an officer post",
    "moved": "Of those, people who take it in another region",
    "part_time": "Starters who train part time",
    "left_service": "People who withdraw and leave the Service",
    "completed_late": "Months late that learners complete",
    "months_to_post": "Months that people wait for their first officer post",
    "places": "Places planned, a fifth fewer or more",
    "lengths": "Length of the pathways still to start, a fifth shorter or longer",
}
A_NUMBER = {"joined"}
#: Short enough to stand beside a bar.
BESIDE_A_BAR = {
    "withdrawn": "Learners who withdraw",
    "left": "Officers who leave",
    "promoted": "Officers promoted",
    "joined": "People who join",
    "breaks_begun": "Breaks begun",
    "breaks_ended": "Returns from a break",
    "filled": "Places that are started",
    "accepted": "Officer posts taken",
    "moved": "Posts taken elsewhere",
    "completed_late": "Completing late",
    "months_to_post": "Waiting for a post",
    "places": "Places planned",
    "lengths": "Length of pathways",
}
SOURCES = {OWN: "This region’s past", SHARED: "Mostly the nation’s past"}


@dataclass(frozen=True)
class Shown:
    """A place's forecast with the day it is made of and the place's name."""

    place: Place
    as_at: dt.date
    name: str

    @property
    def has_target(self) -> bool:
        """Whether a target is set at the end, so that there is a gap to close."""
        return self.place.months[-1].gap_median is not None

    def month(self, number: int) -> str:
        """A month of the forecast in words: *March 2028*."""
        return month_gov(add_months(self.as_at.replace(day=1), number))


def gap_words(shown: Shown) -> str:
    """Whether and when the middle of the forecast reaches the target for good. Of today it says nothing: whoever is below the
    target today may meet it next month.
    """
    last = shown.place.months[-1]
    if last.gap_median is None:
        return NO_TARGET
    closes = shown.place.gap_closes_in
    if closes is None:
        return _reached_for_a_while(shown) or NOT_CLOSED
    if closes == 1:
        return f"The target is met in {shown.month(1)}, and stays met for five years."
    return f"The gap closes in {shown.month(closes)}."


def _reached_for_a_while(shown: Shown) -> str:
    """That the target is reached and missed again later; empty where it is never reached."""
    reached = [
        one.month
        for one in shown.place.months
        if one.gap_median is not None and one.gap_median <= 0
    ]
    if not reached:
        return ""
    first, last, again = (shown.month(at) for at in (reached[0], reached[-1], reached[-1] + 1))
    if reached[0] > 1:
        return f"The target is reached in {first}, and missed again from {again}."
    met = f"in {first}" if first == last else f"from {first} until {last}"
    return f"The target is met {met}, and missed again from {again}."


def chance_words(shown: Shown) -> str:
    """How likely the target is met in one and in five years; empty without a target."""
    chances = [
        (words, shown.place.months[at - 1].probability_target_met)
        for words, at in (("in a year", 12), ("in five years", 60))
    ]
    told = [
        f"{percent(100 * chance, 0)} {words}" for words, chance in chances if chance is not None
    ]
    return f"Chance of meeting the target: {' and '.join(told)}." if told else ""


def planned_words(shown: Shown) -> str:
    """Where the plan of intakes ends before the forecast does, since fewer qualify after it only for want of a plan."""
    until = shown.place.planned_until
    if until is None:
        return "No intake is planned from here on. Nobody qualifies who has not started yet."
    if until >= MONTHS - 12:
        return ""
    return (
        f"The last intake planned starts in {shown.month(until)}. No later ones are planned yet, so fewer qualify "
        "towards the end. Choose “Repeat the planned intakes” under What if to see it otherwise."
    )


def in_post_chart(
    shown: Shown, grade: str, others: Sequence[tuple[str, Place]] = (), title: str = ""
) -> Chart:
    """In post by month with the range in which four of five outcomes lie, the target, and the middle of each *what if*.

    `title`: where it is not whether and when the gap closes.
    """
    months = shown.place.months
    curves = [
        Curve(
            "In post",
            [(float(one.month), one.in_post_median) for one in months],
            [one.in_post_p10 for one in months],
            [one.in_post_p90 for one in months],
        )
    ]
    targets = [(float(one.month), one.target_fte) for one in months if one.target_fte is not None]
    if targets:
        curves.append(Curve("Target", targets, step=True))
    curves += [
        Curve(name, [(float(one.month), one.in_post_median) for one in place.months])
        for name, place in others
    ]
    return LineChart(
        title=title or gap_words(shown),
        subtitle=f"{grade} in post (FTE), {shown.name}: the middle, and the range of four in five outcomes",
        description=f"From {_fte(months[0].in_post_median)} FTE next month to {_fte(months[-1].in_post_median)} in five years.",
        places=0,
        curves=curves[:4],
        x_label="Month",
        x_ticks=[(float(at), short(shown.as_at, at)) for at in (1, 12, 24, 36, 48, 60)],
    )


def short(as_at: dt.date, at: int) -> str:
    """A month of the forecast as an axis has it: *Mar 2028*."""
    return f"{add_months(as_at.replace(day=1), at):%b %Y}"


def years_table(shown: Shown) -> Table:
    """In post against target at the months that people ask about."""
    columns = [
        Column("Month"),
        *(
            Column(label, numeric=True)
            for label in (
                "Target (FTE)",
                "In post, low",
                "In post, middle",
                "In post, high",
                "Gap, middle",
                "Chance that the target is met (%)",
            )
        ),
    ]
    rows = [_year(shown, shown.place.months[at - 1]) for at in AHEAD]
    note = "Low and high: in one of ten outcomes fewer, in one of ten more are in post."
    return Table("In post against target", columns, rows, note=note)


def _year(shown: Shown, month: Month) -> list[object]:
    chance = month.probability_target_met
    return [
        shown.month(month.month),
        "" if month.target_fte is None else _fte(month.target_fte),
        *(_fte(one) for one in (month.in_post_p10, month.in_post_median, month.in_post_p90)),
        "" if month.gap_median is None else _fte(month.gap_median),
        "" if chance is None else number(100 * chance, 0),
    ]


def quarters_table(shown: Shown) -> Table:
    """People expected to qualify and to leave, by quarter."""
    columns = [
        Column("Quarter"),
        *(
            Column(label, numeric=True)
            for label in ("Qualify, low", "Qualify, middle", "Qualify, high", "Expected to leave")
        ),
    ]
    rows = [
        [
            between(shown, one.first_month, one.last_month),
            *(
                number(value, 0)
                for value in (one.qualifying_p10, one.qualifying_median, one.qualifying_p90)
            ),
            number(one.expected_leaving, 0),
        ]
        for one in shown.place.quarters[:QUARTERS]
    ]
    return Table("Who is expected to qualify and to leave", columns, rows)


def between(shown: Shown, first: int, last: int) -> str:
    """The months of a quarter, of which the first of a forecast may have one alone: *Jan 2028 to Mar 2028*."""
    begins, ends = short(shown.as_at, first), short(shown.as_at, last)
    return begins if first == last else f"{begins} to {ends}"


def right_words(rows: Sequence[dict]) -> str:
    """How often what came lay in the range, over all horizons together; what should have been beside it."""
    months = sum(one["months"] for one in rows)
    if not months:
        return "Nothing is known yet of how often the forecast was right: it takes six months of records."
    inside = sum(one["inside_percent"] * one["months"] for one in rows) / months
    return (
        f"Made 6, 12 and 24 months ago, the forecast’s range would have held {percent(inside, 0)} of the "
        f"{plural(months, 'figure')} that came (one for each region and month). It should hold 80%."
    )


def right_table(rows: Sequence[dict]) -> Table:
    """How often the forecast was right, beside two plain guesses."""
    columns = [
        Column("Made"),
        *(
            Column(label, numeric=True)
            for label in (
                "Months looked at",
                "Inside the range (%)",
                "Off by (FTE)",
                "Nothing changes: off by",
                "Last year’s change again: off by",
            )
        ),
    ]
    rows_shown = [
        [
            f"{one['horizon_months']} months ago",
            one["months"],
            number(one["inside_percent"], 0),
            *(number(one[name], 1) for name in ("off_by", "off_by_unchanged", "off_by_trend")),
        ]
        for one in rows
    ]
    note = "Off by: how far the middle was from what came, on average. The last two columns are guesses that anybody can make."
    return Table("How often we were right", columns, rows_shown, note=note)


def effects_chart(shown: Shown, found: Sequence[Effect], horizon: int) -> list[Chart]:
    """What matters most: by how many officers each assumption moves the number in post, the largest first."""
    if not found:
        return []
    return [
        BarChart(
            title=f"What matters most: {lower_first(SAID[found[0].name])}",
            subtitle=f"The most by which it moves the officers in post (FTE), {shown.name}, {shown.month(horizon)}",
            description="A bar for each assumption; the table beneath says what comes of it low and high.",
            places=0,
            labels=[BESIDE_A_BAR[one.name] for one in found],
            series=[Series("Moves by (FTE)", [one.size for one in found])],
        )
    ]


def _moves(effect: Effect) -> tuple[float, float]:
    return effect.in_post_low - effect.in_post, effect.in_post_high - effect.in_post


def effects_table(found: Sequence[Effect]) -> Table:
    """Each assumption low and high, and by how many officers it moves the number in post."""
    columns = [
        Column("What is assumed"),
        *(
            Column(label, numeric=True)
            for label in ("Low", "High", "Change when low (FTE)", "Change when high (FTE)")
        ),
    ]
    rows = [
        [
            SAID[one.name],
            _level(one.name, one.low),
            _level(one.name, one.high),
            *(f"{number(move, 1)}" for move in _moves(one)),
        ]
        for one in found
    ]
    return Table(
        "What matters most",
        columns,
        rows,
        note="Change: officers in post more, or with a minus fewer, than the middle.",
    )


def assumptions_table(found: Sequence[Assumption], names: Names) -> Table:
    """What the forecast assumes, in words, each with its range and where it comes from."""
    columns = [
        Column("What is assumed"),
        Column("Of whom"),
        Column("Low", numeric=True),
        Column("Middle", numeric=True),
        Column("High", numeric=True),
        Column("Seen"),
        Column("Where it comes from"),
    ]
    rows = [
        [
            SAID[one.name],
            names.of("pathway", one.part)
            if one.name == "withdrawn"
            else names.of("grade", one.part),
            *(_level(one.name, value) for value in (one.p10, one.median, one.p90)),
            f"{number(one.events)} of {number(one.exposure, 0)}",
            SOURCES.get(one.source) or USUAL[one.name].said,
        ]
        for one in found
    ]
    return Table(
        "What is assumed",
        columns,
        rows,
        note="Seen: how often it happened here, of how many months of people, or people or places.",
    )


def _level(name: str, value: float) -> str:
    if name in A_NUMBER:
        return number(value, 2)
    if name in ("completed_late", "months_to_post"):
        return number(value, 1)
    return f"{number(100 * value, 1)}%"


def comparison_table(shown: Shown, others: Sequence[tuple[str, Place]]) -> Table:
    """The plan and each *what if* side by side."""
    places = [
        ("As planned", shown),
        *((name, replace(shown, place=place)) for name, place in others),
    ]
    columns = [Column("What"), *(Column(name, numeric=True) for name, _ in places)]
    rows: list[list[object]] = [
        ["When the gap closes", *(gap_words(one).removesuffix(".") for _, one in places)]
    ]
    for at in (12, 24, 36, 60):
        rows.append(
            [
                f"In post in {shown.month(at)} (FTE, middle)",
                *(_fte(one.place.months[at - 1].in_post_median) for _, one in places),
            ]
        )
    for at in (24, 60):
        chances = [one.place.months[at - 1].probability_target_met for _, one in places]
        rows.append(
            [
                f"Chance that the target is met in {shown.month(at)}",
                *("" if one is None else percent(100 * one, 0) for one in chances),
            ]
        )
    qualify = [sum(one.expected_qualifying for one in of.place.months) for _, of in places]
    rows.append(["Expected to qualify in five years", *(number(one, 0) for one in qualify)])
    return Table("Side by side", columns, rows)


def _fte(value: float) -> str:
    return number(value, 0)
