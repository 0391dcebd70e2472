"""Pages that record something about a learner: each is a form and the action it calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.board import record_board_decision, refer_to_board
from learners.actions.breaks_begin import defer
from learners.actions.breaks_end import resume
from learners.actions.events_change_fte import change_fte
from learners.actions.events_complete import complete
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_cohort import move_cohort
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.actions.extensions import extend
from learners.actions.pathways_move import move_pathway
from learners.actions.qualified import qualify, register
from learners.facts.entry import university_of
from learners.facts.milestones import supposing
from learners.forms import events as asked
from learners.models import Enrolment
from learners.presenters.answers import answers
from learners.presenters.milestones import moves_table
from learners.presenters.record import identity
from learners.queries import records
from learners.rules.board import HEAR
from learners.rules.events import check_hours
from learners.rules.milestones_what_if import Supposed
from learners.views.checked import CheckedPage
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.govuk.tables import Table
from pqip.pages.generic import ActionPage
from workforce.models import Person

NOBODY = "There is nobody with this staff number. Check it, or add them under Staff first."


def found(user: Any, permission: str, staff_number: str) -> Person:
    """Return the person within reach with that number.

    A number that does not exist and one out of reach get the same message.
    """
    person = records.person_by_number(user, permission, staff_number)
    if person is None:
        raise RuleBroken(NOBODY, "staff_number")
    return person


def found_by_words(user: Any, permission: str, words: str) -> Person:
    """Return the person within reach with a staff number or a name.

    Raises RuleBroken if there is nobody, or several.
    """
    person = records.person_by_number(user, permission, words)
    named = [] if person else records.people_named(user, permission, words)
    if person or len(named) == 1:
        return person or named[0]
    if not named:
        raise RuleBroken(NOBODY, "staff_number")
    listed = "; ".join(f"{one.name}, {one.staff_number}" for one in named[: records.NAMED])
    more = " and others" if len(named) > records.NAMED else ""
    raise RuleBroken(
        f"Several people are meant by this: {listed}{more}. Enter the staff number.", "staff_number"
    )


class LearnerAction(ActionPage):
    """A form about one learner, fetched through the scope of the permission the action needs."""

    permission = "learners.record_event"
    success_message: ClassVar[str] = "Recorded"
    back: ClassVar[str] = "learners:learner"
    #: The argument of the action for the date of an event; the form calls it `on`.
    renamed: ClassVar[dict[str, str]] = {"effective_on": "on"}

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = records.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def act(self, *_none: Any, **content: Any) -> Any:
        """Call the action with the answers.

        Subclasses convert answers where the action takes something else.
        """
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        self.act(**form.cleaned_data)
        return self.success_message

    def get_success_url(self) -> str:
        return reverse(self.back, args=[self.enrolment.public_id])

    def common(self) -> dict[str, Any]:
        return {**super().common(), "identity": identity(self.enrolment)}


class EventPage(CheckedPage, LearnerAction):
    """A form that records one event. With `check`, the answers are shown before they are recorded.

    If `supposed` gives the event, the check shows every milestone before and after it, too.
    """

    action: ClassVar[Callable[..., Any]]
    check = False
    #: Headings of the two columns of dates.
    sides: ClassVar[tuple[str, str]] = ("Now", "Then")

    def act(self, *_none: Any, **content: Any) -> Any:
        return type(self).action(by=self.request.user, enrolment=self.enrolment, **content)

    def checked(self, form: Any) -> dict[str, Any]:
        return {
            "rows": answers(form),
            "moves": self.moves(form.cleaned_data),
            "says": self.says(form.cleaned_data),
        }

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        """Return the event as it would be recorded; none if it moves no date."""
        return []

    def says(self, content: dict[str, Any]) -> str:
        """Return what else follows, in words."""
        return ""

    def moves(self, content: dict[str, Any]) -> Table | None:
        """Return a table of milestones before and after.

        Raises RuleBroken if the event may not be recorded.
        """
        supposed = self.supposed(content)
        if not supposed:
            return None
        found = supposing(self.enrolment, supposed, today())
        before, after = self.sides
        return moves_table(
            found.moves, before=before, after=after, title="Milestones before and after"
        )


class Start(EventPage):
    action, form_class = start, asked.StartForm
    page_title, submit, success_message = "Confirm start", "Confirm start", "Start recorded"


class DidNotStart(EventPage):
    action, form_class, check = did_not_start, asked.DidNotStartForm, True
    page_title, submit, success_message, danger = (
        "Did not start",
        "Record that they did not start",
        "Recorded that they did not start",
        True,
    )


class Defer(EventPage):
    action, form_class, check = defer, asked.DeferForm, True
    page_title, submit, success_message = "Start a break", "Start break", "Break recorded"
    lead = "Every date ahead moves on by the days of the break."
    sides = ("Now", "If they return as expected")

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        begins = Supposed("deferred", content["on"], expected_return=content["expected_return"])
        back = content["expected_return"]
        return [begins, Supposed("resumed", back)] if back and back > content["on"] else []

    def says(self, content: dict[str, Any]) -> str:
        return (
            ""
            if content["expected_return"]
            else "No return is expected yet, so the new dates cannot be said."
        )


class Resume(EventPage):
    action, form_class, check = resume, asked.ResumeForm, True
    page_title, submit, success_message = "End the break", "End break", "Return recorded"
    sides = ("When the break began", "After the return")

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        return [Supposed("resumed", content["on"])]


class Complete(EventPage):
    action, form_class, check = complete, asked.CompleteForm, True
    page_title, submit, success_message = (
        "Complete the programme",
        "Record completion",
        "Completion recorded",
    )


class Extend(EventPage):
    action, form_class, check = extend, asked.ExtendForm, True
    page_title, submit, success_message = "Extend", "Extend", "Extension recorded"
    lead = "The end planned before stays on the record, beside the new one, the reason and who approved it."
    renamed: ClassVar[dict[str, str]] = {"effective_on": "on", "approved_by": "staff_number"}

    def act(self, *, staff_number: str, **content: Any) -> Any:
        who = (
            found(self.request.user, "workforce.view_person", staff_number)
            if staff_number
            else None
        )
        return super().act(approved_by=who, **content)

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        return [Supposed("extended", content["on"], extended_to=content["extended_to"])]


class MovePathway(EventPage):
    action, form_class, check = move_pathway, asked.MovePathwayForm, True
    page_title, submit, success_message = "Move to another pathway", "Move", "Move recorded"
    lead = "The length of the new pathway counts from the original start."

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        return [Supposed("moved_pathway", content["on"], to_pathway_id=content["to_pathway"].pk)]


class MoveRegion(EventPage):
    action, form_class, check = move_region, asked.MoveRegionForm, True
    page_title, submit, success_message, back = (
        "Move to another region",
        "Move",
        "Move recorded",
        "learners:learner",
    )

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        return [Supposed("moved_region", content["on"], to_region_id=content["to_region"].pk)]

    def says(self, content: dict[str, Any]) -> str:
        """Explain that the region at application decides the university, not the one they move to
        (rule C1 24).
        """
        university = university_of(self.enrolment)
        return (
            f"Their university stays {university}: it is that of the region they applied in."
            if university
            else ""
        )

    def get_success_url(self) -> str:
        """Return to the list if the record is no longer in the user's region."""
        still = records.enrolments(self.request.user).filter(pk=self.enrolment.pk).exists()
        return super().get_success_url() if still else reverse("learners:list")


