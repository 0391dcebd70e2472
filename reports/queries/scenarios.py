"""What ifs of the supply forecast: those a person keeps, and the forecast as it would be."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.db.models import QuerySet

from learners.facts.timelines import known_timings
from learners.models import Pathway
from reports.derived.forecasts import answer_from, read, runs
from reports.models import Scenario as Kept
from reports.rules.forecast import forecast
from reports.rules.forecast_answers import NATION, Forecast
from reports.rules.forecast_inputs import Inputs, Intake
from reports.rules.forecast_scenarios import Scenario, applied

WHAT_IF = "what-if"


def kept_by(user: Any) -> QuerySet[Kept]:
    """One's own, by name."""
    return Kept.objects.filter(made_by=user)


def scenario(
    asked: Mapping[str, str], as_at: dt.date, region: str, known_at: dt.datetime | None
) -> Scenario:
    """What the address says would be otherwise, in a region (code), or everywhere where it is empty."""
    return Scenario(
        name="",
        regions=(region,) if region else (),
        places=_places(asked, as_at, known_at),
        lengths=((int(asked["from_length"]), int(asked["to_length"])),)
        if asked.get("from_length") and asked.get("to_length")
        else (),
        leaving=int(asked.get("leaving") or 100) / 100,
        withdrawing=int(asked.get("withdrawing") or 100) / 100,
        part_time=int(asked["part_time"]) / 100 if asked.get("part_time") else None,
        delay_months=int(asked.get("delay") or 0),
        carried_on=bool(asked.get("carried_on")),
    )


def _places(
    asked: Mapping[str, str], as_at: dt.date, known_at: dt.datetime | None
) -> tuple[Intake, ...]:
    """The places added or taken away; none where the month has begun already."""
    if not (asked.get("places") and asked.get("pathway") and asked.get("start")):
        return ()
    year, month = (int(part) for part in asked["start"].split("-"))
    starts_in = (year - as_at.year) * 12 + month - as_at.month
    if starts_in < 1:
        return ()
    pathway = Pathway._default_manager.filter(code=asked["pathway"]).first()
    if pathway is None:
        return ()
    timings, start = known_timings(known_at), dt.date(year, month, 1)
    months = timings(pathway.pk, True, start).months
    if months is None:
        return ()
    part_time = timings(pathway.pk, False, start).months
    return (Intake(pathway.code, starts_in, int(asked["places"]), months, part_time),)


def what_if(made: Inputs, grade: str, asked: Scenario, code: str) -> Forecast:
    """The forecast as it would be, drawn from the same chances as the forecast, for a place (a region's code, or the nation's).

    Of a what if only the place asked about is kept, and the nation; of the nation's all regions, whose demand adds up to its own.
    """
    changed = applied(asked, made)
    digest = hashlib.sha256(f"{changed.digest}{made.digest}{code}".encode()).hexdigest()

    def work() -> dict[str, Any]:
        found = forecast(changed, grade, runs=runs(), drawn_from=made.digest)
        own = tuple(one for one in found.regions if code in (one.code, NATION))
        return {
            "forecast": asdict(replace(found, regions=own, assumptions=())),
            "known": [],
            "no_end": {},
            "no_length": {},
        }

    return read(answer_from(WHAT_IF, digest, grade, work)).forecast
