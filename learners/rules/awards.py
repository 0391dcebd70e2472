"""Which university award may be recorded of a learner, and on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from pqip.core.errors import RuleBroken


class Offer(Protocol):
    """An award that a university offers, as the rules read it."""

    university_id: int
    code: str
    title: str
    effective_on: dt.date


def offered_to(
    offers: Iterable[Offer], university_id: int | None, start: dt.date | None
) -> dict[str, str]:
    """Return the codes and titles of the awards that a university gives to learners who start on a
    day.

    If the university is not known (None), return the awards of every university. `offers` are in
    date order, and the latest title that is in force on the day is used.
    """
    return {
        offer.code: offer.title
        for offer in offers
        if university_id is None
        or (offer.university_id == university_id and (start is None or offer.effective_on <= start))
    }


def check_award(
    *,
    award: str,
    awarded_on: dt.date,
    offered: Iterable[str],
    start: dt.date | None,
    today: dt.date,
) -> None:
    """Raise RuleBroken for an award the university does not give, or for an impossible day."""
    offered = sorted(offered)
    if award not in offered:
        given = (
            f"Use one of {', '.join(offered)}."
            if offered
            else "Add its awards to the reference data first."
        )
        raise RuleBroken(f"{award} is not an award that their university gives. {given}", "award")
    if awarded_on > today:
        raise RuleBroken("An award cannot have been given on a day to come.", "awarded_on")
    if start is None or awarded_on < start:
        raise RuleBroken(
            "An award cannot have been given before the programme started.", "awarded_on"
        )
