"""A candidate's assessment: the progress map, units and their sign-off, registering."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import evidence_facts, reading, sampling_facts
from assessments.actions.choosing import asked_of, chosen_by
from assessments.actions.registering import register_candidate
from assessments.actions.signing_off import sign_off_unit
from assessments.forms.assessors import RegisterForm, SignOffForm
from assessments.models import Registration, Unit
from assessments.presenters import plans as plan_words
from assessments.presenters.candidate import Held, evidence_table, optional_table, progress_map, units_table
from assessments.presenters.words import identity
from assessments.sampling_facts import ASSURE
from learners import reading as learners
from learners.models import Enrolment
from learners.presenters.record import identity as learner_identity
from learners.tabs import tabs_for
from pqip.core.errors import NotAllowed
from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.govuk.pages import Action, SummaryRow
from pqip.govuk.tables import Table
from workforce.models import Person


def assessment_of(registration: Registration, user: Any) -> dict[str, Any]:
    """What a page shows of one registration: the map, units, evidence, and what this person may do."""
    units, pieces = reading.units_of(registration), reading.pieces_of(registration)
    met = reading.met_now(registration)
    mine = _allowed(user, "assessments.sign_off_unit", registration)
    signed, may_assure = reading.signed_off(registration), _allowed(user, ASSURE, registration)
    held = Held(
        signed, sampling_facts.releases_of(registration), sampling_facts.needs_of(registration, units),
        sampling_facts.own_parts(signed.values(), user.person_id) if may_assure else set(),
    )
    return {
        "registration": registration,
        "map": progress_map(units, pieces, met, reading.achieved_now(registration)),
        "units": units_table(registration, units, met, held, mine, may_assure),
        "options": options_table(registration),
        "plans": plans_table(registration, user),
        "evidence": evidence_table(pieces),
        "actions": _doable(registration, user),
    }


def options_table(registration: Registration) -> Table | None:
    """Groups of optional units: how many are asked and which are chosen; nothing where the version has none."""
    version = registration.current_version
    asked = asked_of(version)
    if not asked.groups:
        return None
    titles = {unit.pk: str(unit) for unit in version.units.all()}
    return optional_table(asked, titles, chosen_by([registration.pk])[registration.pk])


def plans_table(registration: Registration, user: Any) -> Table:
    """What is planned with the candidate, and what this person may do about it."""
    plans = evidence_facts.plans_of(registration)
    criteria = reading.criteria_of({key for plan in plans for key in plan.criteria})
    may_plan = _allowed(user, evidence_facts.PLAN, registration)
    may_agree = user.can(evidence_facts.AGREE) and user.person_id == registration.person_id
    return plan_words.of_candidate(plans, criteria, may_plan, may_agree)


def _doable(registration: Registration, user: Any) -> list[Action]:
    """What this person may do about this registration."""
    log = Action("Log evidence", reverse("assessments:log_evidence", args=[registration.public_id]), kind="")
    has_options = registration.current_version.groups.exists()
    correct = Action("Correct the registration", reverse("assessments:correct_registration", args=[registration.public_id]))
    choose = Action("Choose optional units", reverse("assessments:choose_units", args=[registration.public_id]))
    plan = Action("Plan an assessment", reverse("assessments:plan", args=[registration.public_id]))
    may = {
        "assessments.log_evidence": [log], evidence_facts.PLAN: [plan, *([choose] if has_options else [])],
        "assessments.register_candidate": [correct, *_moving(registration)],
    }
    allowed = [actions for permission, actions in may.items() if _allowed(user, permission, registration)]
    return [action for actions in allowed for action in actions]


def _moving(registration: Registration) -> list[Action]:
    """To another version, where there is one, and back from it."""
    where = [registration.public_id]
    actions = []
    if reading.versions_to_move_to(registration).exists():
        actions.append(Action("Move to another version", reverse("assessments:move_version", args=where)))
    if registration.current_version.pk != registration.version_id:
        actions.append(Action("Undo the move", reverse("assessments:undo_move", args=where)))
    return actions


def _allowed(user: Any, permission: str, registration: Registration) -> bool:
    """Whether the person may do this for this candidate."""
    return user.can(permission) and reading.registrations(user, permission).filter(pk=registration.pk).exists()


class Candidate(Page):
    """One registration."""

    permission = reading.VIEW
    template_name = "assessments/candidate.html"
    page_title = "Assessment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = reading.registrations(self.request.user).select_related("person", "qualification")
        registration = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        shown = assessment_of(registration, self.request.user)
        return super().get_context_data(identity=identity(registration), **shown, **kwargs)


class LearnerAssessment(Page):
    """The Assessment page of a learner's record: their registrations, the diploma first."""

    permission = reading.VIEW
    template_name = "assessments/learner.html"
    page_title = "Assessment"

    @cached_property
    def enrolment(self) -> Enrolment:
        return get_object_or_404(learners.enrolments(self.request.user).for_record(), public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enrolment = self.enrolment
        rows = reading.registrations(self.request.user).filter(person=enrolment.person_id)
        found = list(rows.select_related("person", "qualification").order_by("qualification__order"))
        return super().get_context_data(
            identity=learner_identity(enrolment), tabs=tabs_for(enrolment, self.request.user, "assessments:learner"),
            registrations=[assessment_of(one, self.request.user) for one in found],
            actions=self.register_action(enrolment.person), **kwargs,
        )

    def register_action(self, person: Person) -> list[Action]:
        if not self.request.user.can("assessments.register_candidate"):
            return []
        return [Action("Register for a qualification", reverse("assessments:register", args=[person.public_id]))]


class SignOff(ConfirmPage):
    """Sign off a unit whose criteria are all met."""

    permission = "assessments.sign_off_unit"
    form_class = SignOffForm
    page_title, submit = "Sign off a unit", "Sign off"

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related("person", "qualification")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    @cached_property
    def unit(self) -> Unit:
        return get_object_or_404(self.registration.current_version.units, number=self.kwargs["number"])

    def perform(self, form: Any) -> str:
        sign_off_unit(registration=self.registration, unit=self.unit, signed_off_by=acting_person(self.request),
                      on=form.cleaned_data["on"], by=self.request.user)
        return f"Unit {self.unit.number} signed off"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        met = reading.met_now(self.registration)
        criteria = list(self.unit.criteria.all())
        rows = [SummaryRow("Unit", str(self.unit)),
                SummaryRow("Criteria met", f"{sum(one.pk in met for one in criteria)} of {len(criteria)}")]
        return super().get_context_data(identity=identity(self.registration), rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class RegisterCandidate(ActionPage):
    """Register somebody for a qualification."""

    permission = "assessments.register_candidate"
    form_class = RegisterForm
    page_title, submit = "Register a candidate", "Register"

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(reading.person(self.request.user, self.permission, self.kwargs["public_id"]))

    def perform(self, form: Any) -> str:
        self.made = register_candidate(person=self.person, by=self.request.user, **form.cleaned_data)
        return f"{self.person} registered for {self.made.title}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"lead": f"{self.person.name}, staff number {self.person.staff_number}.", **kwargs})

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.made.public_id])

    def get_cancel_url(self) -> str:
        return reverse("learners:list")


def acting_person(request: HttpRequest) -> Person:
    """The person behind the account, in whose name assessment is done. Raises NotAllowed where it has none."""
    person = request.user.person  # type: ignore[union-attr]
    if person is None:
        raise NotAllowed("Assessment is done in a person's own name; this account belongs to nobody.")
    return person


