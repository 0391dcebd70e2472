"""Enrol somebody, one short page at a time: person, place, entry facts, and who looks after them.

No file is needed.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.allocations import allocate
from learners.actions.allocations_eligible import Nomination
from learners.actions.enrolments import enrol_into, leads_to
from learners.facts.allocations import choices
from learners.forms.enrolments import (
    BY_THE_RULES,
    EntryAnswersForm,
    LookAfterForm,
    NewLearnerForm,
    PlaceForm,
    WhoForm,
)
from learners.models import Application
from learners.models.allocations import AllocationRole
from learners.presenters import allocations_taking
from learners.presenters.answers import answers
from learners.queries import records
from learners.queries.applications import of_person
from learners.views.allocations import STAFF, checked_taker
from learners.views.checked import CheckedPage
from learners.views.events import LearnerAction, found_by_words
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.govuk.pages import Crumb, Fact, Identity, SummaryRow
from pqip.pages.generic import ActionPage
from workforce.actions.people import record_person
from workforce.models import Person
from workforce.views.staff_adding import NewPerson

PERMISSION = "learners.record_event"
ROLES = (AllocationRole.PTA.value, AllocationRole.LINE_MANAGER.value)


def crumbs(last: str) -> list[Crumb]:
    return [Crumb("Learners", reverse("learners:list")), Crumb(last)]


class WhoIsEnrolled(ActionPage):
    """The page to choose between a new person and somebody on record."""

    permission = PERMISSION
    form_class = WhoForm
    page_title, submit = "Enrol a learner", "Continue"

    def perform(self, form: Any) -> str:
        if form.cleaned_data["who"] == "known":
            try:
                self.person = found_by_words(self.request.user, STAFF, form.cleaned_data["words"])
            except RuleBroken as broken:
                raise RuleBroken(broken.message, "words") from broken
        self.leads = True
        return ""

    def get_success_url(self) -> str:
        if hasattr(self, "person"):
            return reverse("learners:enrol_person", args=[self.person.public_id])
        return reverse("learners:enrol_new") if hasattr(self, "leads") else reverse("learners:list")

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs("Enrol a learner")}


class NewLearner(NewPerson):
    """A page for a new person, who is employed as a PSO from the first day; their place follows."""

    permission = PERMISSION
    submit = "Continue"

    def add(self, answer: str, **content: Any) -> Person:
        post = {name: content.pop(name) for name in ("region", "pdu", "fte")} | {
            "grade": records.grade_of_learners()
        }
        return record_person(
            by=self.request.user, answer=answer, starts_on=content.pop("on"), post=post, **content
        )


class AddLearner(NewLearner):
    """The page for somebody whose application is not recorded here."""

    form_class = NewLearnerForm
    page_title = "Add a learner"
    lead = "They are employed as a PSO from their first day. The next pages ask for their place on the programme."

    def get_success_url(self) -> str:
        made = getattr(self, "person", None)
        return (
            reverse("learners:enrol_person", args=[made.public_id])
            if made
            else reverse("learners:enrol")
        )

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs("Add a learner")}


class Enrol(CheckedPage):
    """The pages of the place and of the entry facts, and the check before both are recorded.

    The address holds the answers about the place once they are given.
    """

    permission = PERMISSION
    page_title, submit = "Their place on the programme", "Continue"
    renamed: ClassVar[dict[str, str]] = {"entry_route": "pathway", "chosen": "pathway"}

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(
            records.people_within(self.request.user, STAFF), public_id=self.kwargs["public_id"]
        )

    @cached_property
    def application(self) -> Application | None:
        """Return the application they come from, if their staff number is still that of it."""
        return of_person(self.request.user, self.person)

    @cached_property
    def asked_place(self) -> PlaceForm:
        return PlaceForm(self.request.GET or None, scope=self.request.user.scope(PERMISSION))

    @cached_property
    def place(self) -> dict[str, Any]:
        """The answers about the place, once they are valid; empty until then."""
        return (
            self.asked_place.cleaned_data
            if self.request.GET and self.asked_place.is_valid()
            else {}
        )

    def get_form_class(self) -> Any:
        return EntryAnswersForm if self.place else PlaceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        own = (
            {"route": self.place["entry_route"]}
            if self.place
            else {"scope": self.request.user.scope(PERMISSION)}
        )
        return {**super().get_form_kwargs(), **own}

    def get_initial(self) -> dict[str, Any]:
        """Fill in where they work, and from when if that is ahead, and what their application says,
        so that it is not asked for twice.
        """
        application, post = self.application, records.post_ahead(self.person)
        if self.place:
            return {"applied_on": application.applied_on} if application else {}
        route = {"entry_route": application.route} if application else {}
        if post is None:
            return route
        return route | {
            "start_date": post.effective_on,
            "region": post.region_id,
            "pdu": post.pdu_id,
            "fte": post.fte,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        if self.place:
            return super().form_valid(form)
        return redirect(f"{self.request.path}?{form_address(form)}")

    def checked(self, form: Any) -> dict[str, Any]:
        chosen = self._pathway(form)
        back = self.request.path
        place = [
            SummaryRow(str(field.label), value, back)
            for field, value in place_answers(self.asked_place, self.place)
        ]
        given = [row for row in answers(form) if row.value and row.key != "Pathway"]
        by_rules = (
            " (the one that the rules lead to)"
            if form.cleaned_data["pathway"] == BY_THE_RULES
            else ""
        )
        return {
            "rows": [*place, *given, SummaryRow("Pathway", f"{chosen}{by_rules}")],
            "submit": "Enrol",
        }

    def _pathway(self, form: Any) -> Any:
        wanted = form.cleaned_data["pathway"]
        return (
            leads_to(**form.facts())
            if wanted == BY_THE_RULES
            else records.pathways().get(code=wanted)
        )

    def perform(self, form: Any) -> str:
        user, facts = self.request.user, form.facts()
        if facts["applied_on"] and not user.can("learners.decide_pathway"):
            raise RuleBroken("You may not decide a pathway. Answer no.", "has_application")
        facts.pop("modules_started")
        try:
            self.enrolment = enrol_into(
                by=user,
                person=self.person,
                pathway=self._pathway(form),
                reason=form.cleaned_data["reason"],
                application=self.application,
                entry_facts=form.entry_facts(),
                **facts,
                **{key: each for key, each in self.place.items() if key not in facts},
            )
        except RuleBroken as broken:
            raise RuleBroken(
                broken.message, {"to_fte": None}.get(broken.field or "", broken.field)
            ) from broken
        return "Enrolled"

    def get_success_url(self) -> str:
        made = getattr(self, "enrolment", None)
        return (
            reverse("learners:look_after", args=[made.public_id])
            if made
            else reverse("learners:list")
        )

    def shown(self) -> dict[str, Any]:
        who = Identity(self.person.name, [Fact("Staff number", self.person.staff_number)])
        heading = "What they came with" if self.place else "Their place on the programme"
        return {"identity": who, "breadcrumbs": crumbs("Enrol"), "heading": heading}


def form_address(form: Any) -> str:
    """Return the answers of a form as an address holds them: places, days and codes that name
    nobody.
    """
    names = [
        name
        for name in form.data
        if any(name == each or name.startswith(f"{each}-") for each in form.fields)
    ]
    return urlencode(
        [(name, value) for name in names for value in form.data.getlist(name) if value]
    )


def place_answers(form: Any, place: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return the questions about a place with their answers."""
    shown = {row.key: row.value for row in answers(form)}
    shown |= {"Cohort": place["cohort"], "Start date": date_gov(place["start_date"])}
    fields = [field for field in form if field.name != "new_cohort"]
    return [(field, shown.get(str(field.label), "")) for field in fields]


