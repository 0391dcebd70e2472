"""The university strand and role training of one learner: their pages and forms."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.modules_extensions import answer_extension, ask_for_extension
from learners.actions.training_exemptions import end_exemption, exempt
from learners.actions.training_follow_ups import complete_follow_up
from learners.facts.awards import awards_of, titles_for
from learners.facts.entry import first_terms, university_of
from learners.facts.intakes_courses import ahead_of
from learners.facts.modules import last_attempt, states_of
from learners.facts.modules_attention import Flags, flags
from learners.facts.training import courses_of
from learners.forms import strands as asked
from learners.models import ExtensionRequest, FollowUp, TrainingExemption
from learners.presenters import modules, training
from learners.queries import records
from learners.queries import training as training_reading
from learners.views.events import LearnerAction, found
from learners.views.record import RECORD, LearnerPage
from pqip.core.clock import today
from pqip.core.formats import date_gov

FOLLOW_UP, SPEAK = "learners.follow_up_training", "learners.speak"


class Academic(LearnerPage):
    """The page about the university strand: who teaches them, their modules, and requests for more
    time.
    """

    page_title = "University modules"
    url_name = "learners:academic"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        may_amend = who.public_id if self.may(RECORD) else None
        results = modules.results_table(
            records.results_of(who),
            on,
            see_marks=self.may("learners.view_module_marks"),
            of=may_amend,
        )
        asked_for = modules.requests_table(
            training_reading.requests_of(who), of=who.public_id, may_answer=self.may(RECORD)
        )
        stands = flags([who.pk], on).get(who.pk, Flags())
        lead = modules.strand_words(
            university_of(who),
            who.modules_held,
            stands,
            last_attempt(),
            is_stated=first_terms(who) is not None,
        )
        required = modules.required_table(states_of([who.pk], on), on)
        awards = modules.awards_table(
            awards_of(who.pk),
            titles_for(who),
            see_class=self.may("learners.view_module_marks"),
            of=may_amend,
        )
        actions = [
            *self.action(RECORD, "Record a result", "record_result"),
            *self.action(RECORD, "Record the university's award", "record_award"),
            *self.action(RECORD, "Record a request for more time", "ask_extension"),
        ]
        return {"tables": [required, results, awards, asked_for], "lead": lead, "actions": actions}


class Training(LearnerPage):
    """The page about role training: what is required, attended and followed up; and reviews."""

    page_title = "Role training"
    url_name = "learners:training"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        exemptions = training_reading.exemptions_of(who.person_id)
        follow_ups = list(training_reading.follow_ups_of(who.person_id))
        return {
            "tables": [
                training.required_table(
                    courses_of(who.pk, on),
                    exemptions,
                    of=who.public_id,
                    may_end=self.may(RECORD),
                    planned=ahead_of(who, on),
                ),
                training.follow_ups_table(
                    follow_ups, on, of=who.public_id, may_record=self.may(FOLLOW_UP)
                ),
                training.training_table(
                    records.training_of(who.person_id),
                    training_reading.evaluations_of(who.person_id).filter(voided_at=None),
                    who.public_id,
                    may_amend=self.may(RECORD),
                    evaluates=self.evaluates(),
                ),
                training.reviews_table(records.reviews_of(who.person_id), on),
            ],
            "actions": [
                *self.action(RECORD, "Record training", "record_training"),
                *self.action(RECORD, "Exempt from a course", "exempt"),
            ],
        }

    def evaluates(self) -> str:
        """Return the URL name where the user records an evaluation.

        Learners record their own, and a learning manager anybody's within reach.
        """
        if self.request.user.person_id == self.enrolment.person_id and self.request.user.can(SPEAK):
            return "own_evaluation"
        return "record_evaluation" if self.may(RECORD) else ""


class AskExtension(LearnerAction):
    form_class = asked.AskForm
    page_title, submit, success_message, back = (
        "Record a request for more time",
        "Save",
        "Request recorded",
        "learners:academic",
    )
    lead = "For an attempt that is recorded with the day it is due and has not been handed in."

    def act(self, **content: Any) -> None:
        ask_for_extension(by=self.request.user, enrolment=self.enrolment, **content)


class AnswerExtension(LearnerAction):
    form_class = asked.AnswerForm
    page_title, submit, success_message, back = (
        "Record the answer",
        "Save",
        "Answer recorded",
        "learners:academic",
    )

    @cached_property
    def asked(self) -> ExtensionRequest:
        rows = training_reading.requests(self.request.user, self.permission).select_related(
            "module"
        )
        return get_object_or_404(
            rows, enrolment=self.enrolment, public_id=self.kwargs["request_id"]
        )

    def act(self, **content: Any) -> None:
        answer_extension(by=self.request.user, request=self.asked, **content)

    def shown(self) -> dict[str, Any]:
        row = self.asked
        lead = (
            f"{row.module.title}, attempt {row.attempt}: asked on {date_gov(row.effective_on)} for more time until "
            f"{date_gov(row.asked_until)}. If it is agreed, that becomes the day it is due."
        )
        return {"lead": lead}


class Exempt(LearnerAction):
    form_class = asked.ExemptForm
    page_title, submit, success_message, back = (
        "Exempt from a course",
        "Exempt",
        "Exemption recorded",
        "learners:training",
    )
    lead = (
        "A course they are exempt from is not due, and completing the programme does not need it."
    )

    def act(self, **content: Any) -> None:
        exempt(by=self.request.user, person=self.enrolment.person, **content)


class EndExemption(LearnerAction):
    form_class = asked.EndExemptionForm
    page_title, submit, success_message, back = (
        "End an exemption",
        "End",
        "Exemption ended",
        "learners:training",
    )

    @cached_property
    def exemption(self) -> TrainingExemption:
        rows = training_reading.exemptions_of(self.enrolment.person_id)
        return get_object_or_404(rows, public_id=self.kwargs["exemption_id"])

    def act(self, *, reason: str) -> None:
        end_exemption(by=self.request.user, exemption=self.exemption, reason=reason)

    def shown(self) -> dict[str, Any]:
        return {"lead": f"{self.exemption.course}: {self.exemption.reason}"}


class RecordFollowUp(LearnerAction):
    permission = FOLLOW_UP
    form_class = asked.FollowUpForm
    page_title, submit, success_message, back = (
        "Record a follow-up",
        "Save",
        "Follow-up recorded",
        "learners:training",
    )
    renamed: ClassVar[dict[str, str]] = {"done_with": "staff_number"}

    @cached_property
    def follow_up(self) -> FollowUp:
        rows = training_reading.follow_ups_of(self.enrolment.person_id)
        return get_object_or_404(rows, public_id=self.kwargs["follow_up_id"])

    def act(self, *, staff_number: str, **content: Any) -> None:
        other = (
            found(self.request.user, "workforce.view_person", staff_number)
            if staff_number
            else None
        )
        complete_follow_up(
            by=self.request.user, follow_up=self.follow_up, done_with=other, **content
        )

    def get_form(self, form_class: Any = None) -> Any:
        """Remove the field for another person unless the user sees staff."""
        form = super().get_form(form_class)
        if not self.request.user.can(training_reading.STAFF):
            del form.fields["staff_number"]
        return form

    def perform(self, form: Any) -> str:
        form.cleaned_data.setdefault("staff_number", "")
        return super().perform(form)

    def shown(self) -> dict[str, Any]:
        row = self.follow_up
        lead = f"{row.course.title}, attended on {date_gov(row.effective_on)}; to be followed up by {date_gov(row.due_on)}."
        return {"lead": lead}
