"""Charts of reports: the picture and a title that states its finding, both worked out from the rows that are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from pqip.exchange.writing import SUPPRESSED
from pqip.govuk.charts import BarChart, Chart, Curve, LineChart, Series
from pqip.govuk.formats import number, percent
from reports.catalogue.base import Rows
from reports.figures.names import Names


def progress_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Where active and deferred learners stand, by region."""
    counts = ("on_track", "behind", "at_risk")
    sums = _summed([row for row in rows if not _hidden(row, counts)], counts)
    everyone = sum(sum(each.values()) for each in sums.values())
    if not everyone:
        return []
    needing = sum(each["at_risk"] for each in sums.values())
    title = f"{number(needing)} of {number(everyone)} learners need action" if needing else "No learner needs action"
    return [_bars(
        title, f"Active learners and learners on a break by progress, {period}", sums, names,
        {"on_track": "On track", "behind": "Behind", "at_risk": "Needs action"}, stacked=True,
    )]


def countersigning_queue(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Decisions that wait for a countersignature, by region."""
    sums = _summed(rows, ("awaiting_countersignature",))
    waiting = sum(each["awaiting_countersignature"] for each in sums.values())
    if not waiting:
        return []
    oldest = max((row["oldest_waiting_days"] or 0 for row in rows if not _hidden(row, ["oldest_waiting_days"])), default=0)
    title = f"{number(waiting)} decisions wait for a countersignature, the oldest for {number(oldest)} days"
    return [_bars(title, f"Decisions awaiting countersignature by region, {period}", sums, names,
                  {"awaiting_countersignature": "Awaiting countersignature"})]


def vacancy_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Probation officers missing against target, by region, of those shown."""
    whole = [row for row in rows if row["grade"] == "PO" and not row["pdu"] and row["region"] != "NAT"]
    of_grade = [row for row in whole if row["vacancy_rate"] is not None and not _hidden(row, ["vacancy_rate"])]
    if not of_grade:
        return []
    worst = max(of_grade, key=lambda row: row["vacancy_rate"])
    region, rate = names.of("region", worst["region"]), percent(worst["vacancy_rate"])
    short = f"{region} has the highest vacancy rate for probation officers, {rate}"
    title = short if worst["vacancy_rate"] else "No region is short of probation officers"
    labels = [names.of("region", row["region"]) for row in of_grade]
    return [BarChart(
        title=title, subtitle=f"Vacancy rate of probation officers, {period}", unit="%", places=1, labels=labels,
        description=f"One bar for each of {len(labels)} regions whose rate is shown; the table beneath holds the numbers.",
        series=[Series("Vacancy rate", [row["vacancy_rate"] for row in of_grade])],
    )]


def withdrawals_by_quarter(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Withdrawals that are shown, by quarter, the last eight."""
    shown: dict[str, int] = defaultdict(int)
    hidden = set()
    for row in rows:
        if row["withdrawn"] is SUPPRESSED:
            hidden.add(row["quarter"])
        else:
            shown[row["quarter"]] += row["withdrawn"]
    quarters = sorted({row["quarter"] for row in rows})[-8:]
    whole = [quarter for quarter in quarters if quarter not in hidden]
    if not whole:
        return []
    last = whole[-1]
    return [BarChart(
        title=f"{number(shown[last])} learners withdrew in {last}",
        subtitle=f"Learners who withdrew by calendar quarter, {period}",
        description="One bar for each quarter; quarters with suppressed numbers are left out.", labels=whole,
        series=[Series("Withdrawn", [shown[quarter] for quarter in whole])],
    )]


def completion_by_pathway(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Completion rate by pathway, of those shown."""
    known = [row for row in rows if row["breakdown"] == "pathway" and isinstance(row["completion_rate"], float)]
    if not known:
        return []
    best = max(known, key=lambda row: row["completion_rate"])
    pathway, rate = names.of("pathway", best["group"]), percent(best["completion_rate"])
    title = f"{rate} of starters on {pathway} have completed, the highest share"
    return [BarChart(
        title=title, subtitle=f"Share of starters who have completed by pathway at the start, {period}", unit="%", places=1,
        description="One bar for each pathway. Cohorts that are still running have not had time to complete.",
        labels=[names.of("pathway", row["group"]) for row in known],
        series=[Series("Completed", [row["completion_rate"] for row in known])],
    )]


def retained_curves(rows: Rows, names: Names, period: str) -> list[Chart]:
    """The share not withdrawn over time, all starters, with its interval, up to the first share that is not shown."""
    everyone = [row for row in rows if row["breakdown"] == "all"]
    known = list(takewhile(lambda row: isinstance(row["retained_percent"], float), everyone))
    if len(known) < 2:
        return []
    last = known[-1]
    title = f"{percent(last['retained_percent'])} have not withdrawn after {last['month_on_programme']} months"
    points = [(float(row["month_on_programme"]), row["retained_percent"]) for row in known]
    return [LineChart(
        title=title, subtitle=f"Estimated share of starters who have not withdrawn, with 95% limits, {period}", unit="%",
        highest=100,
        description=f"A line that falls from 100% at the start to {percent(last['retained_percent'])} "
                    f"after {last['month_on_programme']} months.",
        curves=[Curve("All starters", points, [row["lower"] for row in known], [row["upper"] for row in known])],
        x_label="Months on the programme", x_ticks=[(x, str(int(x))) for x, _ in points],
    )]


def _summed(rows: Rows, counts: Sequence[str]) -> dict[str, dict[str, int]]:
    """Each region's counts, over its rows that are shown."""
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        own = sums.setdefault(row["region"], dict.fromkeys(counts, 0))
        for name in counts:
            own[name] += row[name] if isinstance(row[name], int) else 0
    return sums


def _bars(
    title: str, subtitle: str, sums: dict[str, dict[str, int]], names: Names, series: dict[str, str], stacked: bool = False,
) -> BarChart:
    return BarChart(
        title=title, subtitle=subtitle, labels=[names.of("region", region) for region in sums], stacked=stacked,
        description=f"One bar for each of {len(sums)} regions; the table beneath holds the numbers.",
        series=[Series(words, [each[name] for each in sums.values()]) for name, words in series.items()],
    )


def _hidden(row: dict[str, object], names: Sequence[str]) -> bool:
    return any(row[name] is SUPPRESSED for name in names)
