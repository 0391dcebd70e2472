"""The page to record a booking of a course."""

from __future__ import annotations

from typing import Any

from learners.actions.training import record_training
from learners.forms.training import TrainingForm
from learners.views.events import LearnerAction


class RecordTraining(LearnerAction):
    form_class = TrainingForm
    page_title, submit, success_message, back = (
        "Record training",
        "Save",
        "Training recorded",
        "learners:training",
    )

    def act(self, **content: Any) -> None:
        record_training(by=self.request.user, person=self.enrolment.person, **content)
