"""Before day one: the checklist of a starter, the line manager's brief, and contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.starting_acknowledgement import acknowledge
from learners.actions.starting_arrangements import arrange, arrange_all, undo_step
from learners.actions.starting_contact import keep_in_touch, undo_contact
from learners.facts.starting import Readiness, contacts_of, mentor_of, read_by, readiness, steps_of
from learners.forms import starting as asked
from learners.models import Contact
from learners.models.starting import Arrangement
from learners.presenters import starting as shown
from learners.presenters.support import support_table
from learners.queries.starting import contact
from learners.queries.support import SEE, needs_of, seen_among
from learners.rules.starting import AGREED, DONE, RECORDABLE, can_be_done, next_states
from learners.views.events import LearnerAction, found
from learners.views.record import LearnerPage, names_of_actors
from learners.views.support import log_readings
from pqip.core.clock import today
from pqip.core.formats import date_gov
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action

PREPARE, READ = "learners.prepare_starter", "learners.acknowledge_starter"


def as_seen(ready: Readiness, sees_support: bool) -> Readiness:
    """Return the readiness as this user may see it.

    Users who may not see support needs see neither adjustments nor the family-connection check.
    """
    if sees_support:
        return ready
    shown = {key: found for key, found in ready.states.items() if key not in asked.RESTRICTED}
    return replace(ready, states=shown)


def tells_of_support(ready: Readiness) -> bool:
    """Return True if what is shown reveals that adjustments were agreed, so that the reading must
    be logged.
    """
    found = ready.states.get(Arrangement.ADJUSTMENTS)
    return found is not None and found.state in {AGREED, DONE}


class Starting(LearnerPage):
    """The page with everything that must be arranged for a starter, step by step, and the contacts."""

    page_title = "Before day one"
    url_name = "learners:starting"

    def shown(self) -> dict[str, Any]:
        who, on, user = self.enrolment, today(), self.request.user
        sees = bool(seen_among(user, [who.pk]))
        ready = as_seen(readiness([who.pk], on)[who.pk], sees)
        if tells_of_support(ready):
            log_readings(user, [who.person_id], "starting")
        steps = [row for row in steps_of(who) if row.arrangement in ready.states]
        contacts = contacts_of(who)
        names = names_of_actors(row.recorded_by for row in (*steps, *contacts))
        links = {
            "prepare": self.may(PREPARE),
            "allocate": self.may("learners.allocate"),
            "support": sees,
        }
        tables = [
            shown.checklist(who, ready, steps, mentor_of(who, on), links),
            shown.contacts_table(who, contacts, names, may_undo=self.may(PREPARE)),
            shown.steps_table(steps, names),
        ]
        actions = self.action(SEE, "What their manager must know", "brief") if sees else []
        actions += self.action(PREPARE, "Record what is done", "steps_done")
        actions += self.action(PREPARE, "Record a contact", "record_contact")
        return {"tables": tables, "lead": shown.lead(who, ready, on), "actions": actions}


class StarterStep(LearnerAction):
    """The page to record one step of one arrangement.

    The link that leads here gives the state; the day is today unless changed.
    """

    permission = PREPARE
    form_class = asked.StepForm
    submit, success_message, back = "Save", "Recorded", "learners:starting"

    @cached_property
    def arrangement(self) -> Arrangement:
        if not RECORDABLE.get(self.kwargs["arrangement"]):
            raise Http404
        return Arrangement(self.kwargs["arrangement"])

    @property
    def page_title(self) -> str:  # type: ignore[override]
        return self.arrangement.label

    def get_form_kwargs(self) -> dict[str, Any]:
        stands = (
            readiness([self.enrolment.pk], today())[self.enrolment.pk]
            .states[self.arrangement]
            .state
        )
        states = next_states(self.arrangement, "" if stands == AGREED else stands)
        return {
            **super().get_form_kwargs(),
            "arrangement": self.arrangement.value,
            "states": states,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"state": self.request.GET.get("state", ""), "on": today()}

    def act(self, *, staff_number: str, note: str = "", **content: Any) -> None:
        owner = (
            found(self.request.user, "workforce.view_person", staff_number)
            if staff_number
            else None
        )
        chosen: dict[str, Any] = {
            "arrangement": self.arrangement.value,
            "owner": owner,
            "note": note,
        }
        arrange(by=self.request.user, enrolment=self.enrolment, **chosen, **content)


class StepsDone(LearnerAction):
    """The page to record several arrangements done on one day."""

    permission = PREPARE
    form_class = asked.DoneForm
    page_title, submit, success_message, back = (
        "Record what is done",
        "Save",
        "Recorded",
        "learners:starting",
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        ready = readiness([self.enrolment.pk], today())[self.enrolment.pk]
        open_ones = [key for key, stands in ready.states.items() if can_be_done(key, stands)]
        return {**super().get_form_kwargs(), "open_ones": open_ones}

    def act(self, **content: Any) -> None:
        arrange_all(by=self.request.user, enrolment=self.enrolment, **content)


class UndoStep(LearnerAction):
    permission = PREPARE
    form_class = asked.ReasonForm
    page_title, submit, success_message, back = (
        "Undo the latest step",
        "Undo",
        "Undone",
        "learners:starting",
    )

    def act(self, *, reason: str) -> None:
        undo_step(
            by=self.request.user,
            enrolment=self.enrolment,
            arrangement=self.kwargs["arrangement"],
            reason=reason,
        )

    def shown(self) -> dict[str, Any]:
        if not RECORDABLE.get(self.kwargs["arrangement"]):
            raise Http404
        return {"lead": Arrangement(self.kwargs["arrangement"]).label}


class RecordContact(LearnerAction):
    permission = PREPARE
    form_class = asked.ContactForm
    page_title, submit, success_message, back = (
        "Record a contact",
        "Save",
        "Contact recorded",
        "learners:starting",
    )

    def act(self, **content: Any) -> None:
        keep_in_touch(by=self.request.user, enrolment=self.enrolment, **content)


class UndoContact(LearnerAction):
    permission = PREPARE
    form_class = asked.ReasonForm
    page_title, submit, success_message, back = (
        "Undo a contact",
        "Undo",
        "Undone",
        "learners:starting",
    )

    @cached_property
    def contact(self) -> Contact:
        rows = contact(self.request.user, self.permission, self.kwargs["contact_id"])
        return get_object_or_404(rows, enrolment=self.enrolment)

    def act(self, *, reason: str) -> None:
        undo_contact(by=self.request.user, contact=self.contact, reason=reason)

    def shown(self) -> dict[str, Any]:
        contact = f"{self.contact.get_means_display()}, {date_gov(self.contact.effective_on)}"
        return {"lead": contact}


class Brief(LearnerPage):
    """The page with what a line manager must know before the learner starts, and who has read it."""

    permission = SEE
    page_title = "What their manager must know"
    template_name = "learners/brief.html"
    url_name = "learners:starting"

    def shown(self) -> dict[str, Any]:
        who, on, user = self.enrolment, today(), self.request.user
        ready, needs = readiness([who.pk], on)[who.pk], needs_of(who)
        log_readings(user, [who.person_id], "brief")
        is_manager = (
            who.line_manager_id is not None
            and who.line_manager_id == user.person_id
            and user.can(READ)
        )
        actions = (
            [Action("I have read this", self.address("acknowledge"), "", post=True)]
            if is_manager
            else []
        )
        return {
            "about": shown.brief_rows(who, ready, mentor_of(who, on), on),
            "tables": [
                support_table(who, needs, on, may_change=False),
                shown.read_table(read_by(who), ready.read_on, who.line_manager),
            ],
            "actions": actions if ready.read_on is None else [],
            "lead": "" if who.line_manager else "No line manager is allocated yet.",
        }


class Acknowledge(LearnerAction):
    """The page on which the line manager confirms that they have read it."""

    permission = READ
    form_class = Form
    page_title, submit, success_message, back = (
        "I have read this",
        "I have read this",
        "Recorded that you have read this",
        "learners:brief",
    )
    lead = "You have read what you must know of this learner before they start."

    def act(self) -> None:
        acknowledge(by=self.request.user, enrolment=self.enrolment)
