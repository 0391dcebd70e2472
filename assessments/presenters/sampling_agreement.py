"""Sampling plans and what external quality assurers said of them, in words and tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from assessments.models import SamplingAgreement, SamplingPolicy
from assessments.queries.sampling_agreement import RegionPlan, Share
from assessments.rules.sampling_agreement import AGAIN, AGREED, COMMENTED, NOT_YET
from pqip.core.formats import date_gov, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

STATES = {
    NOT_YET: Tag("Not agreed yet", "grey"),
    AGREED: Tag("Agreed", "green"),
    COMMENTED: Tag("Not agreed: see the comment", "orange"),
    AGAIN: Tag("Changed since: to be agreed again", "yellow"),
}


def regions_table(found: Iterable[RegionPlan], *, opens: bool) -> Table:
    """Return the table of regions' plans: number of samples, whether agreed, by whom and when.

    `opens` makes each a link.
    """
    rows = [
        [
            Cell(
                one.region.name,
                reverse("assessments:external_plan", args=[one.region.code]) if opens else "",
            ),
            one.plan.samples,
            Cell(tags=(STATES[one.state],), second=_by(one.last)),
        ]
        for one in found
    ]
    columns = [
        Column("Region"),
        Column("Samples", numeric=True),
        Column("External quality assurer", second="Said last"),
    ]
    return Table(
        "Agreed with the external quality assurer",
        columns,
        rows,
        empty=Empty("There is no plan within your reach."),
    )


def _by(last: SamplingAgreement | None) -> str:
    if last is None:
        return ""
    by = f"{last.external.name}, {date_gov(last.effective_on)}"
    return f"{by}: {last.comment}" if last.comment else by


def shares_table(shares: Iterable[Share]) -> Table:
    """Return the table of what the plan holds for each assessor."""
    rows = [
        [
            one.assessor.name,
            ", ".join(sorted(one.qualifications)),
            one.planned,
            one.sampled,
            ", ".join(sorted(one.stages)),
        ]
        for one in shares
    ]
    columns = [
        Column("Assessor"),
        Column("Qualifications"),
        Column("To be sampled", numeric=True),
        Column("Sampled", numeric=True),
        Column("Stages"),
    ]
    return Table(
        "The plan by assessor", columns, rows, empty=Empty("Nothing is planned to be sampled.")
    )


def history_table(agreements: Iterable[SamplingAgreement], person: int | None) -> Table:
    """Return the table of everything said, latest first. Only one's own statement may be undone."""
    rows = [
        [
            short_date(one.effective_on),
            one.external.name,
            "Agreed" if one.is_agreed else "Not agreed",
            one.samples,
            one.comment,
            Cell(actions=[_take_back(one)] if one.external_id == person else []),
        ]
        for one in agreements
    ]
    columns = [
        Column("Date"),
        Column("Who"),
        Column("What they said"),
        Column("Samples then", numeric=True),
        Column("Comment"),
        Column("Action", hidden=True),
    ]
    return Table(
        "What was said of the plan",
        columns,
        rows,
        empty=Empty("Nothing was said of this plan yet."),
    )


def _take_back(one: SamplingAgreement) -> Action:
    url = reverse("assessments:take_back_agreement", args=[one.public_id])
    return Action("Take back", url, "link", f" what you said on {short_date(one.effective_on)}")


def policy_rows(policy: SamplingPolicy | None) -> list[SummaryRow]:
    """Return summary rows of the policy in force: how much is sampled of which assessors."""
    if policy is None:
        return [SummaryRow("Sampling policy", "", empty="None is in force")]
    return [
        SummaryRow("Of a trainee assessor’s candidates", f"{policy.trainee_share}%"),
        SummaryRow("Of those of one newly qualified, or returned often", f"{policy.raised_share}%"),
        SummaryRow("Of an experienced assessor’s candidates", f"{policy.standard_share}%"),
        SummaryRow("Source", policy.source),
    ]
