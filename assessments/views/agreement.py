"""The sampling plan as the external quality assurer sees it, and what they say of it. Every page is a line in the access log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import agreement_facts as facts
from assessments import sampling_facts
from assessments.actions.agreeing import say_of_plan, take_back
from assessments.forms.agreement import SayForm
from assessments.models import SamplingAgreement
from assessments.presenters import agreement as shown
from assessments.views.candidates import acting_person
from pqip.core.access_log import log_access
from pqip.core.amending import UndoPage
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.core.views import ActionPage, Page
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import Action, SummaryRow
from workforce.models import Region


class Logged:
    """Leaves a line for the page: it is about a region's assessors, and no one person's."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        about = {key: str(value) for key, value in kwargs.items()}
        log_access(request.user, AccessEntry.Kind.VIEW, "assessments:sampling plan", about)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]


class ExternalPlans(Logged, Page):
    """Plans of the regions whose candidates are named to the external quality assurer today."""

    permission = facts.AGREE
    template_name = "assessments/tables.html"
    page_title = "Sampling plans"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = facts.spoken(list(facts.regions(self.request.user)))
        return super().get_context_data(tables=[shown.regions_table(found, opens=True)], **kwargs)


class OfRegion:
    """About the plan of a region of which a candidate is named to one today."""

    permission = facts.AGREE

    @cached_property
    def region(self) -> Region:
        return get_object_or_404(facts.regions(self.request.user), code=self.kwargs["region"])  # type: ignore[attr-defined]

    @cached_property
    def spoken(self) -> facts.Spoken:
        return facts.spoken([self.region])[0]


class ExternalPlan(Logged, OfRegion, Page):
    """A region's plan by assessor, the policy behind it, and what was said of it; no candidate is named."""

    template_name = "assessments/tables.html"
    page_title = "Sampling plan of a region"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user.person_id
        say = Action("Say whether it is agreed", reverse("assessments:agree_sampling", args=[self.region.code]), kind="")
        tables = [
            shown.regions_table([self.spoken], opens=False), shown.shares_table(facts.shares(self.region)),
            shown.history_table(facts.said_of(self.region), person),
        ]
        return super().get_context_data(
            rows=shown.policy_rows(sampling_facts.policy_on(today())), tables=tables, actions=[say],
            back_url=reverse("assessments:external_plans"), **kwargs,
        )


class AgreeSampling(OfRegion, ActionPage):
    """Agree the plan, or say what must change."""

    form_class = SayForm
    page_title, submit = "Say whether the sampling plan is agreed", "Save"

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.spoken.plan.fingerprint}

    def perform(self, form: Any) -> str:
        said = say_of_plan(
            region=self.region, external=acting_person(self.request), by=self.request.user, **form.cleaned_data
        )
        return "Plan agreed" if said.is_agreed else "Comment recorded"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = f"{self.region.name}: the plan holds {self.spoken.plan.samples} samples."
        return super().get_context_data(**{"lead": lead, **kwargs})

    def get_success_url(self) -> str:
        return reverse("assessments:external_plan", args=[self.region.code])


class TakeBackAgreement(UndoPage):
    """Take back what one said oneself."""

    permission = facts.AGREE
    page_title, said, submit = "Take back what you said of a sampling plan", "Taken back", "Take it back"

    def facts(self) -> QuerySet[SamplingAgreement]:
        return facts.own(self.request.user).filter(public_id=self.kwargs["public_id"])

    def amend(self, fact: SamplingAgreement, **answers: Any) -> None:
        take_back(said=fact, reason=answers["reason"], by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = "Agreed" if self.fact.is_agreed else "Not agreed"
        rows = [SummaryRow("Region", self.fact.region),
                SummaryRow("What you said", f"{said}, {date_gov(self.fact.effective_on)}")]
        return super().get_context_data(rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:external_plans")
