"""Forms for withdrawals, leavers, and what follows completion."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.forms.events import note
from learners.models import OfficerPost, WithdrawalDetail
from learners.models.events import Destination, EndedBy
from learners.queries import records
from learners.queries.withdrawals import drivers, reasons_for
from learners.rules.qualified import EXCEPTIONS, PERCENT
from learners.rules.withdrawals import NO_REASON, needs_approval
from pqip.core.clock import today
from pqip.govuk import forms

TOLD = {
    EndedBy.SERVICE: "Day they were told",
    EndedBy.LEARNER: "Day they told us",
    EndedBy.BOTH: "Day it was agreed",
}
NUMBER: dict[str, Any] = {"required": False, "max_length": 30, "look": forms.Look(width=20)}


class WhoEndedForm(forms.Form):
    """The first questions of a withdrawal: the reasons depend on both answers."""

    ended_by = forms.RadioField(
        label="Who ended it?",
        error_messages={"required": "Select who ended it"},
        choices=EndedBy.choices,
        help_text="If it was the Service, somebody else approves it before anything happens.",
    )
    on = forms.DateField(
        label="Day it takes effect", help_text="Their first day no longer on the programme."
    )


class WithdrawForm(forms.Form):
    """The questions once it is known who ended it and when. Only reasons that fit both are offered."""

    told_on = forms.DateField(label="Day they were told")
    last_activity_on = forms.DateField(
        label="Last activity",
        help_text="The last day they studied, worked towards units or trained.",
    )
    reason = forms.ChoiceField(label="Main reason", prompt="Select a reason", choices=[])
    other_reasons = forms.CheckboxesField(
        label="Other reasons", required=False, choices=[], look=forms.Look(small=True)
    )
    destination = forms.RadioField(label="Where they went", choices=Destination.choices)
    would_return = forms.RadioField(
        label="Would they return?",
        error_messages={
            "required": "Select whether they would return, or that they were not asked"
        },
        choices=WithdrawalDetail.WouldReturn.choices,
        initial=WithdrawalDetail.WouldReturn.NOT_ASKED,
    )
    exit_interview_offered_on = forms.DateField(label="Exit interview offered on", required=False)
    note = note(
        help_text="Say here what another role or reason is. Do not name or describe anyone on probation, or anyone's health."
    )

    def __init__(self, *args: Any, ended_by: str, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, ended_by, on)
        self.fields["told_on"].label = TOLD[EndedBy(ended_by)]
        for name in (
            ("would_return", "exit_interview_offered_on") if needs_approval(ended_by) else ()
        ):
            del self.fields[name]


class CodingForm(forms.Form):
    """The corrected coding of a withdrawal.

    What the Service ends is not coded here: it is approved.
    """

    ended_by = forms.RadioField(
        label="Who ended it",
        choices=[each for each in EndedBy.choices if not needs_approval(each[0])],
    )
    reason = forms.ChoiceField(label="Main reason", prompt="Select a reason", choices=[])
    other_reasons = forms.CheckboxesField(
        label="Other reasons", required=False, choices=[], look=forms.Look(small=True)
    )
    destination = forms.RadioField(label="Where they went", choices=Destination.choices)
    note = note()
    why = forms.TextField(
        label="What was wrong", rows=3, max_length=500, help_text="And how you know what is right."
    )

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, EndedBy.LEARNER, on)


def _offer(form: forms.Form, ended_by: str, on: dt.date) -> None:
    groups = reasons_for(ended_by, on)
    form.choice_field("reason").choices = [("", "Select a reason"), *groups]
    others = [each for _, group in groups for each in group if each[0] not in NO_REASON]
    form.choice_field("other_reasons").choices = others


class VerdictForm(forms.Form):
    approved = forms.YesNoField(label="Do you approve it?")
    note = forms.TextField(
        label="Reason", required=False, rows=3, max_length=500, help_text="Needed if you refuse it."
    )


class InterviewForm(forms.Form):
    offered_on = forms.DateField(label="Exit interview offered on", required=False)
    held_on = forms.DateField(label="Exit interview held on", required=False)


class WordsForm(forms.Form):
    """What a leaver said in the survey or the interview."""

    on = forms.DateField(label="Day they said it", initial=today)
    reason = forms.ChoiceField(
        label="Reason they gave first",
        required=False,
        prompt="None of these",
        choices=lambda: drivers(today()),
    )
    other_reasons = forms.CheckboxesField(
        label="Other reasons they gave",
        required=False,
        choices=lambda: drivers(today()),
        look=forms.Look(small=True),
    )
    words = forms.TextField(
        label="Their own words",
        required=False,
        rows=6,
        max_length=4000,
        help_text="Read by HR business partners only. Do not name anybody on probation, or any colleague.",
    )


class LeaverFilter(forms.Form):
    interview = forms.ChoiceField(
        label="Exit interview",
        required=False,
        prompt="Any",
        choices=[
            ("to_offer", "Not offered yet"),
            ("to_hold", "Offered, not held"),
            ("held", "Held"),
        ],
    )
    words = forms.ChoiceField(
        label="Their own words",
        required=False,
        prompt="Any",
        choices=[("no", "Not recorded"), ("yes", "Recorded")],
    )


class PostForm(forms.Form):
    on = forms.DateField(label="Offered on", initial=today)
    region = forms.ModelChoiceField(label="Region", queryset=None)
    pdu = forms.ModelChoiceField(
        label="Probation delivery unit", queryset=None, required=False, prompt="Whole region"
    )
    preference_met = forms.YesNoField(label="Is it where they asked to go?", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = records.regions()
        self.model_field("pdu").queryset = records.pdus()


class PostAnswerForm(forms.Form):
    answer = forms.RadioField(
        label="What did they answer?",
        error_messages={"required": "Select what they answered"},
        choices=OfficerPost.Answer.choices,
    )
    on = forms.DateField(label="Day of the answer", initial=today)
    begins_on = forms.DateField(
        label="First day as an officer",
        required=False,
        help_text="If they accepted. Their post changes from this day. Leave blank for the day of the answer, or of completing "
        "where that is later.",
    )


class ProtectionForm(forms.Form):
    """What the officer receives during the nine months of protection."""

    on = forms.DateField(
        label="First day as an officer",
        help_text="They are protected for nine months from their first day on record, else from this one.",
    )
    reduction_percent = forms.IntegerField(
        label="Reduction of work, in per cent",
        min_value=1,
        max_value=100,
        initial=PERCENT,
        look=forms.Look(width=2),
    )
    reduction_from = forms.DateField(
        label="Reduction in force from", required=False, help_text="Leave blank until it is."
    )
    reduction_until = forms.DateField(
        label="Last day of the reduction",
        required=False,
        help_text="Only if it ended before the nine months did.",
    )
    mentor = forms.CharField(label="Staff number of their mentor", **NUMBER)
    pta = forms.CharField(label="Staff number of the practice tutor assessor they keep", **NUMBER)
    office_moved = forms.YesNoField(label="Have they been moved to another office?", required=False)


class WorkshopForm(forms.Form):
    title = forms.CharField(label="Workshop", max_length=120)
    on = forms.DateField(label="Attended on", initial=today)
    is_mandatory = forms.YesNoField(label="Is it mandatory?")


class QualifiedFilter(forms.Form):
    """Which newly qualified officers: all, or those whose protection is incomplete."""

    exception = forms.ChoiceField(
        label="Not kept",
        required=False,
        prompt="Everybody",
        choices=[("any", "Anything"), *EXCEPTIONS.items()],
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        prompt="All regions",
        choices=forms.codes_of(records.regions),
    )
