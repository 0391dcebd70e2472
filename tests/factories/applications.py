"""Campaigns and applications for tests, written directly."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from learners.models import ApplicantEquality, Application, ApplicationStage, Campaign
from pqip.core.acting import acting_as
from tests.factories.workforce import BY, region

APPLIED = dt.date(2026, 1, 5)
NUMBERS = count(1)


def campaign(code: str = "Cohort 17", **fields: Any) -> Campaign:
    with acting_as(by=BY):
        return Campaign.objects.get_or_create(code=code, defaults=fields)[0]


def application(
    number: str = "",
    *,
    of: Campaign | None = None,
    in_region: str = "NE",
    route: str = "external",
    on: dt.date = APPLIED,
    answers: dict[str, str] | None = None,
    stages: dict[str, int | tuple[int, bool]] | None = None,
    **fields: Any,
) -> Application:
    """Return an application. `stages` gives days after it, with a result where it is not passed."""
    with acting_as(by=BY):
        made = Application.objects.create(
            application_number=number or f"A{next(NUMBERS):05}",
            campaign=of or campaign(),
            region=region(in_region),
            route=route,
            applied_on=on,
            **fields,
        )
        if answers:
            ApplicantEquality.objects.create(application=made, **answers)
        for stage, said in (stages or {}).items():
            days, passed = said if isinstance(said, tuple) else (said, True)
            has_result = stage in ("sifted", "assessed", "checks", "vetting")
            ApplicationStage.objects.create(
                application=made,
                stage=stage,
                effective_on=on + dt.timedelta(days=days),
                passed=passed if has_result else None,
            )
    return made
