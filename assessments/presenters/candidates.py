"""A candidate's progress through a qualification: the progress map, units and evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assessments.models import Evidence, Registration, Unit, UnitRelease, UnitSignoff, Wait
from assessments.presenters.words import piece_cell, submission_of, title_of, wait_tag
from assessments.rules.options import Requirements
from pqip.core.formats import date_gov, plural, short_date
from pqip.govuk import progress
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table


def state_of(piece: Evidence, criterion: int) -> str:
    """Return the state of a criterion on a piece of evidence, as the progress map names it; "" where the piece does
    not name it.
    """
    submission = submission_of(piece)
    named: dict[int, str] = {}
    for one in piece.decided:  # type: ignore[attr-defined]
        named |= dict.fromkeys(one.criteria_met, "met") | dict.fromkeys(one.criteria_not_met, "not")
        named |= dict.fromkeys((key for signed in one.given for key in signed.disagreed), "not")
    if criterion not in named and not (submission and criterion in submission.criteria):
        return ""
    wait = _wait(piece)
    if wait is None:
        return named.get(criterion, "not")
    if wait.kind == Wait.Kind.COUNTERSIGNATURE:
        return "countersign"
    return "returned" if wait.decision_id else "waiting"


def progress_map(
    units: list[Unit], pieces: list[Evidence], met: set[int], achieved: set[int]
) -> progress.ProgressMap:
    """Return the progress map, with a row for each criterion and a column for each piece of evidence."""
    columns = [
        progress.Evidence(str(piece.pk), piece.reference, title_of(piece), _address(piece))
        for piece in pieces
    ]
    return progress.ProgressMap(
        "Criteria and evidence", columns, [_unit(unit, pieces, met, achieved) for unit in units]
    )


def _unit(unit: Unit, pieces: list[Evidence], met: set[int], achieved: set[int]) -> progress.Unit:
    criteria = list(unit.criteria.all())
    rows = [
        progress.Criterion(
            one.code,
            one.text
            if one.required_count == 1
            else f"{one.text} (on {one.required_count} pieces of evidence)",
            {str(piece.pk): state for piece in pieces if (state := state_of(piece, one.pk))},
            one.pk in met,
        )
        for one in criteria
    ]
    done = sum(one.pk in met for one in criteria)
    summary = f"{done} of {len(criteria)} criteria met" + (
        ", unit achieved" if unit.pk in achieved else ""
    )
    return progress.Unit(str(unit), rows, summary)


def units_table(
    registration: Registration,
    units: list[Unit],
    met: set[int],
    held: UnitRecords,
    may_sign: bool,
    may_assure: bool,
) -> Table:
    """Return the table of units: criteria met, sign-off, release and available actions."""
    rows = [_unit_row(registration, unit, met, held, may_sign, may_assure) for unit in units]
    columns = [
        Column("Unit"),
        Column("Criteria met"),
        Column("Signed off", second="By"),
        Column("Released", second="By"),
        Column("Action", hidden=True),
    ]
    return Table("Units", columns, rows, empty=Empty("This qualification has no units yet."))


def optional_table(asked: Requirements, titles: dict[int, str], chosen: set[int]) -> Table:
    """Return the table of optional groups: how many units are required, and those chosen."""
    rows = [
        [
            group.name,
            f"{group.choose} of {len(group.units)}",
            Cell(
                "; ".join(titles[key] for key in group.units if key in chosen),
                empty="None chosen yet",
            ),
        ]
        for group in asked.groups
    ]
    return Table(
        "Optional units", [Column("Group"), Column("To be achieved"), Column("Chosen")], rows
    )


@dataclass(frozen=True)
class UnitRecords:
    """What is recorded of a candidate's units.

    Sign-offs are by unit and releases by sign-off (keys). `needs` says by unit what its rule still requires, in words.
    `own` holds the sign-offs of units in which the reader had a part.
    """

    signed: dict[int, UnitSignoff]
    released: dict[int, UnitRelease]
    needs: dict[int, list[str]]
    own: set[int]


def _unit_row(
    registration: Registration,
    unit: Unit,
    met: set[int],
    held: UnitRecords,
    may_sign: bool,
    may_assure: bool,
) -> list[Any]:
    criteria = [one.pk for one in unit.criteria.all()]
    done, signed, needs = (
        sum(key in met for key in criteria),
        held.signed.get(unit.pk),
        held.needs.get(unit.pk, []),
    )
    released = held.released.get(signed.pk) if signed else None
    is_ready = done == len(criteria) and not needs
    actions = (
        [_sign_off(registration, unit, signed)]
        if may_sign and (signed or is_ready) and not released
        else []
    )
    if signed and may_assure:
        actions += _assuring(registration, unit, signed, released, signed.pk in held.own)
    by = (
        Cell(short_date(signed.effective_on), second=signed.signed_off_by.name)
        if signed
        else Tag("Not signed off", "grey")
    )
    let = (
        Cell(short_date(released.effective_on), second=released.released_by.name)
        if released
        else Cell("", empty="No")
    )
    met_cell = Cell(f"{done} of {len(criteria)}", second="" if signed else "; ".join(needs))
    return [
        Cell(str(unit), second=_code_and_credit(unit)),
        met_cell,
        by,
        let,
        Cell(actions=actions),
    ]


def _code_and_credit(unit: Unit) -> str:
    """Return the awarding body's code and the credit of a unit, such as *R/123/4567, 6 credits*; what is not known is
    left out.
    """
    return ", ".join(
        part
        for part in (unit.code, "" if unit.credit is None else plural(unit.credit, "credit"))
        if part
    )


def _assuring(
    registration: Registration,
    unit: Unit,
    signed: UnitSignoff,
    released: UnitRelease | None,
    is_own: bool,
) -> list[Action]:
    """Return what a quality assurer may do with a signed-off unit.

    They may not release one in which they had a part (`is_own`).
    """
    where, whom = [registration.public_id, signed.unit.number], f"unit {unit.number}"
    unlock = Action("Unlock", reverse("assessments:unlock", args=where), "link", whom)
    release = Action("Release", reverse("assessments:release", args=where), "link", whom)
    return [unlock] if released or is_own else [release, unlock]


def _sign_off(registration: Registration, unit: Unit, signed: UnitSignoff | None) -> Action:
    name, label = ("undo_sign_off", "Undo the sign-off") if signed else ("sign_off", "Sign off")
    url = reverse(
        f"assessments:{name}",
        args=[registration.public_id, (signed.unit if signed else unit).number],
    )
    return Action(label, url, "link", f"unit {unit.number}")


def evidence_table(pieces: list[Evidence]) -> Table:
    """Return the table of the candidate's evidence, latest first."""
    ordered = sorted(pieces, key=lambda piece: (_submitted(piece), piece.pk), reverse=True)
    rows = [
        [piece_cell(piece), _method(piece), date_gov(_submitted(piece)), wait_tag(_wait(piece))]
        for piece in ordered
    ]
    return Table(
        "Evidence",
        [Column("Evidence"), Column("Method"), Column("Submitted"), Column("State")],
        rows,
        empty=Empty("No evidence has been logged yet."),
    )


def _wait(piece: Evidence) -> Wait | None:
    """Return the wait that a piece of evidence is in now, or None. Needs `open_waits` to be prefetched."""
    return next(iter(piece.open_waits), None)  # type: ignore[attr-defined]


def _address(piece: Evidence) -> str:
    return reverse("assessments:evidence", args=[piece.public_id])


def _submitted(piece: Evidence) -> dt.date:
    submission = submission_of(piece)
    return submission.effective_on if submission else dt.date.min


def _method(piece: Evidence) -> str:
    submission = submission_of(piece)
    return submission.get_method_display() if submission else ""
