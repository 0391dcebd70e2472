"""Campaigns: the list, one campaign's funnel and places, and what changes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.campaigns import (
    add_campaign,
    change_campaign,
    change_places,
    plan_places,
    undo_places,
)
from learners.forms.campaigns import CampaignForm, ChangePlacesForm, PlacesForm
from learners.models import Campaign, CampaignPlaces
from learners.presenters import campaigns as shown
from learners.queries import campaigns as reading
from pqip.core.formats import plural
from pqip.core.ledger import LedgerQuerySet
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.tables import Sorting, Table
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage, ListPage, Page

TITLE = "Campaigns"


def crumbs(last: str, campaign: Campaign | None = None) -> list[Crumb]:
    """The way back to the list, and to a campaign."""
    way = [Crumb(TITLE, reverse("learners:campaigns"))]
    if campaign is not None:
        way.append(Crumb(str(campaign), reverse("learners:campaign", args=[campaign.public_id])))
    return [*way, Crumb(last)]


class Campaigns(ListPage):
    """Campaigns of the whole country and of regions within reach."""

    permission = reading.SEE
    page_title = TITLE
    lead = "How many applied in each recruitment campaign, were offered a place, and started."
    of_people = False
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "campaign": ("code",),
        "region": ("region__order", "code"),
        "opens": ("opens_on", "code"),
    }
    default_sort = "-opens"

    def rows(self) -> QuerySet[Campaign]:
        return reading.campaigns(self.request.user)

    def with_related(self, rows: Any) -> Any:
        return rows.select_related("region")

    def table(self, rows: list[Campaign], sorting: Sorting) -> Table:
        totals = reading.totals(self.request.user, rows)
        return shown.list_table(TITLE, rows, totals, sorting)

    def shown(self) -> dict[str, Any]:
        may = self.request.user.can(reading.RECORD)
        add = [Action("Add a campaign", reverse("learners:add_campaign"))] if may else []
        return {"actions": add}


class OfCampaign:
    """About one campaign, fetched through the scope of the page's permission."""

    request: Any
    kwargs: dict[str, Any]
    permission: Any = reading.SEE

    @cached_property
    def campaign(self) -> Campaign:
        rows = reading.campaigns(self.request.user, self.permission).select_related("region")
        return get_object_or_404(rows, public_id=self.kwargs["campaign_id"])

    def get_success_url(self) -> str:
        return reverse("learners:campaign", args=[self.campaign.public_id])


class CampaignPage(OfCampaign, Page):
    """How far applications within reach have come, how long it took, who stopped where, and which places are filled."""

    template_name = "learners/campaign.html"
    page_title = "Campaign"

    def shown(self) -> dict[str, Any]:
        user, campaign = self.request.user, self.campaign
        counts = reading.counts(user, campaign)
        whole = reading.reaches_whole(user, campaign)
        whose = "" if whole else shown.whose_words(reading.names_of_regions(user))
        rows = list(reading.places(user, campaign).live())
        planned: dict[int, int] = {}
        for row in rows:
            planned[row.region_id] = planned.get(row.region_id, 0) + row.places
        may = {row.pk: reading.may_record(user, row) for row in rows}
        started = reading.started_on_pathways(campaign)
        says = [shown.checks_words(counts, reading.target_days())]
        return {
            "heading": str(campaign),
            "identity": None,
            "tabs": [],
            "breadcrumbs": crumbs(str(campaign)),
            "about": shown.about(campaign, counts.stages[0].reached, whole=whole),
            "tables": [
                shown.funnel_table(campaign, counts),
                shown.regions_table(campaign, counts, planned, reading.regions_by_key()),
                shown.places_table(rows, started, may),
            ],
            "says": [each for each in says if each],
            "whose": whose,
            "chart": shown.stage_chart(counts),
            "actions": self._actions(),
        }

    def _actions(self) -> list[Action]:
        user, key = self.request.user, [self.campaign.public_id]
        found = [Action("Applications", reverse("learners:applications", args=key))]
        if user.can(reading.RECORD):
            found.append(
                Action("Add an application", reverse("learners:add_application", args=key))
            )
            found.append(Action("Add places", reverse("learners:plan_campaign_places", args=key)))
        if reading.may_change(user, self.campaign):
            found.append(
                Action("Change the campaign", reverse("learners:change_campaign", args=key))
            )
        return found


