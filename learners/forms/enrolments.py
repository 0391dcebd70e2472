"""Forms to enrol somebody, one short page at a time: person, place, entry facts, and who looks
after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from learners.forms.entry import OF_EXTERNAL, OF_PROGRESSION, EntryFields
from learners.forms.intakes import CohortFields
from learners.models.enrolments import EntryRoute
from learners.queries import records
from learners.rules.events import check_hours
from pqip.core.errors import RuleBroken
from pqip.govuk import forms
from workforce.forms.places import PlaceFields
from workforce.forms.staff import DetailFields, staff_number_field

BY_THE_RULES = "rules"
OF_ROUTES = {
    EntryRoute.EXTERNAL: OF_EXTERNAL,
    EntryRoute.PSO_PROGRESSION: OF_PROGRESSION,
    EntryRoute.INTERNAL_MOJ: (),
}


class WhoForm(forms.Form):
    """Whether to enrol a new person or somebody on record."""

    who = forms.RadioField(
        label="Who is to be enrolled?",
        choices=[("new", "Somebody new"), ("known", "Somebody on record, such as a PSO")],
        error_messages={"required": "Select who is to be enrolled"},
    )
    words = forms.CharField(
        label="Their staff number or name", max_length=100, look=forms.Look(width=20)
    )
    reveals: ClassVar[forms.Reveals] = {"words": ("who", "known")}


class HoursField(forms.DecimalField):
    """Hours on the programme."""

    def __init__(self) -> None:
        super().__init__(
            label="Hours",
            initial=Decimal("1.0"),
            max_digits=3,
            decimal_places=2,
            look=forms.Look(width=4, suffix="FTE"),
            help_text="1.0 is full time; part time is from 0.6 to 0.8.",
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        try:
            check_hours(value)
        except RuleBroken as broken:
            raise ValidationError(broken.message) from broken


class NewLearnerForm(PlaceFields, DetailFields):
    """A new person, who begins as a PSO on the first day of the programme."""

    staff_number = staff_number_field()
    on = forms.DateField(label="First day")
    fte = HoursField()
    field_order = ["staff_number", *DetailFields.base_fields, "on", "region", "pdu", "fte"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        born, first = answers.get("date_of_birth"), answers.get("on")
        if born and first and born >= first:
            self.add_error("date_of_birth", "Date of birth must be before the first day")
        return answers


class PlaceForm(CohortFields, PlaceFields):
    """The place on the programme: cohort, first day, place, hours, and entry route."""

    start_date = forms.DateField(label="Start date")
    fte = HoursField()
    entry_route = forms.RadioField(label="Entry route", choices=EntryRoute.choices)
    field_order = ["cohort", "new_cohort", "start_date", "region", "pdu", "fte", "entry_route"]


class EntryAnswersForm(EntryFields):
    """The entry facts that one route asks for, from which the pathway follows.

    The facts of the application are asked for if it is at hand.
    """

    has_application = forms.YesNoField(
        label="Is their application at hand?",
        help_text="With it the pathway is decided now, without it later.",
    )
    pathway = forms.RadioField(label="Pathway", choices=[], initial=BY_THE_RULES)
    reason = forms.TextField(
        label="Reason for another pathway",
        required=False,
        rows=2,
        max_length=500,
        help_text="Only where the pathway is not the one that the rules lead to.",
    )

    def __init__(self, *args: Any, route: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = {name for key, names in OF_ROUTES.items() if key != route for name in names}
        for name in ("entry_route", *others):
            del self.fields[name]
        self.route = route
        asked = [name for name in EntryFields.base_fields if name in self.fields]
        apart = ("level5_held", "modules_held")
        of_application = [name for name in asked if name not in apart]
        self.reveals = dict.fromkeys(of_application, ("has_application", "yes"))  # type: ignore[misc]
        self.order_fields([*apart, "has_application", *of_application, "pathway", "reason"])
        paths = [(row.code, str(row)) for row in records.pathways()]
        self.choice_field("pathway").choices = [
            (BY_THE_RULES, "The one that the rules lead to"),
            *paths,
        ]

    def facts(self) -> dict[str, Any]:
        """Return the facts from which the pathway follows."""
        answers = self.cleaned_data
        return {
            "entry_route": self.route,
            "level5_held": answers["level5_held"],
            "modules_held": answers["modules_held"],
            "applied_on": answers.get("applied_on"),
            "modules_started": answers.get("modules_started") or (),
        }


class LookAfterForm(forms.Form):
    """Who looks after them from the first day: chosen by name, the best choice first."""

    pta = forms.ChoiceField(label="Practice tutor assessor", required=False, prompt="Not yet known")
    line_manager = forms.ChoiceField(label="Line manager", required=False, prompt="Not yet known")
    from_date = forms.DateField(label="First day")

    def __init__(
        self, *args: Any, offered: dict[str, Sequence[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for role, people in offered.items():
            self.choice_field(role).choices = people
