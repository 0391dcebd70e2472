"""Forms of the pages about support conversations."""

from __future__ import annotations

from learners.models import ConversationAction
from pqip.core.clock import today
from pqip.govuk import forms
from pqip.pages.amending import AmendForm

WHAT = (
    "What the service or the learner will do, in a few words. Write nothing about anybody’s health, "
    "and do not name or describe anyone on probation."
)
CAME = [("held", "It was held"), ("declined", "The learner declined it")]


class ConversationFilter(forms.Form):
    state = forms.ChoiceField(
        label="Show",
        required=False,
        prompt="To be offered",
        choices=[
            ("waiting", "Offered, nothing came of it yet"),
            ("overdue", "Something agreed is overdue"),
        ],
    )


class OfferForm(forms.Form):
    offered_on = forms.DateField(label="Offered on", initial=today)


class OutcomeForm(forms.Form):
    came = forms.RadioField(
        label="What came of it",
        choices=CAME,
        error_messages={"required": "Select whether it was held or declined."},
    )
    came_on = forms.DateField(label="On which day", initial=today)


class CorrectConversationForm(AmendForm):
    offered_on = forms.DateField(label="Offered on")
    came = forms.RadioField(
        label="What came of it", required=False, choices=[*CAME, ("", "Nothing yet")]
    )
    came_on = forms.DateField(
        label="On which day",
        required=False,
        help_text="Leave this blank where nothing came of it yet.",
    )


class ActionForm(forms.Form):
    what = forms.CharField(label="What is to be done", max_length=300, help_text=WHAT)
    owner = forms.RadioField(
        label="By whom",
        choices=ConversationAction.Owner.choices,
        error_messages={"required": "Select who does it."},
    )
    agreed_on = forms.DateField(label="Agreed on", initial=today)
    do_by = forms.DateField(label="By when")


class CorrectActionForm(AmendForm):
    what = forms.CharField(label="What is to be done", max_length=300, help_text=WHAT)
    owner = forms.RadioField(
        label="By whom",
        choices=ConversationAction.Owner.choices,
        error_messages={"required": "Select who does it."},
    )
    agreed_on = forms.DateField(label="Agreed on")
    do_by = forms.DateField(label="By when")
    done_on = forms.DateField(
        label="Done on", required=False, help_text="Leave this blank until it is done."
    )


class DoneForm(forms.Form):
    done_on = forms.DateField(label="Done on", initial=today)
