"""Check the terms of an assessor's award, authorities and capacity (rules C3 51, 52, 54, 58)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pqip.core.errors import RuleBroken

#: The most learners an assessor may have, and the most hours; a higher number is taken for a typing mistake.
MOST_CANDIDATES, MOST_HOURS = 100, 60


def check_terms(terms: Mapping[str, Any], today: dt.date) -> None:
    """Raise RuleBroken where the dates of an award or an authority are impossible."""
    registered, achieved, lapsed = (
        terms.get("registered_on"),
        terms.get("achieved_on"),
        terms.get("lapsed_on"),
    )
    starts, ends = terms.get("countersign_from"), terms.get("countersign_until")
    if achieved and registered and achieved < registered:
        raise RuleBroken(
            "The award cannot be achieved before the assessor registered for it.", "achieved_on"
        )
    if achieved and achieved > today:
        raise RuleBroken("The date achieved must be today or in the past.", "achieved_on")
    if lapsed and (not achieved or lapsed < achieved):
        raise RuleBroken("An award can lapse only after it was achieved.", "lapsed_on")
    if ends and not starts:
        raise RuleBroken("Give the day from which they may countersign.", "countersign_from")
    if ends and ends < starts:
        raise RuleBroken(
            "The last day they may countersign must be on or after the first.", "countersign_until"
        )

    check_competence(terms, today)


def check_competence(terms: Mapping[str, Any], today: dt.date) -> None:
    """Raise RuleBroken for impossible terms of occupational competence (rule C3 54), authority to quality assure, or
    capacity.
    """
    competent, starts, ends = (
        terms.get("competent_on"),
        terms.get("assure_from"),
        terms.get("assure_until"),
    )
    if competent and competent > today:
        raise RuleBroken(
            "The day their competence was confirmed must be today or in the past.", "competent_on"
        )
    if terms.get("may_assess") and not competent:
        raise RuleBroken(
            "Give the day on which their occupational competence was confirmed.", "competent_on"
        )
    if (ends or terms.get("assured_qualifications")) and not starts:
        raise RuleBroken("Give the day from which they may quality assure.", "assure_from")
    if ends and ends < starts:
        raise RuleBroken(
            "The last day they may quality assure must be on or after the first.", "assure_until"
        )
    for name, most in (("target_caseload", MOST_CANDIDATES), ("weekly_hours", MOST_HOURS)):
        value = terms.get(name)
        if value is not None and not 0 <= value <= most:
            raise RuleBroken(f"Enter a number from 0 to {most}.", name)
