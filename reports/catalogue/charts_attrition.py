"""Charts of who stays and who leaves: survival with its band and how many are followed, cohorts compared, tenure, retention.

What a title compares, it compares at one time that every group has reached; it names no highest and no lowest of groups that
are still running.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any

from pqip.core.formats import lower_first, number, percent, plural
from pqip.exchange.writing import SUPPRESSED
from pqip.govuk.charts import BarChart, Beneath, Chart, Curve, LineChart, Series
from pqip.govuk.charts.base import MOST
from reports.catalogue.base import Rows
from reports.figures.names import Names
from reports.figures.tenure_of_leavers import BANDS, LATER

#: Groups are compared at this month, once they have been followed so long, and where so many were followed from the start.
COMPARED_AT, LEAST = 12, 10


@dataclass(frozen=True)
class Told:
    """The words of a chart of who stays: the column of months, who they are, what they have not done, and the scale."""

    month: str
    who: str
    everybody: str
    stayed: str
    share_of: str
    scale: str


ON_PROGRAMME = Told(
    "month_on_programme",
    "starters",
    "All starters",
    "had not withdrawn",
    "Estimated share of starters who have not withdrawn",
    "Months on the programme",
)
QUALIFIED = Told(
    "months_since_qualifying",
    "those who qualified",
    "All who qualified",
    "were still in the Service",
    "Estimated share of those who qualified who are still in the Service",
    "Months since qualifying",
)


def retained_curves(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the charts of the share not withdrawn over time: of all starters, and of cohorts compared."""
    return [
        *_of_everybody(rows, period, ON_PROGRAMME),
        *_compared(rows, names, period, ON_PROGRAMME, "cohort"),
    ]


def still_in_the_service(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the charts of the share still in the Service after qualifying: of everybody, and of cohorts compared."""
    return [
        *_of_everybody(rows, period, QUALIFIED),
        *_compared(rows, names, period, QUALIFIED, "cohort"),
    ]


def _of_everybody(rows: Rows, period: str, told: Told) -> list[Chart]:
    """Return the chart of everybody with its interval and how many are followed, up to the first hidden share."""
    known = _shown([row for row in rows if row["breakdown"] == "all"])
    if len(known) < 2:
        return []
    last = known[-1]
    months, stayed = last[told.month], percent(last["retained_percent"])
    points = _points(known, told)
    return [
        LineChart(
            title=f"{stayed} of {told.who} {told.stayed} after {months} months",
            subtitle=f"{told.share_of}, with 95% limits ({percent(last['lower'])} to {percent(last['upper'])} at the end), "
            f"{period}",
            unit="%",
            highest=100,
            description=f"A line that falls from {percent(known[0]['retained_percent'])} at the start to {stayed} after "
            f"{months} months, in a band of its 95% limits. Beneath it, how many are still followed at each point.",
            curves=[
                Curve(
                    told.everybody,
                    points,
                    [row["lower"] for row in known],
                    [row["upper"] for row in known],
                )
            ],
            x_label=told.scale,
            x_ticks=[(x, str(int(x))) for x, _ in points],
            beneath=[
                Beneath(
                    "Still followed",
                    [(x, _count(row)) for (x, _), row in zip(points, known, strict=True)],
                )
            ],
        )
    ]


def _compared(rows: Rows, names: Names, period: str, told: Told, breakdown: str) -> list[Chart]:
    """Return the chart of the latest groups of a breakdown that have been followed for long enough, where there are two."""
    groups = {
        group: _shown(list(own))
        for group, own in groupby(
            (row for row in rows if row["breakdown"] == breakdown),
            key=lambda row: str(row["group"]),
        )
    }
    long_enough = {
        group: own
        for group, own in groups.items()
        if any(row[told.month] == COMPARED_AT for row in own)
        and isinstance(own[0]["number_at_risk"], int)
        and own[0]["number_at_risk"] >= LEAST
        and group != "not_stated"
    }
    latest = sorted(long_enough, key=lambda group: _begun(groups[group]))[-MOST:]
    if len(latest) < 2:
        return []
    then = [
        row["retained_percent"]
        for group in latest
        for row in groups[group]
        if row[told.month] == COMPARED_AT
    ]
    low, high = percent(min(then)), percent(max(then))
    between = low if low == high else f"{low} to {high}"
    longest = max(groups[group][-1][told.month] for group in latest)
    step = groups[latest[0]][1][told.month]
    return [
        LineChart(
            title=f"After {COMPARED_AT} months, {between} of {told.who} {told.stayed} in {len(latest)} {breakdown}s",
            subtitle=f"{told.share_of}, of the latest {breakdown}s followed for {COMPARED_AT} months or more with at least "
            f"{LEAST} people, {period}. Small {breakdown}s differ by chance.",
            unit="%",
            highest=100,
            description=f"A line for each of {len(latest)} {breakdown}s, as far as each has been followed. Beneath them, how "
            "many are still followed at each point.",
            curves=[
                Curve(names.of(breakdown, group), _points(groups[group], told)) for group in latest
            ],
            x_label=told.scale,
            x_ticks=[(float(month), str(month)) for month in range(0, longest + 1, step)],
            has_key=True,
            beneath=[
                Beneath(
                    f"Still followed, {names.of(breakdown, group)}",
                    [(float(row[told.month]), _count(row)) for row in groups[group]],
                )
                for group in latest
            ],
        )
    ]


def tenure_of_all(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of the withdrawals shown by time on the programme, over regions and pathways."""
    told = [row for row in rows if isinstance(row["withdrawn"], int)]
    everyone = sum(row["withdrawn"] for row in told)
    if not everyone:
        return []
    order = [*BANDS, LATER, "other_reasons", "several"]
    sums = dict.fromkeys(order, 0)
    for row in told:
        sums[row["band"]] += row["withdrawn"]
    bands = [band for band in order if band in BANDS or sums[band]]
    early = sum(sums[band] for band in ("week", "month", "3_months"))
    merged = any(band in ("other_reasons", "several") for band in bands) or len(told) < len(rows)
    finding = f"{number(early)} of {plural(everyone, 'learner')} who withdrew did so within three months of starting"
    return [
        BarChart(
            title=f"Of the numbers shown: {lower_first(finding)}" if merged else finding,
            subtitle=f"Learners who withdrew, by time on the programme, {period}",
            description="One bar for each band of time on the programme; numbers not shown are left out.",
            labels=[names.of("band", band) for band in bands],
            series=[Series("Withdrawn", [sums[band] for band in bands])],
        )
    ]


def _shown(rows: Rows) -> Rows:
    """Return the rows up to the first hidden share."""
    return list(takewhile(lambda row: isinstance(row["retained_percent"], float), rows))


def _points(rows: Rows, told: Told) -> list[tuple[float, float]]:
    return [(float(row[told.month]), row["retained_percent"]) for row in rows]


def _count(row: dict[str, Any]) -> str:
    return "–" if row["number_at_risk"] is SUPPRESSED else number(row["number_at_risk"])


def _begun(rows: Rows) -> tuple[str, str]:
    """Return the day on which a group began, where the rows say it, and its code: by these groups are in order."""
    return str(rows[0].get("began", "")), str(rows[0]["group"])
