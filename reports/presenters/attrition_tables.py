"""Who leaves, and why, in tables whose numbers open their people, and in charts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping

from pqip.core.formats import date_gov, date_range, lower_first, number, plural
from pqip.exchange.writing import SUPPRESSED
from pqip.govuk.charts import BarChart, Chart, Series
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Cell, Column, Table
from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.figures.attrition_year import NOT_RECORDED, OF_LEAVERS, UNKNOWN, Year, quarter_of
from reports.figures.numbers import percent as share
from reports.presenters.attrition import BEFORE, MAIN, NOW, Said, Told, put_together
from reports.presenters.explorer import BANDS as SERVICE
from reports.presenters.tables import few
from reports.suppression.marks import is_small
from reports.suppression.merging import OTHERS, SEVERAL

#: By what the year's leavers may be told apart.
BY = {
    "quarter": "Quarter",
    "pathway": "Pathway",
    "pdu": "Office (PDU)",
    "service": "Length of service",
    "region": "Region",
}
#: The most bars of reasons that are still a picture, and the quarters of the trend.
MOST_BARS, QUARTERS = 10, 8
DESTINATIONS = {
    "left_service": "of them, left the Service",
    "returned_to_pso": "of them, returned to a PSO post",
    "other_role": "of them, took another role",
    UNKNOWN: "of them, destination not known",
}


def year_table(told: Told) -> Table:
    """Return the numbers of the year beside those of the year before."""
    years = ((NOW, told.now), (BEFORE, told.before))

    def line(
        label: str, holds: Callable[[Row], bool], *, is_part: bool = True, **asked: str
    ) -> list[object]:
        return [label, *(_part(told, year, when, holds, is_part, asked) for when, year in years)]

    everybody = [
        _open(told, len(year.everybody), when, what="on_programme") for when, year in years
    ]
    rates = [_rate(told, len(year.left), len(year.everybody)) for _when, year in years]
    return Table(
        "These twelve months, and the twelve before",
        [
            Column("What is counted"),
            *(Column(date_range(year.first, year.last), numeric=True) for _when, year in years),
        ],
        [
            ["On the programme at some time", *everybody],
            line("Left the programme", lambda row: True, is_part=False, what="left"),
            ["Left, of those on the programme (%)", *rates],
            *(
                line(
                    label,
                    lambda row, code=code: row["destination"] == code,  # type: ignore[misc]
                    what="left",
                    destination=code,
                )
                for code, label in DESTINATIONS.items()
            ),
            line("Exit interview offered", lambda row: bool(row["offered"]), what="offered"),
            line("Exit interview held", lambda row: bool(row["held"]), what="held"),
        ],
    )


def _part(
    told: Told,
    year: Year,
    when: str,
    holds: Callable[[Row], bool],
    is_part: bool,
    asked: Mapping[str, str],
) -> object:
    """Return one number of those who left, unless it or what is left of its total is withheld."""
    count, left = sum(map(holds, year.left)), len(year.left)
    total = left if is_part else len(year.everybody)
    hidden = told.hides(count, total) or told.hides(left, len(year.everybody))
    return few() if hidden else _open(told, count, when, **asked)


def reasons_table(told: Told) -> Table:
    """Return the reasons of the organisation and of leavers side by side, and the organisation's a year before.

    Where small numbers are put together, what leavers named in three years stands beside the year, or in its place.
    """
    own, then = (dict(told.counted(year.left, "reason")) for year in (told.now, told.before))
    lately, longer = told.said, told.said_in_three_years
    with_year = lately.is_all or bool(lately.alone)
    given = [*([lately] if with_year else []), *([] if lately.is_all else [longer])]
    columns: list[tuple[str, Callable[[str], object]]] = [
        ("Recorded by the organisation", lambda code: _recorded(told, own, code, NOW))
    ]
    if with_year:
        columns.append(
            ("Named by leavers", lambda code: _named(told, lately, code, what="left", said=code))
        )
    if not lately.is_all:
        columns.append(("Named by leavers in three years", lambda code: _named(told, longer, code)))
    columns.append(("Recorded a year before", lambda code: _recorded(told, then, code, BEFORE)))
    codes = _last(dict.fromkeys([*own, *(code for one in given for code in one.named)]))
    return Table(
        "Why they left: as the organisation recorded it, and as leavers say themselves",
        [Column("Reason"), *(Column(title, numeric=True) for title, _of in columns)],
        [[told.reason(code), *(of(code) for _title, of in columns)] for code in codes],
        note="The organisation records one main reason of everybody; a leaver may name several, and not everybody is asked or "
        "answers.",
        empty=Empty("Nobody left.", "There are no reasons to show."),
    )


def _recorded(told: Told, counts: Mapping[str, int], code: str, when: str) -> object:
    if code not in counts:
        return _none(counts)
    return _open(told, counts[code], when, what="left", reason=code)


def _named(told: Told, given: Said, code: str, **asked: str) -> object:
    """Return how many leavers named a reason, as far as it is told; with `asked`, the way to them for who reads their words."""
    if not told.words_told:
        return "not told"
    if code not in given.named:
        return 0 if given.is_all else few()
    count = given.named[code]
    return _open(told, count, NOW, **asked) if told.words_in_full and asked else number(count)


def _none(counts: Mapping[str, int]) -> object:
    """Return what stands for a code of which none is told: none, or put together with others."""
    return few() if OTHERS in counts else 0


def tenure_table(told: Told) -> Table:
    """Return how long those who left had been on the programme, this year and the year before."""
    years = ((NOW, told.now), (BEFORE, told.before))
    counts = {when: dict(told.counted(year.left, "band")) for when, year in years}
    order = [*told.names.codes("band")]
    bands = _last({band: None for band in order if any(band in one for one in counts.values())})
    body = [
        [
            told.names.of("band", band),
            *(
                _open(told, counts[when][band], when, what="left", band=band)
                if band in counts[when]
                else _none(counts[when])
                for when, _year in years
            ),
            _of_total(told, counts[NOW].get(band), len(told.now.left)),
        ]
        for band in bands
    ]
    return Table(
        "How long they had been on the programme",
        [
            Column("Time on the programme"),
            Column("Left in these twelve months", numeric=True),
            Column("Left in the twelve before", numeric=True),
            Column("Of all who left in these (%)", numeric=True),
        ],
        body,
        empty=Empty("Nobody left.", "There is no time on the programme to show."),
    )


def by_table(told: Told, by: str) -> Table:
    """Return who left by one thing, with who was on the programme beside them and the reasons recorded most often."""
    year, with_everybody = told.now, by not in OF_LEAVERS
    titles = [BY[by], "Left", *(["On the programme", "Left (%)"] if with_everybody else [])]
    columns = [Column(titles[0]), *(Column(title, numeric=True) for title in titles[1:])]
    columns += [
        Column("Left the Service", numeric=True),
        *(Column(title) for title in ("First reason", "Second reason", "Third reason")),
    ]
    groups = year.groups(by)
    untold = _untold({group: len(year.left_of(by, group)) for group in groups}, told.threshold)
    body = [_group(told, by, group, with_everybody) for group in groups if group not in untold]
    if untold:
        blank: list[object] = [""] * (len(columns) - 2)
        body.append(["Others, of whom some are few", few(), *blank])
    return Table(
        f"Who left, by {lower_first(BY[by])}",
        columns,
        body,
        note="Reasons as the organisation recorded them, most often first; those recorded as often, in order of their names.",
        empty=Empty("Nobody to count.", "Nobody was on the programme here in these months."),
    )


def _untold(counts: Mapping[str, int], threshold: int) -> set[str]:
    """Return the groups that are not told: those of few, and as many others as keep what is left of the total from telling."""
    if not any(is_small(count, threshold) for count in counts.values()):
        return set()
    shown = {code for code, _count in put_together(counts, threshold)}
    return counts.keys() - shown


def _group(told: Told, by: str, group: str, with_everybody: bool) -> list[object]:
    year = told.now
    left = year.left_of(by, group)
    line: list[object] = [
        group_name(told, by, group),
        _open(told, len(left), NOW, what="left", **{by: group}),
    ]
    if with_everybody:
        on = len(year.on_programme(by, group))
        line += [
            few()
            if told.hides(len(left), on)
            else _open(told, on, NOW, what="on_programme", **{by: group}),
            _rate(told, len(left), on),
        ]
    gone = sum(row["destination"] == "left_service" for row in left)
    # Sums of these over groups are told above: where small numbers are withheld, groups would tell of each other.
    line.append(
        few()
        if told.threshold
        else _open(told, gone, NOW, what="left", destination="left_service", **{by: group})
    )
    counted = Counter(row["reason"] for row in left if row["reason"] != NOT_RECORDED)
    main = sorted(counted.items(), key=lambda one: (-one[1], told.reason(one[0])))[:MAIN]
    told_reasons = [] if told.threshold else main
    cells: list[object] = [
        Cell(
            f"{told.reason(code)}: {number(count)}",
            url=told.opens(NOW, what="left", reason=code, **{by: group}),
        )
        for code, count in told_reasons
    ]
    return [*line, *cells, *[""] * (MAIN - len(cells))]


def group_name(told: Told, by: str, group: str) -> str:
    """Return a group in words."""
    if by == "quarter":
        [own] = [one for one in told.now.quarters if one.code == group]
        return date_range(own.first, own.last)
    if group == NOT_RECORDED:
        return "No office recorded" if by == "pdu" else "Not recorded"
    return SERVICE["service"][group] if by == "service" else told.names.of(by, group)


def ways(told: Told, chosen: str, address: Callable[[str], str]) -> list[Action]:
    """Return the links to the other things that who left may be told apart by."""
    several = len({row["region"] for row in told.now.everybody}) > 1
    return [
        Action(title, address(by), kind="link")
        for by, title in BY.items()
        if by != chosen and (several or by != "region")
    ]


def reasons_chart(told: Told, period: str) -> list[Chart]:
    """Return the reasons as bars, those recorded most often first, with leavers' own beside them where any is told."""
    own = {
        code: count for code, count in told.counted(told.now.left, "reason") if code != NOT_RECORDED
    }
    named = told.said.named if told.said.alone else {}
    codes = _last(dict.fromkeys([*own, *named]))[:MOST_BARS]
    if not codes:
        return []
    series = [Series("Recorded by the organisation", [own.get(code, 0) for code in codes])]
    if named:
        none = 0 if told.said.is_all else None
        series.append(Series("Named by leavers", [named.get(code, none) for code in codes]))
    beside = " and by what they named themselves" if named else ""
    return [
        BarChart(
            title=_reasons(told, own),
            subtitle=f"People who left, by the reason that the organisation recorded{beside}, {period}",
            labels=[told.reason(code) for code in codes],
            description="Bars for each reason; the table on this page holds the numbers.",
            series=series,
        )
    ]


