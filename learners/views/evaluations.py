"""That somebody answered the evaluation of a course: recorded by the learner or a learning manager, and undone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners import reading, training_reading
from learners.actions.evaluate import record_evaluation, void_evaluation
from learners.forms.plans import EvaluationForm
from learners.models import CourseEvaluation, TrainingRecord
from learners.views.actions import LearnerAction
from learners.views.amend_facts import OfTraining, booked_day
from learners.views.voice import SPEAK
from pqip.core.amending import UndoPage
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import SummaryRow


class RecordEvaluation(LearnerAction):
    """Of a course they attended: the levels they answered."""

    form_class = EvaluationForm
    page_title, submit, said, back = "Record an evaluation", "Save", "Evaluation recorded", "learners:training"

    @cached_property
    def attended(self) -> TrainingRecord:
        rows = reading.booking(self.enrolment.person_id, self.kwargs["course"], booked_day(self.kwargs))
        return get_object_or_404(rows, voided_at=None, status="attended")

    def act(self, **content: Any) -> None:
        row = self.attended
        record_evaluation(by=self.request.user, person=self.enrolment.person, course=row.course, attended_on=row.effective_on,
                          **content)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = f"{self.attended.course}, attended on {date_gov(self.attended.effective_on)}."
        return super().get_context_data(lead=lead, **kwargs)


class OwnEvaluation(RecordEvaluation):
    """The learner records their own."""

    permission = SPEAK
    page_title = "Record your evaluation"


class UndoEvaluation(OfTraining, UndoPage):
    page_title = "Undo an evaluation"

    def facts(self) -> QuerySet[CourseEvaluation]:  # type: ignore[override]
        rows = training_reading.evaluations_of(self.enrolment.person_id)
        asked = {"course__code": self.kwargs["course"], "effective_on": booked_day(self.kwargs), "level": self.kwargs["level"]}
        return rows.filter(**asked).select_related("course")

    def rows(self) -> list[SummaryRow]:
        return [SummaryRow("Course", self.fact.course.title), SummaryRow("Attended", date_gov(self.fact.effective_on)),
                SummaryRow("Level", self.fact.get_level_display()), SummaryRow("Answered", date_gov(self.fact.answered_on))]

    def amend(self, fact: CourseEvaluation, **answers: Any) -> None:
        void_evaluation(by=self.request.user, evaluation=fact, **answers)
