"""Forms of pages about staff."""

from __future__ import annotations

from typing import Any

from pqip.core.clock import today
from pqip.exchange.datasets import DIFFERENT
from pqip.govuk import forms
from pqip.pages.amending import AmendForm
from workforce.forms.places import PlaceFields
from workforce.models import Absence
from workforce.models.people import Contract, Function, PersonQuerySet
from workforce.queries import records


class StaffFilter(forms.Form):
    """Filters of the staff list; an empty filter means all."""

    grade = forms.CheckboxesField(
        label="Grade",
        required=False,
        choices=forms.codes_of(records.grades),
        look=forms.Look(small=True),
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        choices=forms.codes_of(records.regions),
        prompt="All regions",
    )
    pdu = forms.ChoiceField(
        label="Probation delivery unit",
        required=False,
        choices=forms.codes_of(records.pdus),
        prompt="All units",
    )

    def applied_to(self, rows: PersonQuerySet) -> PersonQuerySet:
        """Return the rows that match the chosen values. Unknown values are ignored."""
        self.is_valid()
        for name, wanted in self.cleaned_data.items():
            if wanted:
                rows = rows.filter(
                    **{f"{name}__code__in": wanted if isinstance(wanted, list) else [wanted]}
                )
        return rows


NUMBER_HELP = "As on the payroll, with leading zeros. Not on it yet: APP: and the application number, such as APP:1234."


def staff_number_field() -> forms.CharField:
    return forms.CharField(
        label="Staff number", max_length=30, look=forms.Look(width=20), help_text=NUMBER_HELP
    )


class DetailFields(forms.Form):
    """The name of a person, and what tells them from others."""

    first_name = forms.CharField(label="First name", max_length=100)
    last_name = forms.CharField(label="Last name", max_length=100)
    email = forms.EmailField(label="E-mail address", required=False, max_length=254)
    date_of_birth = forms.DateField(label="Date of birth", required=False)
    organisation = forms.CharField(
        label="Organisation",
        required=False,
        max_length=100,
        help_text="Only of people who do not work for the Service.",
    )


class DetailsForm(DetailFields, AmendForm):
    """The corrected details of a person, with the reason."""

    field_order = [*DetailFields.base_fields, "reason"]


class NewNumberForm(AmendForm):
    """Another staff number, such as the payroll's instead of an application's."""

    staff_number = staff_number_field()


class PostFields(forms.Form):
    """A post, apart from its place."""

    grade = forms.ModelChoiceField(None, label="Grade")
    function = forms.ChoiceField(
        label="Function", required=False, choices=Function.choices, prompt="Not recorded"
    )
    fte = forms.DecimalField(
        label="Hours",
        max_digits=3,
        decimal_places=2,
        look=forms.Look(width=4),
        help_text="As a part of full time, from 0.1 to 1.0.",
    )
    contract = forms.RadioField(
        label="Contract", choices=Contract.choices, initial=Contract.PERMANENT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("grade").queryset = records.grades()


POST_ORDER = ["on", "grade", "region", "pdu", "function", "fte", "contract", "service_start_date"]


class BeginPostForm(PlaceFields, PostFields):
    """A post that somebody on record begins."""

    on = forms.DateField(label="First day in post")
    service_start_date = forms.DateField(
        label="Start in the Service", required=False, help_text="Where it was earlier."
    )
    field_order = POST_ORDER


class AddPersonForm(PlaceFields, PostFields, DetailFields):
    """A new person with their first post."""

    staff_number = staff_number_field()
    email = forms.EmailField(label="E-mail address", max_length=254)
    on = forms.DateField(label="First day in post")
    service_start_date = forms.DateField(
        label="Start in the Service", required=False, help_text="Where it was earlier."
    )
    field_order = ["staff_number", *DetailFields.base_fields, *POST_ORDER]


class SamePersonForm(forms.Form):
    """Whether a new person is one on record."""

    answer = forms.RadioField(
        label="Are they the same person?",
        choices=[],
        error_messages={"required": "Select whether they are the same person"},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(number, f"Yes, they are {name} ({number})") for number, name in choices]
        self.choice_field("answer").choices = [*known, (DIFFERENT, "No, they are somebody else")]


class ChangePostForm(PostFields):
    """What changes in somebody's post from a day. What is left as it is does not change."""

    on = forms.DateField(label="First day of the change")
    region = forms.ModelChoiceField(None, label="Region")
    pdu = forms.ModelChoiceField(
        None, label="Probation delivery unit", required=False, prompt="The whole region"
    )
    field_order = POST_ORDER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = records.regions()
        self.model_field("pdu").queryset = records.pdus()


class EndPostForm(forms.Form):
    """The end of somebody's post."""

    ended_on = forms.DateField(label="Last day in post")
    leave_reason = forms.CharField(label="Reason", required=False, max_length=60)
    destination = forms.CharField(label="Where they went", required=False, max_length=60)


class CorrectPostForm(AmendForm):
    """The corrected dates of a post, and how it ended.

    Anything else is changed from the day the post began.
    """

    effective_on = forms.DateField(label="First day in post")
    ended_on = forms.DateField(
        label="Last day in post", required=False, help_text="Leave blank while they hold it."
    )
    leave_reason = forms.CharField(label="Reason for leaving", required=False, max_length=60)
    destination = forms.CharField(label="Where they went", required=False, max_length=60)


class CorrectAbsenceForm(AmendForm):
    """A corrected absence: its days, and the part of full time that was lost; never the reason."""

    effective_on = forms.DateField(label="First day")
    expected_end_date = forms.DateField(label="Expected last day", required=False)
    ended_on = forms.DateField(
        label="Last day away", required=False, help_text="Leave blank while it lasts."
    )
    fte_lost = forms.DecimalField(
        label="Part of full time lost",
        required=False,
        max_digits=3,
        decimal_places=2,
        look=forms.Look(width=4),
        help_text="Only for reduced hours, such as 0.4. Do not record any medical reason.",
    )


class AbsenceForm(forms.Form):
    """An absence or a reduction of hours; never its reason."""

    kind = forms.RadioField(label="What it is", choices=Absence.Kind.choices)
    starts_on = forms.DateField(label="First day")
    expected_end_date = forms.DateField(label="Expected last day", required=False)
    fte_lost = forms.DecimalField(
        label="Part of full time lost",
        max_digits=3,
        decimal_places=2,
        look=forms.Look(width=4),
        help_text="Such as 0.4. Do not record any medical reason.",
    )
    reveals = {"fte_lost": ("kind", Absence.Kind.REDUCED_HOURS)}


class EndAbsenceForm(forms.Form):
    """The end of an absence."""

    ended_on = forms.DateField(label="Last day away", initial=today)
