"""The page to record an attempt at a university module."""

from __future__ import annotations

from typing import Any

from learners.actions.modules_results import record_module_result
from learners.forms.modules import ResultForm
from learners.views.events import LearnerAction


class RecordResult(LearnerAction):
    form_class = ResultForm
    page_title, submit, success_message, back = (
        "Record a result",
        "Save",
        "Result recorded",
        "learners:academic",
    )

    def act(self, **content: Any) -> None:
        record_module_result(by=self.request.user, enrolment=self.enrolment, **content)