class CampaignFormPage(ActionPage):
    """What is known of a campaign."""

    permission = reading.RECORD
    form_class = CampaignForm

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        own = {
            "regions": reading.regions(user),
            "everywhere": user.scope(reading.RECORD).everywhere,
        }
        return {**super().get_form_kwargs(), **own}


class AddCampaign(CampaignFormPage):
    """A campaign that files and pages name from then on."""

    page_title, submit = "Add a campaign", "Save"

    def perform(self, form: Any) -> str:
        self.made = add_campaign(by=self.request.user, **form.cleaned_data)
        return "Campaign added"

    def get_success_url(self) -> str:
        made = getattr(self, "made", None)
        if made is None:
            return reverse("learners:campaigns")
        return reverse("learners:campaign", args=[made.public_id])

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs(self.page_title)}


class ChangeCampaign(OfCampaign, CampaignFormPage):
    """What is known of a campaign, corrected where it stands."""

    permission = reading.RECORD
    page_title, submit = "Change the campaign", "Save"

    @cached_property
    def campaign(self) -> Campaign:
        rows = reading.campaigns_to_change(self.request.user).select_related("region")
        return get_object_or_404(rows, public_id=self.kwargs["campaign_id"])

    def get_initial(self) -> dict[str, Any]:
        names = CampaignForm.base_fields
        return {name: getattr(self.campaign, name) for name in names}

    def perform(self, form: Any) -> str:
        change_campaign(by=self.request.user, campaign=self.campaign, **form.cleaned_data)
        return "Changed"

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs(self.page_title, self.campaign)}


class PlanPlaces(OfCampaign, ActionPage):
    """Places of a campaign in one region on one pathway."""

    permission = reading.RECORD
    form_class = PlacesForm
    page_title, submit = "Add places", "Save"

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = reading.regions(self.request.user)
        if self.campaign.region_id is not None:
            rows = rows.filter(pk=self.campaign.region_id)
        return {**super().get_form_kwargs(), "regions": rows}

    def perform(self, form: Any) -> str:
        made = plan_places(by=self.request.user, campaign=self.campaign, **form.cleaned_data)
        return f"{plural(made.places, 'place')} added"

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs(self.page_title, self.campaign)}


class OfPlaces(AmendPage):
    """About places of a campaign within reach."""

    permission = reading.RECORD

    def facts(self) -> LedgerQuerySet:
        return reading.places_named(self.request.user, self.kwargs["places_id"])

    def get_success_url(self) -> str:
        return reverse("learners:campaign", args=[self.fact.campaign.public_id])


class ChangePlaces(OfPlaces):
    """Another number of places."""

    form_class = ChangePlacesForm
    page_title, submit, success_message = "Change places", "Save", "Changed"

    def amend(self, fact: CampaignPlaces, **answers: Any) -> None:
        change_places(by=self.request.user, planned=fact, **answers)

    def shown(self) -> dict[str, Any]:
        of = f"{self.fact.region}, {shown.pathway_words(self.fact)}"
        return {"heading": of, "breadcrumbs": crumbs(self.page_title, self.fact.campaign)}


class UndoPlaces(OfPlaces, UndoPage):
    """They are planned no more."""

    page_title, success_message = "Undo places", "Undone: these places are planned no more"

    def amend(self, fact: CampaignPlaces, **answers: Any) -> None:
        undo_places(by=self.request.user, planned=fact, **answers)

    def shown(self) -> dict[str, Any]:
        rows = shown.places_summary(self.fact)
        return {"rows": rows, "breadcrumbs": crumbs(self.page_title, self.fact.campaign)}


__all__ = [
    "AddCampaign",
    "CampaignPage",
    "Campaigns",
    "ChangeCampaign",
    "ChangePlaces",
    "PlanPlaces",
    "UndoPlaces",
]
