"""A *what if* of the supply forecast in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pqip.core.formats import month_gov, plural
from reports.figures.names import Names
from reports.forms.forecast import RATES


def in_words(asked: Mapping[str, str], names: Names) -> str:
    """Everything that would be otherwise, as a sentence each; empty where nothing would."""
    return " ".join(f"{one}." for one in _said(asked, names) if one)


def _said(asked: Mapping[str, str], names: Names) -> list[str]:
    rates = dict(RATES)
    places = int(asked.get("places") or 0)
    told = []
    if places:
        more = f"{plural(abs(places), 'place')} {'more' if places > 0 else 'fewer'}"
        starts = month_gov(dt.date.fromisoformat(f"{asked['start']}-01"))
        told.append(f"{more} on {names.of('pathway', asked['pathway'])}, starting in {starts}")
    if asked.get("leaving"):
        told.append(f"{rates.get(asked['leaving'], 'Otherwise many')} officers leave")
    if asked.get("withdrawing"):
        told.append(f"{rates.get(asked['withdrawing'], 'Otherwise many')} learners withdraw")
    if asked.get("from_length"):
        told.append(
            f"Pathways of {asked['from_length']} months still to start take {asked['to_length']} months"
        )
    if asked.get("part_time"):
        told.append(f"{asked['part_time']}% of starters train part time")
    if asked.get("delay"):
        told.append(f"Everybody completes {plural(int(asked['delay']), 'month')} later")
    if asked.get("carried_on"):
        told.append("The planned intakes are repeated year by year where nothing is planned yet")
    return told
