"""Pages to record and undo that somebody answered the evaluation of a course.

The learner or a learning manager records it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.training_evaluations import record_evaluation, void_evaluation
from learners.forms.intakes_courses import EvaluationForm
from learners.models import CourseEvaluation, TrainingRecord
from learners.queries import records, training
from learners.views.events import LearnerAction
from learners.views.facts_amend import OfTraining, booked_day
from learners.views.voice import SPEAK
from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import UndoPage


class RecordEvaluation(LearnerAction):
    """The page to record the levels they answered about a course they attended."""

    form_class = EvaluationForm
    page_title, submit, success_message, back = (
        "Record an evaluation",
        "Save",
        "Evaluation recorded",
        "learners:training",
    )

    @cached_property
    def attended(self) -> TrainingRecord:
        rows = records.booking(
            self.enrolment.person_id, self.kwargs["course"], booked_day(self.kwargs)
        )
        return get_object_or_404(rows, voided_at=None, status="attended")

    def act(self, **content: Any) -> None:
        row = self.attended
        record_evaluation(
            by=self.request.user,
            person=self.enrolment.person,
            course=row.course,
            attended_on=row.effective_on,
            **content,
        )

    def shown(self) -> dict[str, Any]:
        lead = f"{self.attended.course}, attended on {date_gov(self.attended.effective_on)}."
        return {"lead": lead}


class OwnEvaluation(RecordEvaluation):
    """The page on which learners record their own evaluation."""

    permission = SPEAK
    page_title = "Record your evaluation"


class UndoEvaluation(OfTraining, UndoPage):
    page_title = "Undo an evaluation"

    def facts(self) -> QuerySet[CourseEvaluation]:  # type: ignore[override]
        rows = training.evaluations_of(self.enrolment.person_id)
        asked = {
            "course__code": self.kwargs["course"],
            "effective_on": booked_day(self.kwargs),
            "level": self.kwargs["level"],
        }
        return rows.filter(**asked).select_related("course")

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("Course", self.fact.course.title),
            SummaryRow("Attended", date_gov(self.fact.effective_on)),
            SummaryRow("Level", self.fact.get_level_display()),
            SummaryRow("Answered", date_gov(self.fact.answered_on)),
        ]

    def amend(self, fact: CourseEvaluation, **answers: Any) -> None:
        void_evaluation(by=self.request.user, evaluation=fact, **answers)
