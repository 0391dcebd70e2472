"""Pages of sampling: each assessor's level and gaps, the plan, and one sample with what was found."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.sampling import finish_action, plan_samples, record_sample, undo_sample
from assessments.facts import sampling as sampling_facts
from assessments.forms.sampling import DoneForm, PlanSamplesForm, RecordSampleForm
from assessments.models import AssessorRecord, Sample
from assessments.models.reach import ReachLedgerQuerySet
from assessments.presenters import sampling as shown
from assessments.presenters import sampling_agreement
from assessments.presenters.evidence import countersigned, criteria_table, decision_summary, summary
from assessments.presenters.words import identity, submission_of
from assessments.queries import records as reading
from assessments.queries import sampling
from assessments.queries.sampling import ASSURE, VIEW, countersignature_of, with_details
from assessments.queries.sampling_agreement import region_plans, regions_sampled
from assessments.rules.sampling import Work
from assessments.views.candidates import acting_person
from learners.views.checked import CheckedPage
from pqip.core.access import OfPage
from pqip.core.clock import today
from pqip.core.formats import date_gov, plural
from pqip.govuk.pages import Action, Count, Empty, SummaryRow
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage, ListPage, Page

#: The number of assessors for whom a plan is proposed at a time, and the most decisions it holds.
ASSESSORS_AT_ONCE, MOST = 300, 100


class Levels(ListPage):
    """Each assessor who has decided anything in the period: how closely they are sampled and why, and what is missing."""

    permission = VIEW
    page_title = "Sampling of assessors"
    sorts = {
        "name": ("person__sort_name",),
        "region": ("person__region__order", "person__sort_name"),
    }
    default_sort = "name"

    def rows(self) -> QuerySet[AssessorRecord]:
        return sampling.assessors(self.request.user)

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        found = sampling_facts.sampled(rows)
        columns = [
            Column("Assessor", sort="name", second="Staff number"),
            Column("Region", sort="region"),
            Column("Level", second="Why"),
            Column("Sampled"),
            Column("Plan"),
            Column("Still to be sampled"),
        ]
        body = [shown.assessor_row(row, found.get(row.person_id)) for row in rows]
        empty = Empty("No assessor has decided anything in the period.")
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class Samples(ListPage):
    """The sampling plan: what is to be sampled, overdue first, and what was found."""

    permission = VIEW
    template_name = "assessments/home.html"
    page_title = "Sampling plan"
    sorts = {"due": ("due_on",)}
    default_sort = "due"

    def rows(self) -> QuerySet[Sample]:
        return self.narrowed(self.request.GET.get("show", "open"))

    def narrowed(self, show: str) -> QuerySet[Sample]:
        rows = sampling.samples(self.request.user).live()
        to_do = Q(action_due_on__isnull=False, action_done_on=None)
        return rows.filter(
            {
                "mine": Q(sampled_on=None, quality_assurer=self.request.user.person_id),
                "overdue": Q(sampled_on=None, due_on__lt=today()),
                "actions": to_do,
                "done": Q(sampled_on__isnull=False),
            }.get(show, Q(sampled_on=None))
        )

    def with_related(self, rows: ReachLedgerQuerySet[Sample]) -> ReachLedgerQuerySet[Sample]:
        return with_details(rows)

    def table(self, rows: list[Sample], sorting: Sorting) -> Table:
        body = [shown.sample_row(row, today()) for row in rows]
        empty = Empty(
            "Nothing is planned to be sampled.",
            "A quality assurer makes a plan from what is missing.",
        )
        return Table(
            "Samples", shown.SAMPLE_COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def shown(self) -> dict[str, Any]:
        url = reverse("assessments:samples")
        counts = [
            Count(label, self.narrowed(show).count(), f"{url}?show={show}")
            for label, show in (
                ("To be sampled", "open"),
                ("By me", "mine"),
                ("Overdue", "overdue"),
                ("Actions open", "actions"),
                ("Sampled", "done"),
            )
        ]
        may_plan = self.request.user.can(ASSURE)
        actions = (
            [Action("Plan what is missing", reverse("assessments:plan_samples"), kind="")]
            if may_plan
            else []
        )
        agreed = sampling_agreement.regions_table(
            region_plans(regions_sampled(self.request.user)), opens=False
        )
        return {"counts": counts, "counts_label": "Samples", "actions": actions, "instead": agreed}


class PlanSamples(CheckedPage):
    """Propose decisions that would fill the gaps, and plan to sample them oneself."""

    permission = ASSURE
    form_class = PlanSamplesForm
    page_title, submit = "Plan what is missing", "Continue"
    lead = "Decisions are proposed that fill what the policy still asks for, oldest first; none in which you had a part."

    @cached_property
    def proposed(self) -> list[tuple[int, Work]]:
        records = list(
            sampling.assessors(self.request.user, ASSURE).order_by("pk")[:ASSESSORS_AT_ONCE]
        )
        found = sampling_facts.proposals(records, acting_person(self.request).pk)
        reached = set(  # an assessor's candidates may be in other places
            reading.decisions(self.request.user, ASSURE)
            .filter(pk__in=[work.decision for _who, work in found])
            .values_list("pk", flat=True)
        )
        return [(who, work) for who, work in found if work.decision in reached][:MOST]

    def checked(self, form: Any) -> dict[str, Any]:
        found = reading.decisions(self.request.user, ASSURE).filter(
            pk__in=[work.decision for _who, work in self.proposed]
        )
        rows = found.values_list(
            "pk", "evidence__reference", "assessor__first_name", "assessor__last_name"
        )
        references = {key: reference for key, reference, *_name in rows}
        names = {key: " ".join(name) for key, _reference, *name in rows}
        table = shown.proposals_table(
            [(names[work.decision], work) for _who, work in self.proposed], references
        )
        return {
            "rows": [
                SummaryRow("To be sampled by", date_gov(form.cleaned_data["due_on"])),
                SummaryRow("Decisions", len(self.proposed)),
            ],
            "moves": table,
            "submit": "Plan these samples",
        }

    def perform(self, form: Any) -> str:
        made = plan_samples(
            decisions=[(work.decision, work.stage) for _who, work in self.proposed],
            by=self.request.user,
            quality_assurer=acting_person(self.request),
            due_on=form.cleaned_data["due_on"],
        )
        return f"{plural(len(made), 'sample')} planned"

    def get_success_url(self) -> str:
        return reverse("assessments:samples")


class OfSample(OfPage):
    """Base of the pages about one visible sample."""

    def facts(self) -> ReachLedgerQuerySet[Sample]:
        rows = sampling.samples(self.request.user, self.permission)
        return with_details(rows.filter(public_id=self.kwargs["public_id"]))

    @cached_property
    def sample(self) -> Sample:
        return get_object_or_404(self.facts().live())

    def get_success_url(self) -> str:
        return reverse("assessments:samples")


class SamplePage(OfSample, Page):
    """A sample: the evidence, the decision, its countersignature, and what was found."""

    permission = VIEW
    template_name = "assessments/sample.html"
    page_title = "Sample"

    def shown(self) -> dict[str, Any]:
        sample, decision = self.sample, self.sample.decision
        criteria = reading.criteria_of([*decision.criteria_met, *decision.criteria_not_met])
        looked = ", ".join(one.code for key, one in criteria.items() if key in sample.criteria)
        return {
            "identity": identity(decision.evidence.registration),
            "evidence": summary(decision.evidence, submission_of(decision.evidence)),
            "rows": [*decision_summary(decision), *countersigned(countersignature_of(decision))],
            "criteria": criteria_table(criteria, decision.criteria_met, decision.criteria_not_met),
            "found": shown.summary(sample, looked),
            "actions": self.doable(),
            "lead": shown.undone(sample),
            "back_url": self.get_success_url(),
        }

    def doable(self) -> list[Action]:
        sample, user = self.sample, self.request.user
        if not user.can(ASSURE):
            return []
        stands = not sample.decision.is_void
        where = [sample.public_id]
        undo = Action(
            "Take out" if sample.sampled_on is None else "Undo",
            reverse("assessments:undo_sample", args=where),
        )
        if sample.sampled_on is None:
            own = sample.quality_assurer_id == user.person_id
            record = Action(
                "Record what you found", reverse("assessments:record_sample", args=where), kind=""
            )
            return [*([record] if own and stands else []), undo]
        done = Action("The action is done", reverse("assessments:sample_done", args=where), kind="")
        return [*([done] if sample.action_due_on and sample.action_done_on is None else []), undo]


class RecordSample(OfSample, ActionPage):
    """Record what was found of one's own sample."""

    permission = ASSURE
    form_class = RecordSampleForm
    page_title, submit = "Record a sample", "Save"

    @cached_property
    def sample(self) -> Sample:
        return get_object_or_404(
            self.facts().live().filter(quality_assurer=self.request.user.person_id, sampled_on=None)
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        decision = self.sample.decision
        criteria = reading.criteria_of([*decision.criteria_met, *decision.criteria_not_met])
        return {**super().get_form_kwargs(), "criteria": criteria.values()}

    def perform(self, form: Any) -> str:
        record_sample(sample=self.sample, by=self.request.user, **form.cleaned_data)
        return "Sample recorded"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.sample.decision.evidence.registration)}


class SampleDone(OfSample, ActionPage):
    """Record that the assessor's action was done."""

    permission = ASSURE
    form_class = DoneForm
    page_title, submit = "The action of a sample is done", "Save"

    def perform(self, form: Any) -> str:
        finish_action(sample=self.sample, on=form.cleaned_data["on"], by=self.request.user)
        return "Recorded as done"

    def shown(self) -> dict[str, Any]:
        return {"lead": self.sample.action}


class UndoSample(OfSample, UndoPage):
    """Undo a planned sample, or what was recorded of it."""

    permission = ASSURE
    page_title = "Undo a sample"
    lead = "A planned sample is taken out. One that was recorded is planned again. Both stay in the history."

    def amend(self, fact: Sample, **answers: Any) -> None:
        undo_sample(sample=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        return {"rows": shown.summary(self.fact, "")}
