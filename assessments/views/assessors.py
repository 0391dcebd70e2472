"""Pages of assessors: the list, one assessor's awards and authorities, and recording them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.assessors import record_assessor
from assessments.facts import countersigning_capacity
from assessments.facts import sampling as sampling_facts
from assessments.forms.assessors import AssessorForm
from assessments.models import AssessorRecord
from assessments.presenters import assessors as shown
from assessments.presenters.sampling import assessor_lines, rate_lines
from assessments.queries import assessors as assessor_facts
from assessments.queries import open_work, records
from assessments.queries.sampling import VIEW
from assessments.views.assessors_route import route_of
from learners.presenters.allocations import allocations_table
from learners.queries.records import allocations_of
from pqip.core.access import OfPage
from pqip.core.clock import today
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.generic import ActionPage, ListPage, Page
from workforce.models import Person

MANAGE = "assessments.manage_assessors"


class Assessors(ListPage):
    """The visible assessors: trainee or qualified, their caseload, and what waits for a countersignature."""

    permission = MANAGE
    page_title = "Assessors"
    sorts = {
        "name": ("person__sort_name",),
        "achieved": ("achieved_on",),
        "registered": ("registered_on",),
    }
    default_sort = "name"

    def rows(self) -> QuerySet[AssessorRecord]:
        return records.assessors(self.request.user)

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        counts = records.assessor_counts([row.person_id for row in rows])
        columns = [
            Column("Assessor", sort="name", second="Staff number"),
            Column("Status"),
            Column("Registered", sort="registered"),
            Column("Achieved", sort="achieved"),
            Column("May countersign"),
            Column("Caseload", numeric=True, second="Target"),
            Column("Wait for a countersignature", numeric=True),
        ]
        body = [shown.row(row, counts[row.person_id], today()) for row in rows]
        empty = Empty(
            "No assessors yet.", "Import them from a file, or record one from their page."
        )
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class Endings(ListPage):
    """Assessors whose award or an authority to countersign or quality assure ends or has ended, earliest end first."""

    permission = MANAGE
    page_title = "Awards and authorities that end"
    lead = "Those that end later, end soon or have ended. Soon: within 90 days."
    sorts = {"name": ("person__sort_name",), "ends": ("ends_on", "person__sort_name")}
    default_sort = "ends"

    def rows(self) -> QuerySet[AssessorRecord]:
        return assessor_facts.endings(self.request.user, MANAGE)

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        trainees = assessor_facts.trainees_of([row.person_id for row in rows])
        columns = [
            Column("Assessor", sort="name", second="Staff number"),
            *(Column(words) for words in shown.ENDINGS.values()),
            Column("State", sort="ends"),
            Column("Trainees they countersign", numeric=True),
        ]
        body = [shown.ending_row(row, trainees.get(row.person_id, 0), today()) for row in rows]
        return Table(
            self.page_title,
            columns,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("No award lapses and no authority ends."),
        )


#: Actions on an allocation to somebody who looks after an assessor.
STEPS = {
    "End": "assessments:end_supporter",
    "Correct": "assessments:correct_supporter",
    "Undo": "assessments:undo_supporter",
}


class OfAssessor(OfPage):
    """Base of the pages about one assessor."""

    permission = MANAGE

    @cached_property
    def person(self) -> Person:
        rows = records.person(self.request.user, self.permission, self.kwargs["public_id"])
        return get_object_or_404(rows.select_related("region"))


class Assessor(OfAssessor, Page):
    """An assessor's award, authority and history."""

    template_name = "assessments/assessor.html"
    page_title = "Assessor"

    def shown(self) -> dict[str, Any]:
        record = records.record_of(self.person)
        change = reverse("assessments:record_assessor", args=[self.person.public_id])
        award = assessor_facts.award_of(self.request.user, MANAGE, self.person.pk)
        return {
            "identity": shown.identity(self.person, record, today()),
            "rows": [*shown.rows(record), *self.sampling(record)],
            "route": route_of(self.person, award, self.request.user) if award or record else None,
            "people": allocations_table(
                allocations_of(self.person.pk), today(), steps=STEPS, back=self.person.public_id
            ),
            "events": shown.timeline(records.records_of(self.person)),
            "back_url": reverse("assessments:assessors"),
            "actions": [
                Action("Change" if record else "Record as assessor", change, kind=""),
                *self.handing_over(record),
            ],
        }

    def handing_over(self, record: AssessorRecord | None) -> list[Action]:
        """Return the actions that hand over everybody they look after; none where they are no assessor."""
        if record is None:
            return []
        naming = with_query(
            QueryDict(), reverse("assessments:name_for_assessors"), who=str(self.person.public_id)
        )
        return [
            Action("Name who looks after them", naming),
            Action("Hand over", reverse("assessments:hand_over", args=[self.person.public_id])),
        ]

    def sampling(self, record: AssessorRecord | None) -> list[SummaryRow]:
        """Return the outcomes of their decisions and how closely they are sampled; none for a reader who may not see them."""
        if record is None or not self.request.user.can(VIEW):
            return []
        rates = rate_lines(countersigning_capacity.rates_of(self.person.pk))
        return [*rates, *assessor_lines(sampling_facts.sampled([record]).get(self.person.pk))]


class Record(OfAssessor, ActionPage):
    """Record or change an assessor's award and authority; decisions are stamped again where that changes what they need."""

    form_class = AssessorForm
    page_title, submit = "Record an assessor", "Save"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "record": records.record_of(self.person)}

    def perform(self, form: Any) -> str:
        terms = dict(form.cleaned_data)
        record_assessor(
            person=self.person, by=self.request.user, reason=terms.pop("reason"), **terms
        )
        self.to_settle = (
            open_work.just_qualified(self.request.user).filter(person=self.person).exists()
        )
        return "Assessor recorded"

    def shown(self) -> dict[str, Any]:
        return {"identity": shown.identity(self.person, records.record_of(self.person), today())}

    def get_success_url(self) -> str:
        """Return the page of what still waits where the assessor has just qualified; the assessor's page otherwise."""
        name = "settle" if getattr(self, "to_settle", False) else "assessor"
        return reverse(f"assessments:{name}", args=[self.person.public_id])

    def get_cancel_url(self) -> str:
        return reverse("assessments:assessor", args=[self.person.public_id])
