"""Choose the optional units of a candidate."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.options import choose_units
from assessments.facts.options import chosen_by, requirements_of
from assessments.forms.options import ChooseUnitsForm
from assessments.models import Registration
from assessments.presenters.words import identity
from assessments.queries import records
from pqip.core.errors import RuleBroken
from pqip.pages.generic import ActionPage


class ChooseUnits(ActionPage):
    """Choose the optional units that the candidate takes. The others are not assessed."""

    permission = "assessments.plan_assessment"
    form_class = ChooseUnitsForm
    page_title, submit = "Choose optional units", "Save"
    lead = "Evidence is logged against mandatory units, and against optional ones once they are chosen."

    @cached_property
    def registration(self) -> Registration:
        rows = records.registrations(self.request.user, self.permission).select_related(
            "person", "qualification", "version"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        version = self.registration.current_version
        titles = {unit.pk: str(unit) for unit in version.units.all()}
        chosen = chosen_by([self.registration.pk])[self.registration.pk]
        return {
            **super().get_form_kwargs(),
            "asked": requirements_of(version),
            "titles": titles,
            "chosen": chosen,
        }

    def perform(self, form: Any) -> str:
        try:
            choose_units(
                registration=self.registration,
                units=form.units(),
                on=form.cleaned_data["on"],
                by=self.request.user,
            )
        except RuleBroken as broken:
            field = form.groups[0] if broken.field == "units" and form.groups else broken.field
            raise RuleBroken(broken.message, field) from broken
        return "Optional units chosen"

    def shown(self) -> dict[str, Any]:
        words = (
            {}
            if requirements_of(self.registration.current_version).groups
            else {"lead": "This version has no optional units."}
        )
        return {"identity": identity(self.registration), **words}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])
