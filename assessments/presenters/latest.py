"""Tables of recent work, for first pages on which nothing waits."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.models import Countersignature, UnitSignoff
from assessments.presenters.words import candidate_cell
from pqip.core.formats import short_date
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Column, Table


def signed_off_last(rows: Iterable[UnitSignoff]) -> Table:
    """Return the table of the units signed off last, latest first."""
    columns = [
        Column("Candidate", second="Staff number"),
        Column("Unit"),
        Column("Signed off by"),
        Column("Signed off on"),
    ]
    body = [
        [
            candidate_cell(row.registration),
            row.unit,
            row.signed_off_by.name,
            short_date(row.effective_on),
        ]
        for row in rows
    ]
    return Table(
        "Units signed off last", columns, body, empty=Empty("No unit has been signed off yet.")
    )


def given_last(rows: Iterable[Countersignature]) -> Table:
    """Return the table of one's own latest countersignatures, latest first."""
    columns = [Column("Evidence"), Column("Assessor"), Column("Given on"), Column("Outcome")]
    body = [
        [
            row.decision.evidence.reference,
            row.decision.assessor.name,
            short_date(row.effective_on),
            row.get_outcome_display(),
        ]
        for row in rows
    ]
    return Table(
        "Countersignatures you gave last",
        columns,
        body,
        empty=Empty("You have given no countersignatures yet."),
    )