def _reasons(told: Told, own: Mapping[str, int]) -> str:
    """Return the finding on what was recorded: most often, where one of several was."""
    everyone = number(len(told.now.left))
    alone = [code for code in own if code not in (OTHERS, SEVERAL)]
    if not alone:
        return f"No reason is told by itself of the {everyone} who left"
    first = [told.reason(code) for code in alone if own[code] == own[alone[0]]]
    count = number(own[alone[0]])
    if len(first) == 1:
        most = "most often, " if len(own) > 1 else ""
        return f"{first[0]} recorded {most}of {count} of the {everyone} who left"
    return f"{', '.join(first[:-1])} and {first[-1]} recorded of {count} each of the {everyone} who left"


def trend_chart(rows: Rows, as_at: dt.date, period: str) -> list[Chart]:
    """Return how many withdrew in each of the last calendar quarters, beside those of which nothing is told."""
    shown: Counter[str] = Counter()
    untold = {row["quarter"] for row in rows if row["withdrawn"] is SUPPRESSED}
    for row in rows:
        shown[row["quarter"]] += row["withdrawn"] if row["quarter"] not in untold else 0
    if not rows:
        return []
    quarters = _quarters_to(as_at)
    known = [code for code in quarters if code not in untold]
    over = [code for code in known if code != quarters[-1] or _is_last_day(as_at)]
    if not over:
        return []
    last = over[-1]
    year_before = f"{int(last[:4]) - 1}{last[4:]}"
    title = f"{plural(shown[last], 'learner')} withdrew in {last}, the last quarter that is over and told"
    if year_before in known:
        title = f"{plural(shown[last], 'learner')} withdrew in {last}, and {number(shown[year_before])} in {year_before}"
    return [
        BarChart(
            title=title,
            subtitle=f"Learners who withdrew by calendar quarter, {period}",
            description="One bar for each calendar quarter; one that is withheld says so.",
            labels=[
                f"{code}, to {date_gov(as_at)}"
                if code == quarters[-1] and code not in over
                else code
                for code in quarters
            ],
            series=[
                Series("Withdrawn", [None if code in untold else shown[code] for code in quarters])
            ],
        )
    ]


def _quarters_to(day: dt.date) -> list[str]:
    """Return the codes of the calendar quarters up to that of the day."""
    last = day.year * 4 + (day.month - 1) // 3
    return [f"{nth // 4}-Q{nth % 4 + 1}" for nth in range(last - QUARTERS + 1, last + 1)]


def _is_last_day(day: dt.date) -> bool:
    return quarter_of(day + dt.timedelta(days=1)) != quarter_of(day)


def _open(told: Told, count: int, when: str, **asked: str) -> object:
    """Return a number with the way to the people it counts, where there are any who may be opened."""
    merged = {OTHERS, SEVERAL} & set(asked.values())
    url = told.opens(when, **asked) if count and not merged else ""
    return Cell(number(count), url=url, hidden=": open the list") if url else number(count)


def _rate(told: Told, part: int, total: int) -> str:
    return few() if told.hides(part, total) else number(share(part, total), 1) if total else "[z]"


def _of_total(told: Told, part: int | None, total: int) -> str:
    return "" if part is None or not total else number(share(part, total), 1)


def _last(codes: Mapping[str, None]) -> list[str]:
    """Return the codes with those put together last."""
    return sorted(codes, key=lambda code: code in (OTHERS, SEVERAL))
