"""Pages of a candidate's assessment: the progress map, units and their sign-off, and registering."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.registrations import register_candidate
from assessments.actions.units_signing_off import sign_off_unit
from assessments.facts.options import chosen_by, requirements_of
from assessments.forms.assessors import RegisterForm, SignOffForm
from assessments.models import Registration, Unit
from assessments.presenters import plans as plan_words
from assessments.presenters.candidates import (
    UnitRecords,
    evidence_table,
    optional_table,
    progress_map,
    units_table,
)
from assessments.presenters.words import identity
from assessments.queries import evidence, sampling
from assessments.queries import records as reading
from assessments.queries.sampling import ASSURE
from learners.models import Enrolment
from learners.ports.tabs import tabs_for
from learners.presenters.record import identity as learner_identity
from learners.queries import records as learners
from pqip.core.access import SignedInRequest
from pqip.core.errors import NotAllowed
from pqip.govuk.pages import Action, SummaryRow
from pqip.govuk.tables import Table
from pqip.pages.generic import ActionPage, ConfirmPage, Page
from workforce.models import Person


class Allowed:
    """What somebody may do about a registration that was fetched for them with `reading.VIEW`.

    Permissions that reach as far are asked of the database once.
    """

    def __init__(self, user: Any, registration: Registration) -> None:
        self.user, self.registration = user, registration
        self.reached = {user.scope(reading.VIEW): True}

    def __call__(self, permission: str) -> bool:
        if not self.user.can(permission):
            return False
        scope = self.user.scope(permission)
        if scope not in self.reached:
            rows = reading.registrations(self.user, permission)
            self.reached[scope] = rows.filter(pk=self.registration.pk).exists()
        return self.reached[scope]


def assessment_of(registration: Registration, user: Any) -> dict[str, Any]:
    """Return what a page shows of a registration: the map, units, evidence, and what this user may do."""
    units, pieces = reading.units_of(registration), reading.pieces_of(registration)
    met, achieved = reading.met_now(registration), reading.achieved_now(registration)
    allowed = Allowed(user, registration)
    mine, may_assure = allowed("assessments.sign_off_unit"), allowed(ASSURE)
    signed = reading.signed_off(registration, achieved)
    has_options = registration.current_version.groups.exists()
    held = UnitRecords(
        signed,
        sampling.releases_of(registration),
        sampling.needs_of(registration, units),
        sampling.own_parts(signed.values(), user.person_id) if may_assure else set(),
    )
    return {
        "registration": registration,
        "map": progress_map(units, pieces, met, achieved),
        "units": units_table(registration, units, met, held, mine, may_assure),
        "options": options_table(registration) if has_options else None,
        "plans": plans_table(registration, user, allowed),
        "evidence": evidence_table(pieces),
        "actions": _doable(registration, allowed, has_options),
    }


def options_table(registration: Registration) -> Table | None:
    """Return the table of groups of optional units, required and chosen; None where the version has none."""
    version = registration.current_version
    asked = requirements_of(version)
    if not asked.groups:
        return None
    titles = {unit.pk: str(unit) for unit in version.units.all()}
    return optional_table(asked, titles, chosen_by([registration.pk])[registration.pk])


def plans_table(registration: Registration, user: Any, allowed: Allowed) -> Table:
    """Return the table of what is planned with the candidate, with what this user may do."""
    plans = evidence.plans_of(registration)
    for plan in plans:
        plan.registration = registration
    criteria = reading.criteria_of({key for plan in plans for key in plan.criteria})
    may_plan = allowed(evidence.PLAN)
    may_agree = user.can(evidence.AGREE) and user.person_id == registration.person_id
    return plan_words.of_candidate(plans, criteria, may_plan, may_agree)


def _doable(registration: Registration, allowed: Allowed, has_options: bool) -> list[Action]:
    """Return what this user may do with this registration."""
    log = Action(
        "Log evidence", reverse("assessments:log_evidence", args=[registration.public_id]), kind=""
    )
    correct = Action(
        "Correct the registration",
        reverse("assessments:correct_registration", args=[registration.public_id]),
    )
    choose = Action(
        "Choose optional units", reverse("assessments:choose_units", args=[registration.public_id])
    )
    plan = Action("Plan an assessment", reverse("assessments:plan", args=[registration.public_id]))
    return [
        *([log] if allowed("assessments.log_evidence") else []),
        *([plan, *([choose] if has_options else [])] if allowed(evidence.PLAN) else []),
        *([correct, *_moving(registration)] if allowed("assessments.register_candidate") else []),
    ]


def _moving(registration: Registration) -> list[Action]:
    """Return the actions that move the candidate to another version, where there is one, and undo the latest move."""
    where = [registration.public_id]
    actions = []
    if reading.versions_to_move_to(registration).exists():
        actions.append(
            Action("Move to another version", reverse("assessments:move_version", args=where))
        )
    if registration.current_version.pk != registration.version_id:
        actions.append(Action("Undo the move", reverse("assessments:undo_move", args=where)))
    return actions


class Candidate(Page):
    """One registration of a candidate."""

    permission = reading.VIEW
    template_name = "assessments/candidate.html"
    page_title = "Assessment"

    def shown(self) -> dict[str, Any]:
        rows = reading.registrations(self.request.user).select_related("person", "qualification")
        registration = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        shown = assessment_of(registration, self.request.user)
        return {"identity": identity(registration), **shown}


class LearnerAssessment(Page):
    """The Assessment page of a learner's record: their registrations, the diploma first."""

    permission = reading.VIEW
    template_name = "assessments/learner.html"
    page_title = "Assessment"

    @cached_property
    def enrolment(self) -> Enrolment:
        return get_object_or_404(
            learners.enrolments(self.request.user).for_record(), public_id=self.kwargs["public_id"]
        )

    def shown(self) -> dict[str, Any]:
        enrolment = self.enrolment
        rows = reading.registrations(self.request.user).filter(person=enrolment.person_id)
        found = list(
            rows.select_related("person", "qualification").order_by("qualification__order")
        )
        return {
            "identity": learner_identity(enrolment),
            "tabs": tabs_for(enrolment, self.request.user, "assessments:learner"),
            "registrations": [assessment_of(one, self.request.user) for one in found],
            "actions": self.register_action(enrolment.person),
        }

    def register_action(self, person: Person) -> list[Action]:
        if not self.request.user.can("assessments.register_candidate"):
            return []
        return [
            Action(
                "Register for a qualification",
                reverse("assessments:register", args=[person.public_id]),
            )
        ]


