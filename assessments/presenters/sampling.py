"""Sampling, in words and tables."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from assessments.facts.countersigning_capacity import Rates
from assessments.facts.sampling import AssessorSampling
from assessments.models import AssessorRecord, Sample, UnitSignoff
from assessments.models.methods import Method
from assessments.presenters.words import title_of
from assessments.rules.sampling import RAISED, STANDARD, TRAINEE, Gap, Work
from pqip.core.formats import date_gov, lower_first, number, plural, short_date, upper_first
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

LEVELS = {
    STANDARD: Tag("Standard", "grey"),
    RAISED: Tag("Raised", "yellow"),
    TRAINEE: Tag("Trainee", "blue"),
}
VERDICTS = {
    "supported": Tag("Supported", "green"),
    "action": Tag("Something to do", "yellow"),
    "not_supported": Tag("Not supported", "red"),
}


def missing(gap: Gap) -> list[str]:
    """Return what is still to be sampled, one phrase for each gap."""
    phrases = [plural(gap.candidates, "more candidate")] if gap.candidates else []
    if gap.firsts:
        phrases.append(
            plural(
                gap.firsts,
                "first countersigned decision of a unit",
                "first countersigned decisions of units",
            )
        )
    if gap.units:
        phrases.append("units " + ", ".join(f"{code} {number}" for code, number in gap.units))
    if gap.methods:
        phrases.append(", ".join(lower_first(Method(one).label) for one in gap.methods))
    if gap.stages:
        phrases.append(" and ".join(gap.stages) + " stage")
    return phrases


def assessor_row(record: AssessorRecord, one: AssessorSampling | None) -> list[object]:
    """Return the cells of an assessor in the list of levels."""
    who = Cell(record.person.name, second=record.person.staff_number)
    if one is None:
        return [
            who,
            record.person.region,
            "",
            "",
            Cell("", empty="No sampling policy is in force"),
            "",
        ]
    gaps = missing(one.gap)
    state = Tag("Compliant", "green") if not gaps else Tag("Not compliant", "orange")
    return [
        who,
        record.person.region,
        Cell(tags=(LEVELS[one.level.name],), second="; ".join(one.level.reasons)),
        f"{one.done} of {len(one.works)}",
        state,
        Cell("; ".join(gaps), empty="Nothing"),
    ]


def assessor_lines(one: AssessorSampling | None) -> list[SummaryRow]:
    """Return summary rows of the level, its reasons and what is missing, for the assessor's own page."""
    if one is None:
        return []
    return [
        SummaryRow("Sampling", tag=LEVELS[one.level.name]),
        SummaryRow("Why", "; ".join(one.level.reasons)),
        SummaryRow("Still to be sampled", "; ".join(missing(one.gap)), empty="Nothing"),
    ]


def rate_lines(rates: Rates) -> list[SummaryRow]:
    """Return summary rows of the outcomes of an assessor's decisions in the last twelve months."""
    if not (rates.agreed or rates.returned or rates.disagreed):
        return [
            SummaryRow("Countersigned in the last 12 months", "", empty="None of their decisions")
        ]
    days = f"{number(rates.median_days, 1)} days" if rates.median_days is not None else ""
    return [
        SummaryRow(
            "Countersigned in the last 12 months",
            f"{rates.agreed} agreed, {rates.returned} returned, {rates.disagreed} disagreed with",
        ),
        SummaryRow("Median days to countersign", days),
    ]


def state_of(sample: Sample, on: dt.date) -> Tag:
    """Return the tag of a sample: planned, overdue, or its verdict and whether an action is still open."""
    if sample.sampled_on is None and sample.decision.is_void:
        return Tag("Waits for a decision", "grey")
    if sample.sampled_on is None:
        return Tag("Overdue", "red") if sample.due_on < on else Tag("Planned", "blue")
    if sample.action_due_on and sample.action_done_on is None and sample.action_due_on < on:
        return Tag("Action overdue", "red")
    return VERDICTS[sample.verdict]


