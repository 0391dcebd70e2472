"""The `applications` dataset: applications in a campaign, with the stages they have come through.

A blank leaves what is recorded, and whatever differs corrects it. Equality answers go to their own table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from learners.actions.applications import FORM
from learners.imports.applications_known import EQUALITY, Known, read_known
from learners.imports.applications_planning import Planner
from learners.imports.applications_storing import store
from learners.imports.current import Rows
from learners.imports.current import applications as recorded
from learners.models import Application
from learners.models.applications import MOST_PAUSED, ApplicationRoute
from learners.rules.applications import NOT_ON_PAYROLL, OUTCOMES
from pqip.core.errors import NotAllowed
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    Text,
    Whole,
    Words,
    YesNo,
)
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.imports import numbers
from workforce.imports.lookups import answer_codes, region_codes
from workforce.rules.numbers import folded

INSTEAD = "Use another number, or ask the national team to bring the row."


def _fault(number: str) -> str:
    return FORM[0].lower() + FORM[1:-1] if numbers.fault(f"{NOT_ON_PAYROLL}{number}") else ""


class ApplicationsResource(DatasetResource):
    application_number = ImportColumn(
        Text(26, _fault),
        key=True,
        required=True,
        folded=folded,
        help="The number of the recruitment system.",
    )
    campaign = ImportColumn(Text(40), required=True, help="A new one is created.")
    region = ImportColumn(Code("region", "a region"), required=True)
    route = ImportColumn(Words(ApplicationRoute.choices), required=True)
    applied_on = ImportColumn(Date(), required=True)
    sifted_on = ImportColumn(Date(), help="Blank, here and below: what is recorded stays.")
    sift_passed = ImportColumn(YesNo())
    assessed_on = ImportColumn(Date(), help="The day of the assessment centre.")
    assessment_passed = ImportColumn(YesNo())
    provisional_offer_on = ImportColumn(Date())
    checks_completed_on = ImportColumn(Date())
    vetting_completed_on = ImportColumn(Date())
    paused_days = ImportColumn(
        Whole("0", str(MOST_PAUSED)),
        help="Days of the checks for which the applicant's information was missing.",
    )
    confirmed_offer_on = ImportColumn(Date())
    started_on = ImportColumn(Date())
    outcome = ImportColumn(
        Words(OUTCOMES), help="Blank: as the other columns have it. A file has no day of it."
    )
    staff_number = numbers.staff_number(
        help="Of one who started: the learner. Blank: the learner with APP: and this number, if there is one."
    )
    sex = ImportColumn(Code("sex", "an answer"), sensitive=True)
    ethnicity = ImportColumn(Code("ethnicity", "an answer"), sensitive=True)
    disability = ImportColumn(Code("disability", "an answer"), sensitive=True)
    age_band = ImportColumn(
        Code("age_band", "an answer"), sensitive=True, help="At the day of the application."
    )


@register
class Applications(Dataset):
    name, title, permission = "applications", "Applications", "learners.record_applications"
    resource, leads_to = ApplicationsResource, "learners:campaigns"

    def codes(self, context: Context) -> dict[str, Codes]:
        return {"region": region_codes(), **answer_codes(*EQUALITY)}

    def current(self, context: Context) -> Rows:
        return recorded(context)

    def independence_key(self, row: Row) -> str:
        return folded(row["application_number"])

    def hold(self, rows: list[Row], context: Context) -> None:
        named = {folded(row["application_number"]) for row in rows if row["application_number"]}
        held = Application.objects.numbered(named).filter(
            context.scope.condition(Application.SCOPE)
        )
        list(held.select_for_update(no_key=True, of=("self",)).order_by("pk"))

    def plan(self, rows: list[Row], context: Context) -> None:
        known: Known = read_known(rows, context)
        planner = Planner(known, context)
        for row in rows:
            planner.plan(row)

    def corrects(self, row: Row) -> Iterable[Any]:
        return row.data.voided if row.data is not None else []

    def write(self, rows: list[Row], context: Context) -> None:
        store([row.data for row in rows])

    def finish(self, context: Context) -> None:
        """Refuse the file, before it is committed, where a number is of an application outside the importer's reach."""
        withheld = context.memory.get("withheld")
        if withheld and not context.trial:
            listed = ", ".join(f"“{number}”" for number in sorted(withheld))
            raise NotAllowed(
                f"Nothing was changed. {listed} may be the number of an application that you cannot reach. {INSTEAD}"
            )