class SignOff(ConfirmPage):
    """Sign off a unit whose criteria are all met."""

    permission = "assessments.sign_off_unit"
    form_class = SignOffForm
    page_title, submit = "Sign off a unit", "Sign off"

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related(
            "person", "qualification"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    @cached_property
    def unit(self) -> Unit:
        return get_object_or_404(
            self.registration.current_version.units, number=self.kwargs["number"]
        )

    def perform(self, form: Any) -> str:
        sign_off_unit(
            registration=self.registration,
            unit=self.unit,
            signed_off_by=acting_person(self.request),
            on=form.cleaned_data["on"],
            by=self.request.user,
        )
        return f"Unit {self.unit.number} signed off"

    def shown(self) -> dict[str, Any]:
        met = reading.met_now(self.registration)
        criteria = list(self.unit.criteria.all())
        rows = [
            SummaryRow("Unit", str(self.unit)),
            SummaryRow(
                "Criteria met", f"{sum(one.pk in met for one in criteria)} of {len(criteria)}"
            ),
        ]
        return {"identity": identity(self.registration), "rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class RegisterCandidate(ActionPage):
    """Register somebody for a qualification."""

    permission = "assessments.register_candidate"
    form_class = RegisterForm
    page_title, submit = "Register a candidate", "Register"

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(
            reading.person(self.request.user, self.permission, self.kwargs["public_id"])
        )

    def perform(self, form: Any) -> str:
        self.made = register_candidate(
            person=self.person, by=self.request.user, **form.cleaned_data
        )
        return f"{self.person} registered for {self.made.title}"

    def shown(self) -> dict[str, Any]:
        return {"lead": f"{self.person.name}, staff number {self.person.staff_number}."}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.made.public_id])

    def get_cancel_url(self) -> str:
        return reverse("learners:list")


def acting_person(request: SignedInRequest) -> Person:
    """Return the person behind the account, in whose name assessment is done.

    Raises NotAllowed where the account has none.
    """
    person = request.user.person
    if person is None:
        raise NotAllowed(
            "Assessment is done in a person's own name; this account belongs to nobody."
        )
    return person