class ChangeFte(EventPage):
    action, form_class, check = change_fte, asked.ChangeFteForm, True
    page_title, submit, success_message = "Change hours", "Change hours", "Change of hours recorded"
    lead = "What is left of the pathway is stretched or shortened."

    def supposed(self, content: dict[str, Any]) -> list[Supposed]:
        check_hours(content["to_fte"])
        return [Supposed("changed_fte", content["on"], to_fte=content["to_fte"])]


class MoveCohort(EventPage):
    action, form_class = move_cohort, asked.MoveCohortForm
    page_title, submit, success_message = "Move to another cohort", "Move", "Move recorded"


class ReferToBoard(EventPage):
    action, form_class = refer_to_board, asked.ReferToBoardForm
    page_title, submit, success_message = (
        "Refer to the progression board",
        "Refer",
        "Referral recorded",
    )


class BoardDecision(EventPage):
    permission, back = HEAR, "learners:board"
    action, form_class = record_board_decision, asked.BoardDecisionForm
    page_title, submit, success_message = (
        "Record the board's decision",
        "Record decision",
        "Decision recorded",
    )


class Qualify(EventPage):
    action, form_class = qualify, asked.OnADay
    page_title, submit, success_message = (
        "Record qualification",
        "Record qualification",
        "Qualification recorded",
    )


class Register(EventPage):
    action, form_class = register, asked.OnADay
    page_title, submit, success_message = "Record joining the register", "Record", "Recorded"