class LookAfter(CheckedPage, LearnerAction):
    """The page to name who looks after somebody just enrolled.

    The check shows each with their place and number of people.
    """

    permission = "learners.allocate"
    form_class = LookAfterForm
    page_title, submit, success_message = "Who looks after them", "Continue", "Allocated"
    lead = "From their first day. Leave out whoever is not yet known: they can be allocated from the record later."

    def get_form_kwargs(self) -> dict[str, Any]:
        place = (self.enrolment.region_id, self.enrolment.pdu_id)
        within = records.people_within(self.request.user, STAFF).exclude(
            pk=self.enrolment.person_id
        )
        offered = {}
        for role in ROLES:
            offered[role] = [
                (one.person.staff_number, allocations_taking.option(one))
                for one in choices(within, role, place, today())
            ]
        return {**super().get_form_kwargs(), "offered": offered}

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": self.enrolment.start_date}

    def named(self, form: Any) -> dict[str, Person]:
        """Return the person named for each role."""
        wanted = {role: form.cleaned_data[role] for role in ROLES if form.cleaned_data[role]}
        return {
            role: found_by_words(self.request.user, STAFF, number)
            for role, number in wanted.items()
        }

    def checked(self, form: Any) -> dict[str, Any]:
        rows: list[SummaryRow] = []
        warnings: list[str] = []
        for role, other in self.named(form).items():
            try:
                shown = checked_taker(
                    role,
                    other,
                    [
                        Nomination(
                            other.pk, self.enrolment.person_id, form.cleaned_data["from_date"]
                        )
                    ],
                )
            except RuleBroken as broken:
                raise RuleBroken(broken.message, role) from broken
            rows += shown["rows"]
            warnings.append(shown["warn"])
        return {"rows": rows, "warn": " ".join(filter(None, warnings)), "submit": "Allocate"}

    def perform(self, form: Any) -> str:
        named = self.named(form)
        for role, other in named.items():
            try:
                allocate(
                    by=self.request.user,
                    person=self.enrolment.person,
                    role=role,
                    other=other,
                    from_date=form.cleaned_data["from_date"],
                )
            except RuleBroken as broken:
                raise RuleBroken(
                    broken.message, role if broken.field == "other" else broken.field
                ) from broken
        return self.success_message if named else ""
