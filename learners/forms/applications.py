"""What the pages of applications ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from learners.forms.enrolments import NewLearnerForm
from learners.models.applications import MOST_PAUSED, ApplicationRoute, Stage
from learners.presenters.applications import OUTCOME_WORDS
from learners.rules.applications import OUTCOMES, STAGES, WITH_RESULT
from pqip.core.formats import lower_first
from pqip.govuk import forms
from pqip.pages.amending import AmendForm

YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("", "Not known")]
#: Ranked offices that a form asks for; a file may hold more.
RANKED = 3
#: In place of an answer that is left as it is.
LEFT = "Leave as it is"


class ApplicationFilter(forms.Form):
    """Which applications; none means all."""

    stage = forms.ChoiceField(
        label="Furthest stage",
        required=False,
        prompt="Any stage",
        choices=[("applied", "Applied"), *((each, Stage(each).label) for each in STAGES)],
    )
    came = forms.ChoiceField(
        label="Came as far as",
        required=False,
        prompt="Any stage",
        choices=[
            choice
            for each in STAGES
            for choice in (
                (each, Stage(each).label),
                *(
                    [(f"{each}_passed", f"{Stage(each).label}, and passed")]
                    if each in WITH_RESULT
                    else []
                ),
            )
        ],
    )
    outcome = forms.ChoiceField(
        label="Outcome",
        required=False,
        prompt="Any outcome",
        choices=[(each, OUTCOME_WORDS[each]) for each in OUTCOMES],
    )
    route = forms.ChoiceField(
        label="Route", required=False, prompt="All routes", choices=ApplicationRoute.choices
    )
    region = forms.ChoiceField(label="Region", required=False, prompt="All regions")

    def __init__(self, *args: Any, regions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("region").choices = [(row.code, str(row)) for row in regions]


class ApplicationFields(forms.Form):
    """What an application says when it is made."""

    route = forms.RadioField(label="Route", choices=ApplicationRoute.choices)
    applied_on = forms.DateField(label="Applied on")
    previous_number = forms.CharField(
        label="Number of an earlier application",
        required=False,
        max_length=26,
        look=forms.Look(width=20),
        help_text="If they applied before.",
    )
    is_returner = forms.RadioField(
        label="Did they work for the Service before?",
        required=False,
        choices=YES_NO_UNKNOWN,
        look=forms.Look(inline=True),
    )
    would_take_pso_post = forms.RadioField(
        label="Would they also consider a PSO post?",
        required=False,
        choices=YES_NO_UNKNOWN,
        look=forms.Look(inline=True),
    )

    def clean(self) -> dict[str, Any]:
        """With yes, no and not known as they are recorded."""
        answers = super().clean() or self.cleaned_data
        said = {"yes": True, "no": False}
        names = ("is_returner", "would_take_pso_post")
        return answers | {name: said.get(answers.get(name, "")) for name in names}


class AddApplicationForm(ApplicationFields):
    """A new application. A region that can only be one is taken without asking."""

    application_number = forms.CharField(
        label="Application number", max_length=26, look=forms.Look(width=20)
    )
    region = forms.ModelChoiceField(label="Region", queryset=None)
    field_order = ["application_number", "region"]

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = regions
        found = list(regions[:2])
        self.only_region = found[0] if len(found) == 1 else None
        if self.only_region:
            del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        """With the region that was not asked."""
        return super().clean() | ({"region": self.only_region} if self.only_region else {})


class ChangeApplicationForm(ApplicationFields):
    """What an application says, corrected; offices, and the days for which the clock of the checks was stopped."""

    office_1 = forms.ModelChoiceField(label="Office they prefer", queryset=None, required=False)
    office_2 = forms.ModelChoiceField(label="Second choice", queryset=None, required=False)
    office_3 = forms.ModelChoiceField(label="Third choice", queryset=None, required=False)
    offered_pdu = forms.ModelChoiceField(label="Office offered", queryset=None, required=False)
    accepted_pdu = forms.ModelChoiceField(label="Office accepted", queryset=None, required=False)
    paused_days = forms.IntegerField(
        label="Days on which the clock of the checks was stopped",
        min_value=0,
        max_value=MOST_PAUSED,
        look=forms.Look(width=3),
        help_text="Because information from the applicant was missing.",
    )
    reason = forms.TextField(
        label="Reason",
        max_length=500,
        rows=3,
        help_text="What was known stays in the history, with your reason.",
    )

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*self.ranked(), "offered_pdu", "accepted_pdu"):
            field = self.model_field(name)
            field.queryset, field.empty_label = offices, "Not recorded"

    @classmethod
    def ranked(cls) -> list[str]:
        """The names of the fields of preferred offices, in order."""
        return [f"office_{nth}" for nth in range(1, RANKED + 1)]

    def clean(self) -> dict[str, Any]:
        """With the preferred offices in one list, each once."""
        answers = super().clean()
        chosen = [answers.pop(name, None) for name in self.ranked()]
        codes = [office.code for office in chosen if office]
        if len(set(codes)) < len(codes):
            self.add_error("office_2", "Choose each office once")
        return answers | {"offices": codes}


class StageFields(forms.Form):
    """The day of a stage, and its result."""

    on = forms.DateField(label="Day")
    passed = forms.RadioField(
        label="Result",
        choices=[("yes", "Passed"), ("no", "Not passed")],
        look=forms.Look(inline=True),
        error_messages={"required": "Select whether they passed"},
    )

    def clean(self) -> dict[str, Any]:
        """With the result as it is recorded; None of stages that have none."""
        answers = super().clean() or self.cleaned_data
        return answers | {"passed": {"yes": True, "no": False}.get(answers.get("passed", ""))}


class RecordStageForm(StageFields):
    """The next stage that an application has come to, or what ended it."""

    stage = forms.RadioField(
        label="What has happened?",
        choices=[],
        error_messages={"required": "Select what has happened"},
    )
    field_order = ["stage", "on", "passed"]
    reveals: ClassVar[forms.Reveals] = {}

    def __init__(self, *args: Any, recorded: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = set(recorded)
        choices = [(each.value, each.label) for each in Stage if each.value not in taken]
        self.choice_field("stage").choices = choices
        self.fields["passed"].required = False
        self.fields[
            "passed"
        ].help_text = f"Of {', '.join(lower_first(Stage(each).label) for each in WITH_RESULT)}."


class CorrectStageForm(AmendForm, StageFields):
    """Another day or result of a stage, with the reason."""

    def __init__(self, *args: Any, has_result: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_result:
            del self.fields["passed"]


class LinkLearnerForm(forms.Form):
    """The learner who came of an application."""

    words = forms.CharField(
        label="Their staff number or name", max_length=100, look=forms.Look(width=20)
    )


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.TextField(
        label="Reason",
        max_length=500,
        rows=3,
        help_text="Stays in the history beside what was recorded.",
    )


class EqualityForm(forms.Form):
    """What an applicant answered, of the answers that were offered to them; every question may be left."""

    sex = forms.ChoiceField(label="Sex", required=False, prompt=LEFT)
    ethnicity = forms.ChoiceField(label="Ethnic group", required=False, prompt=LEFT)
    disability = forms.ChoiceField(
        label="Disability",
        required=False,
        prompt=LEFT,
        help_text="A condition that has lasted or is expected to last 12 months, and that reduces what they can do day to day.",
    )
    age_band = forms.ChoiceField(
        label="Age on the day of the application", required=False, prompt=LEFT
    )

    def __init__(
        self, *args: Any, offered: Mapping[str, list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.choice_field(name).choices = offered.get(name, [])


class LearnerOfApplicationForm(NewLearnerForm):
    """Who the applicant is, and their first post; the number is that of the application."""

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["staff_number"]
        self.number = number

    def clean(self) -> dict[str, Any]:
        """With the staff number that was not asked."""
        return super().clean() | {"staff_number": self.number}