def undone(sample: Sample) -> str:
    """Return what follows for a sample whose decision was undone, in words; "" where the decision still stands."""
    if not sample.decision.is_void:
        return ""
    if sample.sampled_on is None:
        return "The decision was undone. The sample follows to the next decision on the same evidence, or can be taken out."
    return "The decision was undone after it was sampled. What was found of it stands, and what is to be done can be finished."


def sample_row(sample: Sample, on: dt.date) -> list[object]:
    """Return the cells of a sample in the plan."""
    piece = sample.decision.evidence
    return [
        Cell(
            title_of(piece),
            record_url("assessments:sample", sample.public_id),
            second=piece.reference,
        ),
        sample.decision.assessor.name,
        piece.registration.person.name,
        sample.get_stage_display(),
        sample.quality_assurer.name,
        short_date(sample.due_on),
        state_of(sample, on),
    ]


SAMPLE_COLUMNS = [
    Column("Evidence", second="Reference"),
    Column("Assessor"),
    Column("Candidate"),
    Column("Stage"),
    Column("Sampled by"),
    Column("Due", sort="due"),
    Column("State"),
]


def summary(sample: Sample, criteria: str) -> list[SummaryRow]:
    """Return summary rows of a sample: by whom, when, and what was found."""
    rows = [
        SummaryRow("Sampled by", sample.quality_assurer.name),
        SummaryRow("Stage", sample.get_stage_display()),
        SummaryRow("Due", date_gov(sample.due_on)),
    ]
    if sample.sampled_on is None:
        return [*rows, SummaryRow("Found", "", empty="Not sampled yet")]
    return [
        *rows,
        SummaryRow("Sampled on", date_gov(sample.sampled_on)),
        SummaryRow("Found", tag=VERDICTS[sample.verdict]),
        SummaryRow("Criteria looked at", criteria),
        SummaryRow("What supports it", sample.found),
        SummaryRow("What the assessor is to do", sample.action, empty="Nothing"),
        *(
            [
                SummaryRow("To be done by", date_gov(sample.action_due_on)),
                SummaryRow("Done on", date_gov(sample.action_done_on), empty="Not yet"),
            ]
            if sample.action_due_on
            else []
        ),
    ]


def proposals_table(proposed: list[tuple[str, Work]], references: dict[int, str]) -> Table:
    """Return the table of the samples that would be planned."""
    rows = [
        [
            references[work.decision],
            assessor,
            ", ".join(f"{code} {number}" for code, number in sorted(work.units)),
            Method(work.method).label,
            upper_first(work.stage),
            short_date(work.decided_on),
        ]
        for assessor, work in proposed
    ]
    columns = [
        Column("Evidence"),
        Column("Assessor"),
        Column("Units"),
        Column("Method"),
        Column("Stage"),
        Column("Decided"),
    ]
    return Table(
        "Decisions to sample",
        columns,
        rows,
        empty=Empty("Nothing is missing that you could sample."),
    )


def release_row(signoff: UnitSignoff, may: bool, is_own: bool) -> list[object]:
    """Return the cells of a unit that waits to be released. Nobody who had a part in it (`is_own`) may release it."""
    where = [signoff.registration.public_id, signoff.unit.number]
    actions = [
        Action(
            "Release",
            reverse("assessments:release", args=where),
            "link",
            f"{signoff.unit} of this candidate",
        )
    ]
    return [
        Cell(
            signoff.registration.person.name,
            record_url("assessments:candidate", signoff.registration.public_id),
            second=signoff.registration.person.staff_number,
        ),
        signoff.registration.qualification.code,
        str(signoff.unit),
        Cell(short_date(signoff.effective_on), second=signoff.signed_off_by.name),
        Cell("", empty="You had a part in it")
        if may and is_own
        else Cell(actions=actions if may else []),
    ]
