"""Pages of the sampling plan for the external quality assurer, and of what they say about it. Every page is logged."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.sampling_agreement import comment_on_plan, withdraw_comment
from assessments.facts import sampling
from assessments.forms.sampling_agreement import SayForm
from assessments.models import SamplingAgreement
from assessments.presenters import sampling_agreement as shown
from assessments.queries import sampling_agreement as facts
from assessments.views.candidates import acting_person
from pqip.core.access import OfPage
from pqip.core.access_log import log_access
from pqip.core.clock import today
from pqip.core.formats import date_gov
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action, SummaryRow
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage, Page
from workforce.models import Region


class Logged:
    """Logs the access to a page that is about a region's assessors and not about one person."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        about = {key: str(value) for key, value in kwargs.items()}
        log_access(request.user, AccessEntry.Kind.VIEW, "assessments:sampling plan", about)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]


class ExternalPlans(Logged, Page):
    """The plans of the regions whose candidates are named to the external quality assurer today."""

    permission = facts.AGREE
    template_name = "assessments/tables.html"
    page_title = "Sampling plans"

    def shown(self) -> dict[str, Any]:
        found = facts.region_plans(list(facts.regions(self.request.user)))
        return {"tables": [shown.regions_table(found, opens=True)]}


class OfRegion(OfPage):
    """Base of the pages about a region's plan, where one of its candidates is named to the user today."""

    permission = facts.AGREE

    @cached_property
    def region(self) -> Region:
        return get_object_or_404(facts.regions(self.request.user), code=self.kwargs["region"])

    @cached_property
    def region_plan(self) -> facts.RegionPlan:
        return facts.region_plans([self.region])[0]


class ExternalPlan(Logged, OfRegion, Page):
    """A region's plan by assessor, the policy behind it, and what was said about it; no candidate is named."""

    template_name = "assessments/tables.html"
    page_title = "Sampling plan of a region"

    def shown(self) -> dict[str, Any]:
        person = self.request.user.person_id
        comment = Action(
            "Say whether it is agreed",
            reverse("assessments:agree_sampling", args=[self.region.code]),
            kind="",
        )
        tables = [
            shown.regions_table([self.region_plan], opens=False),
            shown.shares_table(facts.shares(self.region)),
            shown.history_table(facts.agreements_on(self.region), person),
        ]
        return {
            "rows": shown.policy_rows(sampling.policy_on(today())),
            "tables": tables,
            "actions": [comment],
            "back_url": reverse("assessments:external_plans"),
        }


class AgreeSampling(OfRegion, ActionPage):
    """Agree the plan, or say what must change."""

    form_class = SayForm
    page_title, submit = "Say whether the sampling plan is agreed", "Save"

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.region_plan.plan.fingerprint}

    def perform(self, form: Any) -> str:
        agreement = comment_on_plan(
            region=self.region,
            external=acting_person(self.request),
            by=self.request.user,
            **form.cleaned_data,
        )
        return "Plan agreed" if agreement.is_agreed else "Comment recorded"

    def shown(self) -> dict[str, Any]:
        lead = f"{self.region.name}: the plan holds {self.region_plan.plan.samples} samples."
        return {"lead": lead}

    def get_success_url(self) -> str:
        return reverse("assessments:external_plan", args=[self.region.code])


class TakeBackAgreement(UndoPage):
    """Undo one's own statement."""

    permission = facts.AGREE
    page_title, success_message, submit = (
        "Take back what you said of a sampling plan",
        "Taken back",
        "Take it back",
    )

    def facts(self) -> QuerySet[SamplingAgreement]:
        return facts.own(self.request.user).filter(public_id=self.kwargs["public_id"])

    def amend(self, fact: SamplingAgreement, **answers: Any) -> None:
        withdraw_comment(agreement=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        answer = "Agreed" if self.fact.is_agreed else "Not agreed"
        rows = [
            SummaryRow("Region", self.fact.region),
            SummaryRow("What you said", f"{answer}, {date_gov(self.fact.effective_on)}"),
        ]
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:external_plans")
