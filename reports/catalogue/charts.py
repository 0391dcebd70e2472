"""Charts of reports: the picture and a title that states its finding, both worked out from the rows that are shown.

A title says no more than the rows bear out. What is *highest* is so among two or more that may be compared, that have finished
and that are shown, and alone; where something is not shown, the title speaks of what is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from pqip.exchange.writing import SUPPRESSED
from pqip.govuk.charts import BarChart, Chart, Curve, LineChart, Series
from pqip.govuk.formats import lower_first, number, percent, plural
from reports.catalogue.base import Rows
from reports.figures.names import Names


def progress_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Where active and deferred learners stand, by region."""
    counts = ("on_track", "behind", "at_risk")
    whole = [row for row in rows if not _hidden(row, counts)]
    sums = _summed(whole, counts)
    everyone = sum(sum(each.values()) for each in sums.values())
    if not everyone:
        return []
    needing = sum(each["at_risk"] for each in sums.values())
    title = f"{number(needing)} of {plural(everyone, 'learner')} {'needs' if needing == 1 else 'need'} action"
    title = _of_shown("learners", len(whole) < len(rows), title if needing else "No learner needs action")
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
    known = [row["oldest_waiting_days"] for row in rows if isinstance(row["oldest_waiting_days"], int)]
    title = f"{plural(waiting, 'decision')} {'waits' if waiting == 1 else 'wait'} for a countersignature"
    title += f", the oldest for {plural(max(known), 'day')}" if known else ""
    title = _of_shown("decisions", any(_hidden(row, ["awaiting_countersignature"]) for row in rows), title)
    return [_bars(title, f"Decisions awaiting countersignature by region, {period}", sums, names,
                  {"awaiting_countersignature": "Awaiting countersignature"})]


def vacancy_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Probation officers missing against target, by region, of those shown."""
    whole = [row for row in rows if row["grade"] == "PO" and not row["pdu"] and row["region"] != "NAT"]
    of_grade = [row for row in whole if row["vacancy_rate"] is not None and not _hidden(row, ["vacancy_rate"])]
    if not of_grade:
        return []
    title = _of_shown("regions", len(of_grade) < len(whole), _vacancies(of_grade, names))
    labels = [names.of("region", row["region"]) for row in of_grade]
    return [BarChart(
        title=title, subtitle=f"Vacancy rate of probation officers, {period}", unit="%", places=1, labels=labels,
        description=f"A bar for each of {plural(len(labels), 'region')} shown; the table beneath holds the numbers.",
        series=[Series("Vacancy rate", [row["vacancy_rate"] for row in of_grade])],
    )]


def _vacancies(of_grade: Rows, names: Names) -> str:
    """The highest rate of several regions, all of those that share it, or of one region its own."""
    top = max(row["vacancy_rate"] for row in of_grade)
    rate, regions = percent(top), [names.of("region", row["region"]) for row in of_grade if row["vacancy_rate"] == top]
    if len(of_grade) == 1:
        return f"The vacancy rate for probation officers in {regions[0]} is {rate}"
    if not top:
        return "No region is short of probation officers"
    if len(regions) == len(of_grade):
        return f"Every region has a vacancy rate for probation officers of {rate}"
    if len(regions) == 1:
        return f"{regions[0]} has the highest vacancy rate for probation officers, {rate}"
    return f"{len(regions)} regions share the highest vacancy rate for probation officers, {rate}"


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
        title=f"{plural(shown[last], 'learner')} withdrew in {last}",
        subtitle=f"Learners who withdrew by calendar quarter, {period}",
        description="One bar for each quarter; quarters with suppressed numbers are left out.", labels=whole,
        series=[Series("Withdrawn", [shown[quarter] for quarter in whole])],
    )]


def completion_by_pathway(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Completion rate by pathway, of those shown."""
    known = [row for row in rows if row["breakdown"] == "pathway" and isinstance(row["completion_rate"], float)]
    if not known:
        return []
    of_breakdown = [row for row in rows if row["breakdown"] == "pathway"]
    hides = any(_hidden(row, ["completion_rate", "cohort_finished"]) for row in of_breakdown)
    return [BarChart(
        title=_completion(known, hides, names), unit="%", places=1,
        subtitle=f"Share of starters who have completed by pathway at the start, {period}",
        description="A bar for each pathway that is shown. On those still running, not everybody has had time to complete.",
        labels=[names.of("pathway", row["group"]) + ("" if _finished(row) else " (still running)") for row in known],
        series=[Series("Completed", [row["completion_rate"] for row in known])],
    )]


def _completion(known: Rows, hides: bool, names: Names) -> str:
    """The highest share of two or more pathways that have finished; of one its own; while none has, how many completed so far."""
    finished = [row for row in known if _finished(row)]
    if not finished:
        counted = [row for row in known if not _hidden(row, ["completed", "starters"])]
        done, all_ = (sum(row[name] for row in counted) for name in ("completed", "starters"))
        said = f"{number(done)} of {plural(all_, 'starter')} {'has' if done == 1 else 'have'} completed so far"
        return _of_shown("pathways", hides or len(counted) < len(known), f"{said}; no pathway has finished")
    top = max(row["completion_rate"] for row in finished)
    best = [names.of("pathway", row["group"]) for row in finished if row["completion_rate"] == top]
    if len(finished) == 1:
        return f"{percent(top)} of starters on {best[0]}, the pathway that has finished, have completed"
    among = f"of the {len(finished)} pathways that have finished"
    if len(best) == 1:
        return _of_shown("pathways", hides, f"{percent(top)} of starters on {best[0]} have completed, the highest share {among}")
    return _of_shown("pathways", hides, f"{percent(top)} of starters have completed on {len(best)} {among}, the highest share")


def _finished(row: dict[str, object]) -> bool:
    """Whether nobody of the group is on the programme any more, and that is shown."""
    return row["cohort_finished"] == "yes"


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
        description=f"A bar for each of {plural(len(sums), 'region')}; the table beneath holds the numbers.",
        series=[Series(words, [each[name] for each in sums.values()]) for name, words in series.items()],
    )


def _of_shown(what: str, hides: bool, said: str) -> str:
    """A finding; of what is shown only, where something is not."""
    if not hides:
        return said
    return f"Of the {what} shown: {lower_first(said) if said.startswith(('No ', 'Every ', 'The ')) else said}"


def _hidden(row: dict[str, object], names: Sequence[str]) -> bool:
    return any(row[name] is SUPPRESSED for name in names)
