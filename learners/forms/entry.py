"""The entry facts, and the decision about the pathway. Each route asks only for what its rules use."""

from __future__ import annotations

from typing import Any, ClassVar

from learners.models.enrolments import EntryRoute
from learners.queries import records
from learners.rules.entry import KNOWLEDGE_MODULES
from pqip.core.clock import today
from pqip.govuk import forms

OF_EXTERNAL = ("right_to_work", "has_experience", "resident_three_years")
OF_PROGRESSION = (
    "pso_from",
    "pso_until",
    "days_absent",
    "directly_employed",
    "probation_passed",
    "mandatory_in_date",
    "assignment_done",
    "procedure_bars",
)
#: Fields that are columns of the enrolment, or the date of the facts.
OF_ENROLMENT = ("applied_on", "entry_route", "level5_held", "modules_held")


def knowledge_modules() -> list[tuple[str, str]]:
    """Return the four knowledge modules with their titles."""
    titles = dict(records.modules().values_list("code", "title"))
    return [(code, titles.get(code, code)) for code in KNOWLEDGE_MODULES]


def yes_or_no(label: str, help_text: str = "") -> forms.YesNoField:
    """Return a question that may stay unanswered, which means not recorded."""
    return forms.YesNoField(label=label, required=False, help_text=help_text)


class EntryFields(forms.Form):
    """The questions of every entry route. Unanswered means not recorded."""

    applied_on = forms.DateField(label="Day they applied")
    entry_route = forms.RadioField(label="Entry route", choices=EntryRoute.choices)
    level5_held = forms.YesNoField(label="Do they hold a level 5 qualification?")
    level5_credits = forms.IntegerField(
        label="Credits at level 5",
        required=False,
        min_value=0,
        max_value=999,
        look=forms.Look(width=3),
    )
    level3_held = yes_or_no("Do they hold a level 3 qualification?")
    modules_held = forms.CheckboxesField(
        label="Knowledge modules held",
        required=False,
        choices=knowledge_modules,
        look=forms.Look(small=True),
    )
    modules_started = forms.CheckboxesField(
        label="Knowledge modules only begun when they applied",
        required=False,
        choices=knowledge_modules,
        look=forms.Look(small=True),
    )
    right_to_work = yes_or_no("Do they have the right to work in the UK and the Civil Service?")
    has_experience = yes_or_no(
        "Do they have experience of working with challenging individuals?", "Paid or unpaid."
    )
    resident_three_years = yes_or_no("Have they lived in the UK for the last 3 years?")
    pso_from = forms.DateField(label="PSO since", required=False)
    pso_until = forms.DateField(
        label="PSO until", required=False, help_text="Only of a former PSO."
    )
    days_absent = forms.IntegerField(
        label="Days of long absence as a PSO",
        required=False,
        min_value=0,
        max_value=9999,
        look=forms.Look(width=4),
        help_text="Never why. These days are left out of their effective service.",
    )
    directly_employed = yes_or_no("Are they directly employed?")
    probation_passed = yes_or_no("Have they passed their probationary period?")
    mandatory_in_date = yes_or_no("Is their mandatory learning up to date?")
    assignment_done = yes_or_no(
        "Have they done the written level 4 assignment?", "Asked of PSOs without a level 5."
    )
    procedure_bars = yes_or_no(
        "Does a formal procedure bar promotion?",
        "A matter of fact, never a veto. The answer is deleted as soon as the pathway is decided.",
    )
    rejoin_agreed = yes_or_no(
        "Has the regional learning lead agreed to their return?",
        "Asked where they left the programme in the last 12 months.",
    )
    offered_on = forms.DateField(
        label="Told they were successful on",
        required=False,
        help_text="Where the offer was carried over from an earlier intake.",
    )

    reveals: ClassVar[forms.Reveals] = {
        "level5_credits": ("level5_held", "yes"),
        "level3_held": ("level5_held", "no"),
        **dict.fromkeys(OF_EXTERNAL, ("entry_route", "external")),
        **dict.fromkeys(OF_PROGRESSION, ("entry_route", "pso_progression")),
    }

    def entry_facts(self) -> dict[str, Any]:
        """Return the facts for the action that records them, without those of the enrolment itself."""
        names = [
            name
            for name in EntryFields.base_fields
            if name not in OF_ENROLMENT and name in self.fields
        ]
        facts = {name: self.cleaned_data.get(name) for name in names}
        return facts | {"days_absent": facts.get("days_absent") or 0}


class EntryFactsForm(EntryFields):
    """The facts alone. Once a pathway is decided, the form no longer asks about a formal procedure."""

    def __init__(self, *args: Any, decided: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if decided:
            self.reveals = {  # type: ignore[misc]
                name: shown for name, shown in self.reveals.items() if name != "procedure_bars"
            }
            del self.fields["procedure_bars"]


class DecidePathwayForm(forms.Form):
    on = forms.DateField(label="Date decided", initial=today)
    chosen = forms.ModelRadioField(label="Pathway", queryset=None)
    reason = forms.TextField(
        label="Reason",
        required=False,
        rows=3,
        max_length=500,
        help_text="Needed where the pathway is not the one advised.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("chosen").queryset = records.pathways()
