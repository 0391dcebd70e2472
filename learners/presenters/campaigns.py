"""Campaigns as tables: the list, one campaign's funnel, and its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from learners.facts.campaigns import CampaignCounts, RegionCount, StageCount
from learners.models import Campaign, CampaignPlaces
from learners.models.applications import Stage
from learners.rules.applications import WITH_RESULT
from pqip.core.formats import date_range, number, percent, plural
from pqip.govuk.charts import BarChart, Series
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Sorting, Table

COLUMNS = [
    Column("Campaign", sort="campaign"),
    Column("Region", sort="region"),
    Column("Open", sort="opens"),
    Column("Applications wanted", numeric=True),
    Column("Applications", numeric=True),
    Column("Offers confirmed", numeric=True),
    Column("Started", numeric=True),
]
FUNNEL = [
    Column("Stage"),
    Column("Reached", numeric=True),
    Column("Passed", numeric=True),
    Column("Of the stage before", numeric=True),
    Column("Of all who applied", numeric=True),
    Column("Median days", numeric=True),
    Column("Not successful here", numeric=True),
    Column("Withdrew here", numeric=True),
    Column("Waiting here", numeric=True),
]
FUNNEL_NOTE = (
    "An application has reached a stage once the stage or a later one is recorded. Days are calendar days "
    "since the stage before; of the "
    "checks, without the days on which the clock was stopped because information from the applicant was "
    "missing. Checks and vetting go on "
    "side by side. Whoever has not ended is waiting at the stage to which they came last."
)
REGIONS = [
    Column("Region"),
    Column("Places", numeric=True),
    Column("Applications", numeric=True),
    Column("Offers confirmed", numeric=True),
    Column("Started", numeric=True),
    Column("Places left", numeric=True),
]
PLACES = [
    Column("Region"),
    Column("Pathway"),
    Column("Places", numeric=True),
    Column("Started", numeric=True),
    Column("Actions", hidden=True),
]
NOBODY = RegionCount(0, 0, 0)


def stage_name(stage: str) -> str:
    """A stage in words."""
    return "Applied" if stage == "applied" else str(Stage(stage).label)


def list_table(
    title: str, rows: Sequence[Campaign], totals: Mapping[int, RegionCount], sorting: Sorting
) -> Table:
    """Campaigns, each with how many applied, were offered a place and started."""
    body = [_listed(row, totals.get(row.pk, NOBODY)) for row in rows]
    empty = Empty("No campaign is recorded yet.")
    note = (
        "Applications, offers and starts are those of the regions that you look after; applications wanted are those of the "
        "whole campaign."
    )
    return Table(title, COLUMNS, body, caption_hidden=True, sorting=sorting, note=note, empty=empty)


def _listed(row: Campaign, total: RegionCount) -> list[Any]:
    return [
        Cell(str(row), url=reverse("learners:campaign", args=[row.public_id])),
        str(row.region or "The whole country"),
        date_range(row.opens_on, row.closes_on),
        number(row.target_applications),
        number(total.applied),
        number(total.offered),
        number(total.started),
    ]


def about(campaign: Campaign, applied: int, *, whole: bool) -> list[SummaryRow]:
    """What is known of a campaign; beside the target its applications, for who reaches the `whole` of it."""
    target = campaign.target_applications
    wanted = number(target) if target else ""
    if target and whole:
        wanted = f"{wanted}: {percent(100 * applied / target)} reached"
    elif target:
        wanted = f"{wanted} in the whole country"
    return [
        SummaryRow("Region", str(campaign.region or "The whole country")),
        SummaryRow("Open", date_range(campaign.opens_on, campaign.closes_on)),
        SummaryRow("Applications wanted", wanted),
        SummaryRow("Selection", campaign.selection_version),
        SummaryRow("Advertised", campaign.channels),
    ]


def funnel_table(campaign: Campaign, counts: CampaignCounts) -> Table:
    """Each stage: who reached it, how long it took, and who stopped there. Its numbers open the applications."""
    applied = counts.stages[0].reached
    rows, before = [], 0
    for one in counts.stages:
        rows.append(_stage(campaign, one, before, applied))
        before = one.reached
    empty = Empty("Nobody has applied yet.")
    title = "How far applications have come"
    return Table(title, FUNNEL, rows if applied else [], note=FUNNEL_NOTE, empty=empty)


def stage_chart(counts: CampaignCounts) -> BarChart | None:
    """How many reached each stage, as bars; None where nobody has applied."""
    applied, started = counts.stages[0].reached, counts.stages[-1].reached
    if not applied:
        return None
    return BarChart(
        title=f"{number(started)} of {plural(applied, 'applicant')} {'has' if 1 in (started, applied) else 'have'} started",
        subtitle="Applicants who reached each stage",
        labels=[stage_name(one.stage) for one in counts.stages],
        description="A bar for each stage; the table above holds the numbers.",
        series=[Series("Reached", [one.reached for one in counts.stages])],
    )


def whose_words(regions: Sequence[str]) -> str:
    """Whose applications the numbers are, for who does not see all of a campaign."""
    return f"The numbers on this page are those of {', '.join(regions)}, and not of the whole campaign."


def _stage(campaign: Campaign, one: StageCount, before: int, applied: int) -> list[Any]:
    opens = _opening(campaign, named=stage_name(one.stage))
    is_first = one.stage == "applied"
    through = one.stage if one.stage not in WITH_RESULT else f"{one.stage}_passed"
    return [
        stage_name(one.stage),
        opens(one.reached, came="" if is_first else one.stage),
        opens(one.passed, came="" if is_first else through),
        "" if is_first else _share(one.of_previous, before),
        _share(one.reached, applied),
        ""
        if one.median_days is None
        else number(one.median_days, None if one.median_days == int(one.median_days) else 1),
        opens(one.rejected, stage=one.stage, outcome="rejected"),
        opens(one.withdrew, stage=one.stage, outcome="withdrew"),
        opens(one.waiting, stage=one.stage, outcome="in_progress"),
    ]


def _opening(campaign: Campaign, named: str = "", **always: str) -> Callable[..., Any]:
    """Return a function of a number, and of the filter under which the list of applications holds as many."""
    base = reverse("learners:applications", args=[campaign.public_id])

    def opens(count: int, **asked: str) -> Any:
        if not count:
            return number(count)
        wanted = {name: value for name, value in {**always, **asked}.items() if value}
        address = with_query(QueryDict(), base, **wanted)
        return Cell(
            number(count), url=address, hidden=f"{', ' if named else ''}{named}: open the list"
        )

    return opens


def _share(part: int, whole: int) -> str:
    return percent(100 * part / whole) if whole else ""


def checks_words(counts: CampaignCounts, target: int) -> str:
    """How many checks were completed within the days that they should take."""
    checks = next(one for one in counts.stages if one.stage == "checks")
    done = checks.timed
    if not done:
        return ""
    return (
        f"{number(checks.within)} of {plural(done, 'completed check')} took no longer than {target} days while the clock ran "
        f"({_share(checks.within, done)})."
    )


def regions_table(
    campaign: Campaign,
    counts: CampaignCounts,
    planned: Mapping[int, int],
    regions: Mapping[int, Any],
) -> Table:
    """Places filled, by region."""
    keys = [key for key in regions if key in counts.regions or key in planned]
    body = [
        _region(
            str(regions[key]),
            counts.regions.get(key, NOBODY),
            planned.get(key),
            _opening(campaign, region=regions[key].code),
        )
        for key in keys
    ]
    note = "Places left are those for which no confirmed offer stands: who withdrew afterwards leaves theirs free."
    empty = Empty("No place and no application is recorded yet.")
    return Table("Places filled by region", REGIONS, body, note=note, empty=empty)


def _region(
    name: str, count: RegionCount, places: int | None, opens: Callable[..., Any]
) -> list[Any]:
    left = "" if places is None else number(max(places - count.held, 0))
    return [
        name,
        number(places),
        opens(count.applied),
        opens(count.offered, came="confirmed_offer"),
        opens(count.started, came="started"),
        left,
    ]


def places_table(
    rows: Sequence[CampaignPlaces],
    started: Mapping[tuple[int, int | None], int],
    may_change: Mapping[int, bool],
) -> Table:
    """Places by region and pathway, beside who started on them."""
    body = [
        [
            str(row.region),
            pathway_words(row),
            number(row.places),
            number(started.get((row.region_id, row.pathway_id), 0)) if row.pathway_id else "",
            Cell(actions=_actions(row) if may_change[row.pk] else []),
        ]
        for row in rows
    ]
    note = "Started counts learners whose place on the programme is linked with their application."
    return Table(
        "Places by region and pathway",
        PLACES,
        body,
        note=note,
        empty=Empty("No places are recorded yet."),
    )


def pathway_words(row: CampaignPlaces) -> str:
    """The pathway of places, or that they are posts."""
    return str(row.pathway) if row.pathway else "Posts as PSOs"


def _actions(row: CampaignPlaces) -> list[Action]:
    hidden = f" {row.region}, {pathway_words(row)}"
    names = {"Change": "change_campaign_places", "Undo": "undo_campaign_places"}
    return [
        Action(label, reverse(f"learners:{name}", args=[row.public_id]), "link", hidden)
        for label, name in names.items()
    ]


def places_summary(row: CampaignPlaces) -> list[SummaryRow]:
    """Which places they are."""
    return [
        SummaryRow("Campaign", str(row.campaign)),
        SummaryRow("Region", str(row.region)),
        SummaryRow("Pathway", pathway_words(row)),
        SummaryRow("Places", number(row.places)),
    ]
