"""Charts of reports: each with a title that states its finding, both computed from the rows that are shown.

A title says no more than the rows prove. Something is called *highest* only among two or more groups that can be compared,
are complete and are shown, and only where no other shares the value. Where something is hidden, the title says that it
speaks of what is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from pqip.core.formats import lower_first, month_gov, number, percent, plural
from pqip.exchange.writing import SUPPRESSED
from pqip.govuk.charts import BarChart, Chart, Curve, LineChart, Series
from reports.catalogue.base import Rows
from reports.figures.names import Names
from reports.figures.numbers import tenths


def progress_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of active and deferred learners by progress, by region."""
    counts = ("on_track", "behind", "at_risk")
    shown_rows = [row for row in rows if not _hidden(row, counts)]
    sums = _summed(shown_rows, counts)
    everyone = sum(sum(each.values()) for each in sums.values())
    if not everyone:
        return []
    needing = sum(each["at_risk"] for each in sums.values())
    title = f"{number(needing)} of {plural(everyone, 'learner')} {'needs' if needing == 1 else 'need'} action"
    title = _of_shown(
        "learners", len(shown_rows) < len(rows), title if needing else "No learner needs action"
    )
    return [
        _bars(
            title,
            f"Active learners and learners on a break by progress, {period}",
            sums,
            names,
            {"on_track": "On track", "behind": "Behind", "at_risk": "Needs action"},
            stacked=True,
        )
    ]


