"""Pages to record a university award of a learner, and to correct and undo it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from learners.actions.awards import correct_award, record_award, void_award
from learners.facts.awards import titles_for
from learners.forms import strands as asked
from learners.models import UniversityAward
from learners.queries.records import awards_named
from learners.views.events import LearnerAction
from learners.views.facts_amend import OfLearner
from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import UndoPage

BACK = "learners:academic"


class RecordAward(LearnerAction):
    form_class = asked.AwardForm
    page_title, submit, success_message, back = (
        "Record the university's award",
        "Save",
        "Award recorded",
        BACK,
    )
    lead = "Completing the programme needs it, beside the modules passed."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the awards that their university gives to those who started when they did."""
        offered = sorted(titles_for(self.enrolment).items())
        return {
            **super().get_form_kwargs(),
            "awards": [(code, f"{title} ({code})") for code, title in offered],
        }

    def act(self, **content: Any) -> None:
        record_award(by=self.request.user, enrolment=self.enrolment, **content)


class OfAward(OfLearner):
    back = BACK

    def facts(self) -> QuerySet[UniversityAward]:
        return awards_named(self.enrolment, self.kwargs["award"])

    def rows(self) -> list[SummaryRow]:
        named = titles_for(self.enrolment).get(self.fact.award, self.fact.award)
        return [
            SummaryRow("Award", named),
            SummaryRow("Awarded on", date_gov(self.fact.effective_on)),
        ]


class CorrectAward(OfAward):
    form_class = asked.CorrectAwardForm
    page_title = "Correct an award"

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "awarded_on": self.fact.effective_on}

    def amend(self, fact: UniversityAward, **answers: Any) -> None:
        correct_award(by=self.request.user, award=fact, **answers)


class UndoAward(OfAward, UndoPage):
    page_title = "Undo an award"

    def amend(self, fact: UniversityAward, **answers: Any) -> None:
        void_award(by=self.request.user, award=fact, **answers)
