"""Evidence, decisions and countersignatures on one day, straight from the words of the definitions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.reports.oracle.world import DAY, UNITS, Fact, World

#: Bank holidays of England and Wales that the tests' days come near (gov.uk/bank-holidays).
HOLIDAYS = {
    dt.date.fromisoformat(day)
    for day in (
        "2024-12-25",
        "2024-12-26",
        "2025-01-01",
        "2025-04-18",
        "2025-04-21",
        "2025-05-05",
        "2025-05-26",
        "2025-08-25",
        "2025-12-25",
        "2025-12-26",
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
    )
}


@dataclass
class Assessed:
    """A decision as it is known: whether it needs a countersignature, what became of it, and when it is final."""

    fact: Fact
    needs: bool

    @property
    def number(self) -> str:
        return str(self.fact["evidence_reference"]).split("-")[0]

    @property
    def decided_on(self) -> dt.date:
        day: dt.date = self.fact["decided_on"]
        return day

    @property
    def signed_on(self) -> dt.date | None:
        return self.fact["countersigned_on"] or None

    def outcome_by(self, day: dt.date) -> str:
        return self.fact["countersign_outcome"] if self.signed_on and self.signed_on <= day else ""

    @property
    def final_on(self) -> dt.date | None:
        if not self.needs:
            return self.decided_on
        return self.signed_on if self.fact["countersign_outcome"] == "agreed" else None


def is_qualified(assessor: Fact, day: dt.date) -> bool:
    achieved, lapsed = assessor["taqa_achieved_on"], assessor["lapsed_on"]
    return (
        bool(achieved)
        and achieved <= day.isoformat()
        and not (lapsed and lapsed <= day.isoformat())
    )


def decided(world: World, phase: int) -> list[Assessed]:
    """Each decision known after a phase. One returned while it needed a countersignature needs it for good."""
    assessors = {
        each: {row["staff_number"]: row for row in world.known("assessors", each)}
        for each in range(1, phase + 1)
    }
    found = []
    for row in world.known("decisions", phase):
        stood = (
            range(row["since"], phase + 1) if row["countersign_outcome"] == "returned" else [phase]
        )
        needs = [
            not is_qualified(assessors[each][row["assessor"]], row["decided_on"]) for each in stood
        ]
        found.append(Assessed(row, any(needs)))
    return found


def is_overdue(since: dt.date, day: dt.date) -> bool:
    """More than ten working days after the day it began to wait."""
    working, each = 0, since + DAY
    while each <= day:
        working += each.weekday() < 5 and each not in HOLIDAYS
        each += DAY
    return working > 10


def due_after(since: dt.date) -> dt.date:
    """The tenth working day after the day it began to wait."""
    working, each = 0, since
    while working < 10:
        each += DAY
        working += each.weekday() < 5 and each not in HOLIDAYS
    return each


def waits_on(world: World, phase: int, day: dt.date) -> list[dict[str, Any]]:
    """Everything that waits at the end of the day: whose, for what, since when, whose decision."""
    found, of_piece = [], {}
    for one in decided(world, phase):
        of_piece.setdefault(one.fact["evidence_reference"], []).append(one)
        if one.needs and one.decided_on <= day and not one.outcome_by(day):
            found.append(
                {
                    "number": one.number,
                    "kind": "countersignature",
                    "since": one.decided_on,
                    "assessor": one.fact["assessor"],
                }
            )
    for piece in world.known("evidence", phase):
        if piece["submitted_on"] > day:
            continue
        own = sorted(
            (d for d in of_piece.get(piece["reference"], []) if d.decided_on <= day), key=_order
        )
        since = piece["submitted_on"] if not own else None
        if own and own[-1].needs and own[-1].outcome_by(day) == "returned":
            since = own[-1].signed_on
        if since:
            found.append(
                {
                    "number": piece["staff_number"],
                    "kind": "decision",
                    "since": since,
                    "assessor": "",
                }
            )
    return found


def _order(one: Assessed) -> tuple[dt.date, int]:
    return one.decided_on, one.fact["decision_number"]


def criteria_on(world: World, phase: int, day: dt.date) -> dict[str, set[str]]:
    """Candidate → criteria met: final decisions in order leave it met on a piece of evidence (each needs one)."""
    held: dict[tuple[str, str], set[str]] = {}
    for one in sorted(decided(world, phase), key=_order):
        if one.final_on and one.final_on <= day:
            own = held.setdefault((one.number, one.fact["evidence_reference"]), set())
            own |= set(one.fact["criteria_met"])
            own -= set(one.fact["criteria_not_met"])
    met: dict[str, set[str]] = {}
    for (number, _piece), codes in held.items():
        met.setdefault(number, set()).update(codes)
    return met


def units_on(world: World, phase: int, day: dt.date) -> tuple[dict[str, int], set[str]]:
    """Candidate → units achieved; and the candidates with a unit whose every criterion is met and nobody signed off."""
    met = criteria_on(world, phase, day)
    signed = {
        (f["staff_number"], f["unit"])
        for f in world.known("unit-signoffs", phase)
        if f["signed_off_on"] <= day
    }
    achieved: dict[str, int] = {}
    owed = set()
    for number, codes in met.items():
        for unit, own in UNITS.items():
            if codes >= set(own):
                if (number, unit) in signed:
                    achieved[number] = achieved.get(number, 0) + 1
                else:
                    owed.add(number)
    return achieved, owed