def countersigning_queue(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of decisions that wait for a countersignature, by region."""
    sums = _summed(rows, ("awaiting_countersignature",))
    waiting = sum(each["awaiting_countersignature"] for each in sums.values())
    if not waiting:
        return []
    known = [
        row["oldest_waiting_days"] for row in rows if isinstance(row["oldest_waiting_days"], int)
    ]
    title = f"{plural(waiting, 'decision')} {'waits' if waiting == 1 else 'wait'} for a countersignature"
    title += f", the oldest for {plural(max(known), 'day')}" if known else ""
    title = _of_shown(
        "decisions", any(_hidden(row, ["awaiting_countersignature"]) for row in rows), title
    )
    return [
        _bars(
            title,
            f"Decisions awaiting countersignature by region, {period}",
            sums,
            names,
            {"awaiting_countersignature": "Awaiting countersignature"},
        )
    ]


def vacancy_by_region(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of probation officers missing against target, by region, where shown."""
    regions = [
        row for row in rows if row["grade"] == "PO" and not row["pdu"] and row["region"] != "NAT"
    ]
    of_grade = [
        row
        for row in regions
        if row["vacancy_rate"] is not None and not _hidden(row, ["vacancy_rate"])
    ]
    if not of_grade:
        return []
    title = _of_shown("regions", len(of_grade) < len(regions), _vacancies(of_grade, names))
    labels = [names.of("region", row["region"]) for row in of_grade]
    return [
        BarChart(
            title=title,
            subtitle=f"Vacancy rate of probation officers, {period}",
            unit="%",
            places=1,
            labels=labels,
            description=f"A bar for each of {plural(len(labels), 'region')} shown; the table beneath holds the numbers.",
            series=[Series("Vacancy rate", [row["vacancy_rate"] for row in of_grade])],
        )
    ]


def _vacancies(of_grade: Rows, names: Names) -> str:
    """Return the finding on vacancy: the highest rate among several regions with all that share it, or the only region's
    rate.
    """
    top = max(row["vacancy_rate"] for row in of_grade)
    rate, regions = (
        percent(top),
        [names.of("region", row["region"]) for row in of_grade if row["vacancy_rate"] == top],
    )
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
    """Return the chart of the withdrawals shown in the last eight quarters."""
    shown: dict[str, int] = defaultdict(int)
    hidden = set()
    for row in rows:
        if row["withdrawn"] is SUPPRESSED:
            hidden.add(row["quarter"])
        else:
            shown[row["quarter"]] += row["withdrawn"]
    quarters = sorted({row["quarter"] for row in rows})[-8:]
    shown_quarters = [quarter for quarter in quarters if quarter not in hidden]
    if not shown_quarters:
        return []
    last = shown_quarters[-1]
    return [
        BarChart(
            title=f"{plural(shown[last], 'learner')} withdrew in {last}",
            subtitle=f"Learners who withdrew by calendar quarter, {period}",
            description="One bar for each quarter; quarters with suppressed numbers are left out.",
            labels=shown_quarters,
            series=[Series("Withdrawn", [shown[quarter] for quarter in shown_quarters])],
        )
    ]


def completion_by_pathway(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of completion rates by pathway, where shown."""
    known = [
        row
        for row in rows
        if row["breakdown"] == "pathway" and isinstance(row["completion_rate"], float)
    ]
    if not known:
        return []
    of_breakdown = [row for row in rows if row["breakdown"] == "pathway"]
    hides = any(_hidden(row, ["completion_rate", "cohort_finished"]) for row in of_breakdown)
    return [
        BarChart(
            title=_completion(known, hides, names),
            unit="%",
            places=1,
            subtitle=f"Share of starters who have completed by pathway at the start, {period}",
            description="A bar for each pathway that is shown. On those still running, not everybody has had time to complete.",
            labels=[
                names.of("pathway", row["group"]) + ("" if _finished(row) else " (still running)")
                for row in known
            ],
            series=[Series("Completed", [row["completion_rate"] for row in known])],
        )
    ]


def _completion(known: Rows, hides: bool, names: Names) -> str:
    """Return the finding on completion.

    It is the highest share among two or more pathways that have finished, or the share of the only one; while none has
    finished, the number of completions so far.
    """
    finished = [row for row in known if _finished(row)]
    if not finished:
        counted = [row for row in known if not _hidden(row, ["completed", "starters"])]
        done, all_ = (sum(row[name] for row in counted) for name in ("completed", "starters"))
        finding = f"{number(done)} of {plural(all_, 'starter')} {'has' if done == 1 else 'have'} completed so far"
        return _of_shown(
            "pathways", hides or len(counted) < len(known), f"{finding}; no pathway has finished"
        )
    top = max(row["completion_rate"] for row in finished)
    best = [names.of("pathway", row["group"]) for row in finished if row["completion_rate"] == top]
    if len(finished) == 1:
        return f"{percent(top)} of starters on {best[0]}, the pathway that has finished, have completed"
    among = f"of the {len(finished)} pathways that have finished"
    if len(best) == 1:
        return _of_shown(
            "pathways",
            hides,
            f"{percent(top)} of starters on {best[0]} have completed, the highest share {among}",
        )
    return _of_shown(
        "pathways",
        hides,
        f"{percent(top)} of starters have completed on {len(best)} {among}, the highest share",
    )


def completion_by_level5(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return what became of starters with level 5 and without, side by side, where all of it is shown."""
    counts = ("starters", "completed", "withdrawn", "still_on_programme")
    held = {
        row["group"]: row
        for row in rows
        if row["breakdown"] == "level5_held" and not _hidden(row, counts)
    }
    if set(held) != {"yes", "no"}:
        return []
    words = {"yes": "graduates", "no": "non-graduates"}
    said = [
        f"{number(held[level]['completed'])} of {number(held[level]['starters'])} {words[level]}"
        for level in words
    ]
    so_far = "" if all(_finished(row) for row in held.values()) else " so far"
    return [
        BarChart(
            title=f"{said[0]} and {said[1]} have completed{so_far}",
            subtitle=f"Starters by level 5 held at the start and what became of them, {period}",
            labels=["Graduates (level 5 held)", "Non-graduates"],
            stacked=True,
            description="One bar for starters with level 5 and one for those without.",
            series=[
                Series(title, [held[level][name] for level in words])
                for title, name in (
                    ("Completed", "completed"),
                    ("Withdrawn", "withdrawn"),
                    ("Still on the programme", "still_on_programme"),
                )
            ],
        )
    ]


def outcomes(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the charts of outcomes: by pathway, and of graduates and non-graduates side by side."""
    return [*completion_by_pathway(rows, names, period), *completion_by_level5(rows, names, period)]


def _finished(row: dict[str, object]) -> bool:
    """Return whether the row shows that nobody of the group is on the programme any more."""
    return row["cohort_finished"] == "yes"


def in_post_over_time(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Probation officers in post against target at the quarters up to the last, as far back as both are known of every region
    of which they are known at the last."""
    known: dict[object, dict[str, tuple[float, float]]] = defaultdict(dict)
    officers = [row for row in rows if row["grade"] == "PO" and row["region"] != "NAT"]
    for row in officers:
        if not _hidden(row, ("in_post_fte", "target_fte")) and None not in (
            row["in_post_fte"],
            row["target_fte"],
        ):
            known[row["on_day"]][row["region"]] = (
                float(row["in_post_fte"]),
                float(row["target_fte"]),
            )
    last_day = max((row["on_day"] for row in officers), default=None)
    regions = known[last_day].keys()
    if not regions:
        return []
    days = sorted(
        takewhile(
            lambda day: regions <= known[day].keys(),
            sorted({row["on_day"] for row in officers}, reverse=True),
        )
    )
    held, target = (
        [sum(known[day][region][nth] for region in regions) for day in days] for nth in (0, 1)
    )
    missing = len(regions) < len({row["region"] for row in officers})
    title = (
        f"{number(tenths(held[-1]))} FTE of probation officers in post at the end of {month_gov(days[-1])}, "
        f"of a target of {number(tenths(target[-1]))}"
    )
    steps = range(len(days))
    return [
        LineChart(
            title=_of_shown("regions", missing, title),
            subtitle=f"Probation officers (FTE) at the end of each quarter, {period}",
            description=f"Two lines over {plural(len(days), 'quarter')}: in post, and the target in force.",
            curves=[
                Curve(name, [(float(nth), values[nth]) for nth in steps])
                for name, values in (("In post", held), ("Target", target))
            ],
            x_label="Quarter end",
            x_ticks=[
                (float(nth), f"{days[nth]:%b %Y}")
                for nth in steps
                if (len(days) - 1 - nth) % 4 == 0
            ],
        )
    ]


def _summed(rows: Rows, counts: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return each region's counts, summed over its rows that are shown."""
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        own = sums.setdefault(row["region"], dict.fromkeys(counts, 0))
        for name in counts:
            own[name] += row[name] if isinstance(row[name], int) else 0
    return sums


#: Campaigns of which a chart is drawn: the last ones.
CAMPAIGNS = 2


def applicants_by_stage(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return a chart of how many applicants reached each stage, of each of the last campaigns, the latest first."""
    campaigns = list(dict.fromkeys(row["campaign"] for row in rows))[-CAMPAIGNS:]
    return [
        chart
        for campaign in reversed(campaigns)
        for chart in _of_campaign(
            [row for row in rows if row["campaign"] == campaign and row["breakdown"] == "all"],
            names.of("campaign", campaign),
            names,
            period,
        )
    ]


def _of_campaign(own: Rows, campaign: str, names: Names, period: str) -> list[Chart]:
    shown = [row for row in own if not _hidden(row, ["reached"])]
    count = {row["stage"]: row["reached"] for row in shown}
    if "applied" not in count:
        return []
    applied, started = count["applied"], count.get("started")
    title = plural(applied, "applicant")
    if started is not None:
        title = (
            f"{number(started)} of {title} {'has' if 1 in (started, applied) else 'have'} started"
        )
    return [
        BarChart(
            title=title,
            subtitle=f"{campaign}: applicants who reached each stage, {period}",
            labels=[names.of("stage", row["stage"]) for row in shown],
            description="A bar for each stage that is shown; the table beneath holds the numbers.",
            series=[Series("Reached", [row["reached"] for row in shown])],
        )
    ]


def _bars(
    title: str,
    subtitle: str,
    sums: dict[str, dict[str, int]],
    names: Names,
    series: dict[str, str],
    stacked: bool = False,
) -> BarChart:
    return BarChart(
        title=title,
        subtitle=subtitle,
        labels=[names.of("region", region) for region in sums],
        stacked=stacked,
        description=f"A bar for each of {plural(len(sums), 'region')}; the table beneath holds the numbers.",
        series=[
            Series(words, [each[name] for each in sums.values()]) for name, words in series.items()
        ],
    )


def _of_shown(what: str, hides: bool, finding: str) -> str:
    """Return a finding, limited to what is shown where something is hidden."""
    if not hides:
        return finding
    return f"Of the {what} shown: {lower_first(finding) if finding.startswith(('No ', 'Every ', 'The ')) else finding}"


def _hidden(row: dict[str, object], names: Sequence[str]) -> bool:
    return any(row[name] is SUPPRESSED for name in names)
