"""What the records already say about the applications named in a batch of the `applications` dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from learners.imports.common import Place, places
from learners.imports.learners_known import keys_by_name
from learners.models import ApplicantEquality, Application, ApplicationStage, Campaign
from learners.rules.applications import NOT_ON_PAYROLL
from pqip.exchange.datasets import Context, Row
from workforce.rules.numbers import folded

EQUALITY = ("sex", "ethnicity", "disability", "age_band")


@dataclass
class Known:
    """Applications within reach by folded number, their live stages by key and stage, and answers by key.

    `places` gives the places on the programme within reach by staff number, `numbers` the staff number by place, and
    `led_to` the application that led to each. `campaigns` are keys by folded code or name, and `regions` the region of each
    that has one.
    """

    applications: dict[str, Application]
    stages: dict[int, dict[str, ApplicationStage]]
    answers: dict[int, dict[str, str]]
    places: dict[str, list[Place]]
    numbers: dict[int, str]
    led_to: dict[int, int]
    campaigns: dict[str, int]
    regions: dict[int, int | None] = field(default_factory=dict)


def read_known(rows: list[Row], context: Context) -> Known:
    """Read all of it in a fixed number of queries."""
    found = _applications(rows, context)
    keys = [one.pk for one in found.values()]
    stages: dict[int, dict[str, ApplicationStage]] = {}
    for stage in ApplicationStage.objects.live().filter(application__in=keys).order_by():
        stages.setdefault(stage.application_id, {})[stage.stage] = stage
    own = {f"{NOT_ON_PAYROLL}{row['application_number']}" for row in rows}
    held = places({*own, *(row["staff_number"] for row in rows)}, context)
    numbers = {
        one.enrolment.pk: one.enrolment.person.staff_number
        for one in found.values()
        if one.enrolment
    }
    numbers |= {place.id: number for number, listed in held.items() for place in listed}
    led_to = Application.objects.filter(enrolment__in=numbers)
    campaigns = Campaign.objects.values_list("pk", "region_id")
    return Known(
        found,
        stages,
        _answers(rows, keys),
        held,
        numbers,
        dict(led_to.values_list("enrolment_id", "pk")),
        keys_by_name(Campaign),
        dict(campaigns),
    )


def _applications(rows: list[Row], context: Context) -> dict[str, Application]:
    """Return the applications within reach by folded number.

    A number that is used outside reach gets another one for the time being, and the file is refused when it is written.
    """
    named = {folded(row["application_number"]) for row in rows if row["application_number"]}
    every = Application.objects.numbered(named)
    within = every.filter(context.scope.condition(Application.SCOPE))
    rows_within = within.select_related("campaign", "enrolment__person")
    found = {folded(one.application_number): one for one in rows_within}
    if context.scope.everywhere:
        return found
    beyond = {folded(one) for one in every.values_list("application_number", flat=True)} - set(
        found
    )
    for row in rows:
        if row["application_number"] and folded(row["application_number"]) in beyond:
            context.memory.setdefault("withheld", set()).add(row["application_number"])
            row.cells["application_number"] = f"W{uuid4().hex[:24]}"
    return found


def _answers(rows: list[Row], keys: list[int]) -> dict[int, dict[str, str]]:
    if not rows or not rows[0].given & set(EQUALITY):
        return {}
    held = ApplicantEquality.objects.filter(application__in=keys)
    return {
        key: dict(zip(EQUALITY, values, strict=True))
        for key, *values in held.values_list("application_id", *EQUALITY)
    }
