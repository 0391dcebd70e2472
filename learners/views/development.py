"""PSOs in post, learners or not: the list with what is missing, and one PSO's development."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.facts.development import Pso, courses_of, development
from learners.forms.development import PsoFilter
from learners.ports import vocational
from learners.presenters import development as shown
from learners.presenters.training import required_table
from learners.queries import development as development_reading
from learners.queries import training
from learners.queries.development import DEVELOP
from learners.rules.development import diploma_due
from learners.views.record import ALLOCATE
from pqip.core.clock import today
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage, Page
from workforce.models import Person

ASSESSMENT, STAFF = "assessments.view_assessment", "workforce.view_person"


class Psos(ListPage):
    """The list of everybody in post as a PSO within reach, with what is missing of their
    development.
    """

    permission = DEVELOP
    page_title = "PSOs"
    lead = "Induction in three weeks, a mentor, an observation of practice, the VQ3 within 12 months, and mandatory courses."
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("sort_name",),
        "office": ("region__order", "pdu__name", "sort_name"),
    }
    default_sort = "office"

    @cached_property
    def wanted(self) -> dict[str, Any]:
        chosen = PsoFilter(self.request.GET)
        chosen.is_valid()
        return {name: value for name, value in chosen.cleaned_data.items() if value}

    def rows(self) -> QuerySet[Person]:
        rows = development_reading.psos(self.request.user)
        if "region" in self.wanted:
            rows = rows.filter(region__code=self.wanted["region"])
        if not set(self.wanted) - {"region"}:
            return rows
        found = development(today(), among=list(rows.order_by().values_list("pk", flat=True)))
        return rows.filter(pk__in=[key for key, pso in found.items() if self.matches(pso)])

    def matches(self, pso: Pso) -> bool:
        """Return True if a PSO matches the filters that only facts can answer."""
        on, wanted = today(), self.wanted
        missing, learns = pso.developed.missing(on), pso.developed.learns
        is_new = on < diploma_due(pso.developed.started_on)
        return (
            (
                "missing" not in wanted
                or (bool(missing) if wanted["missing"] == "any" else wanted["missing"] in missing)
            )
            and ("since" not in wanted or is_new == (wanted["since"] == "new"))
            and ("learners" not in wanted or learns == (wanted["learners"] == "only"))
        )

    def with_related(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return rows.select_related("region", "pdu")

    def table(self, rows: list[Person], sorting: Sorting) -> Table:
        on = today()
        found = development(on, among=[row.pk for row in rows])
        body = [shown.pso_row(row, found[row.pk], on) for row in rows if row.pk in found]
        empty = (
            Empty("Nobody matches.", "Remove a filter.")
            if self.wanted
            else Empty("No PSO is in post within your reach.")
        )
        return Table("PSOs", shown.COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty)

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(PsoFilter(self.request.GET), self.request.GET)}


class OfPso:
    """A page about one PSO in post, fetched through scope: one out of reach is not found."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def person(self) -> Person:
        rows = development_reading.psos(self.request.user, DEVELOP).select_related("region", "pdu")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    @cached_property
    def pso(self) -> Pso:
        return development(today(), among=[self.person.pk])[self.person.pk]

    def identity(self) -> Any:
        return shown.identity(self.person, self.pso.developed)

    def address(self, name: str = "pso") -> str:
        return reverse(f"learners:{name}", args=[self.person.public_id])


class PsoPage(OfPso, Page):
    """The page of a PSO: what is asked, recorded and due, and who looks after them."""

    permission = DEVELOP
    template_name = "learners/record.html"
    page_title = "Development as a PSO"

    def shown(self) -> dict[str, Any]:
        return {"identity": self.identity(), "tables": self.tables(), "actions": self.doable()}

    def tables(self) -> list[Table]:
        who, user, on, developed = self.person, self.request.user, today(), self.pso.developed
        after = development_reading.looking_after(who.pk)
        diploma = vocational.vocational().pso_diplomas([who.pk], on).get(who.pk)
        may_end = {"mentor": True, "pta": user.can(ALLOCATE)}
        exemptions = training.exemptions_of(who.pk)
        return [
            shown.requirements_table(
                developed, after, diploma, on, opens_diploma=user.can(ASSESSMENT)
            ),
            shown.induction_table(
                development_reading.induction_of(who.pk, developed.started_on), who.public_id
            ),
            shown.observations_table(
                development_reading.observations_of(who.pk), who.public_id, on
            ),
            shown.people_table(after, who.public_id, may_end),
            required_table(courses_of(who.pk, on), exemptions, of=who.public_id, may_end=False),
        ]

    def doable(self) -> list[Action]:
        user, developed = self.request.user, self.pso.developed
        names = "Name a mentor or assessor" if user.can(ALLOCATE) else "Name a mentor"
        steps = (
            {"record_induction": "Record induction"} if developed.shown < developed.items else {}
        )
        steps |= {"plan_observation": "Plan an observation", "look_after_pso": names}
        staff = Action(
            "Staff page", reverse("workforce:person", args=[self.person.public_id]), "link"
        )
        return [
            *(Action(label, self.address(name)) for name, label in steps.items()),
            *([staff] if user.can(STAFF) else []),
        ]
