"""What the workforce explorer is asked: who is counted, by what, on which day and where."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from pqip.govuk import forms
from reports.figures.position_explorer import DIMENSIONS, THE_SERVICE
from reports.forms.question import QuestionForm
from reports.queries.places import grades
from workforce.models.people import Function

#: What can be counted, in the words of the page: a table for each of these groups.
GROUPS = {
    "In post": {
        "headcount": "People (headcount)",
        "fte": "In post (FTE)",
        "learners_fte": "Learners (FTE)",
        "without_learners_fte": "In post without learners (FTE)",
        "non_effective_fte": "Non-effective (FTE)",
        "effective_fte": "Effective (FTE)",
    },
    "Against target": {
        "target_fte": "Target (FTE)",
        "shortfall_fte": "Shortfall (FTE)",
        "vacancy_rate": "Vacancy rate (%)",
        "effective_vacancy_rate": "Effective vacancy rate (%)",
    },
    "In the 12 months to the day": {
        "joiners_12m": "Joiners",
        "leavers_12m": "Leavers",
        "leaving_rate": "Leaving rate (%)",
        "qualified_12m": "Qualified",
    },
    "Learners for each manager and assessor": {
        "learners_per_manager": "Learners for each manager (people)",
        "learners_per_manager_fte": "Learners for each manager (FTE)",
        "learners_per_pta": "Learners for each assessor (people)",
        "learners_per_pta_fte": "Learners for each assessor (FTE)",
    },
}
#: Managers are senior probation officers, assessors practice tutor assessors and senior ones.
MEASURES = {name: title for group in GROUPS.values() for name, title in group.items()}
#: Those of which parts add up to the whole; and those that count people, whose number opens them.
ADDED_UP = (*GROUPS["In post"], "target_fte", "joiners_12m", "leavers_12m", "qualified_12m")
OF_PEOPLE = ("headcount", "joiners_12m", "leavers_12m", "qualified_12m")
USUAL = {"rows": "region", "measure": "fte"}
TITLES = [(name, one.title) for name, one in DIMENSIONS.items()]


class ExplorerForm(QuestionForm):
    """Read from the address, so that a link shows the same view again."""

    rows = forms.ChoiceField(label="A row for each", choices=TITLES, required=False)
    columns = forms.ChoiceField(
        label="A column for each", choices=TITLES, required=False, prompt="Every number of the row"
    )
    measure = forms.ChoiceField(
        label="Number in the cells",
        choices=list(MEASURES.items()),
        required=False,
        help_text="Where there is a column for each of something.",
    )
    grade = forms.ChoiceField(label="Grade", required=False, prompt="All grades")
    function = forms.ChoiceField(
        label="Function", choices=Function.choices, required=False, prompt="All functions"
    )
    organisation = forms.ChoiceField(
        label="Organisation",
        choices=[(THE_SERVICE, "The Service")],
        required=False,
        prompt="All organisations",
    )
    field_order = [
        "rows",
        "columns",
        "measure",
        "region",
        "pdu",
        "grade",
        "function",
        "organisation",
        "as_at",
        "known_at",
    ]

    def __init__(self, data: Any, *args: Any, **kwargs: Any) -> None:
        """What the address leaves out is shown as what it is taken to be."""
        asked = data.copy()
        for name, value in USUAL.items():
            asked.setdefault(name, value)
        super().__init__(asked, *args, asks_grade=True, **kwargs)
        self.choice_field("grade").choices = grades()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name, value in USUAL.items():
            said[name] = said.get(name) or value
        if said.get("columns") == said["rows"]:
            self.add_error(
                "columns", ValidationError("Choose something else for columns than for rows.")
            )
        return said
