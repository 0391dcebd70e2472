"""Choose the optional units of a candidate."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import reading
from assessments.actions.choosing import asked_of, choose_units, chosen_by
from assessments.forms.choosing import ChooseUnitsForm
from assessments.models import Registration
from assessments.presenters.words import identity
from pqip.core.errors import RuleBroken
from pqip.core.views import ActionPage


class ChooseUnits(ActionPage):
    """The optional units the candidate takes. Nothing is assessed of the others."""

    permission = "assessments.plan_assessment"
    form_class = ChooseUnitsForm
    page_title, submit = "Choose optional units", "Save"
    lead = "Evidence is logged against mandatory units, and against optional ones once they are chosen."

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related("person", "qualification", "version")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        version = self.registration.current_version
        titles = {unit.pk: str(unit) for unit in version.units.all()}
        chosen = chosen_by([self.registration.pk])[self.registration.pk]
        return {**super().get_form_kwargs(), "asked": asked_of(version), "titles": titles, "chosen": chosen}

    def perform(self, form: Any) -> str:
        try:
            choose_units(
                registration=self.registration, units=form.units(), on=form.cleaned_data["on"], by=self.request.user
            )
        except RuleBroken as broken:
            field = form.groups[0] if broken.field == "units" and form.groups else broken.field
            raise RuleBroken(broken.message, field) from broken
        return "Optional units chosen"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {} if asked_of(self.registration.current_version).groups else {"lead": "This version has no optional units."}
        return super().get_context_data(**{"identity": identity(self.registration), **words, **kwargs})

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])
