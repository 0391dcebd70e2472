"""Forms of the pages before day one and about support needs."""

from __future__ import annotations

from typing import Any

from learners.models.enrolments import EnrolmentQuerySet
from learners.models.starting import Arrangement, Contact, StarterStep
from learners.queries import records
from pqip.core.clock import today
from pqip.govuk import forms

OWNER_HELP = "Blank leaves it with whoever had it before."
#: Arrangements that are shown only to users who may see the learner's support needs.
RESTRICTED = (Arrangement.ADJUSTMENTS.value, Arrangement.FAMILY_CONNECTION.value)
NOT_READ = "not_read"


class StepForm(forms.Form):
    """A step of one arrangement.

    The family-connection check and the handover of cases have no note.
    """

    state = forms.RadioField(
        label="What happened?", error_messages={"required": "Select what happened"}, choices=[]
    )
    on = forms.DateField(label="Date", initial=today)
    staff_number = forms.CharField(
        label="Staff number of who looks after it",
        required=False,
        max_length=30,
        look=forms.Look(width=20),
        help_text=OWNER_HELP,
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        help_text="Never about health, and never about anybody else.",
    )

    def __init__(self, *args: Any, arrangement: str, states: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(StarterStep.State.choices)
        self.choice_field("state").choices = [(state, words[state]) for state in states]
        if arrangement in {Arrangement.FAMILY_CONNECTION, Arrangement.CASES}:
            del self.fields["note"]


class DoneForm(forms.Form):
    """Several arrangements that were done."""

    arrangements = forms.CheckboxesField(
        label="What is done?", error_messages={"required": "Select what is done"}, choices=[]
    )
    on = forms.DateField(label="Date", initial=today)

    def __init__(self, *args: Any, open_ones: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(each.value, each.label) for each in Arrangement if each.value in open_ones]
        self.choice_field("arrangements").choices = labels


class ContactForm(forms.Form):
    on = forms.DateField(label="Date", initial=today)
    means = forms.RadioField(
        label="How?",
        error_messages={"required": "Select how you were in touch"},
        choices=Contact.Means.choices,
    )
    about = forms.TextField(
        label="What was it about?",
        error_messages={"required": "Enter what it was about"},
        rows=3,
        max_length=500,
        help_text="A sentence is enough. Never about health.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=500)


class SupportForm(forms.Form):
    """An adjustment: what is done, never why."""

    adjustment = forms.TextField(
        label="What is done for them?",
        error_messages={"required": "Enter what is done for them"},
        rows=3,
        max_length=500,
        help_text="What is done, never why: no diagnosis, and nothing from an occupational health report.",
    )
    agreed_on = forms.DateField(label="Agreed on", initial=today)
    in_place_on = forms.DateField(
        label="In place since", required=False, help_text="Leave blank until it is."
    )
    review_on = forms.DateField(label="To be reviewed on", required=False)
    staff_number = forms.CharField(
        label="Staff number of who looks after it",
        required=False,
        max_length=30,
        look=forms.Look(width=20),
    )


class ChangeSupportForm(SupportForm):
    ended_on = forms.DateField(label="Needed no more from", required=False)


class StarterFilter(forms.Form):
    """Filters of the list of starters. Their values name nobody."""

    missing = forms.ChoiceField(label="Still to do", required=False, prompt="Anything", choices=[])
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
    cohort = forms.ChoiceField(
        label="Cohort",
        required=False,
        choices=forms.codes_of(records.cohorts),
        prompt="All cohorts",
    )

    def __init__(self, *args: Any, sees_support: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [each for each in Arrangement.choices if sees_support or each[0] not in RESTRICTED]
        self.choice_field("missing").choices = [(NOT_READ, "Read by their line manager"), *shown]
        self.is_valid()

    def chosen(self, name: str) -> str:
        """Return the chosen value, or "" for none or an unknown one."""
        return str(self.cleaned_data.get(name) or "")

    def applied_to(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """Return the rows of the chosen places and cohorts."""
        wanted = {
            f"{name}__code": self.chosen(name)
            for name in ("region", "pdu", "cohort")
            if self.chosen(name)
        }
        return rows.filter(**wanted)
