"""Applications: those of a campaign, one of them with its stages, and from an accepted offer to a learner."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.applications import (
    add_application,
    change_application,
    check_offered,
    correct_stage,
    link_learner,
    record_stage,
    undo_stage,
    unlink_learner,
)
from learners.actions.equality import record_answers
from learners.forms.applications import (
    AddApplicationForm,
    ApplicationFilter,
    ChangeApplicationForm,
    CorrectStageForm,
    EqualityForm,
    LearnerOfApplicationForm,
    LinkLearnerForm,
    ReasonForm,
    RecordStageForm,
)
from learners.models import Application, ApplicationStage
from learners.models.applications import ApplicationRoute
from learners.presenters import applications as shown
from learners.queries import applications as reading
from learners.queries import campaigns as campaigns_reading
from learners.queries import equality
from learners.queries.campaigns import RECORD, SEE
from learners.rules.applications import NOT_ON_PAYROLL, WITH_RESULT, is_offered, latest_stage
from learners.views.allocations import STAFF
from learners.views.campaigns import OfCampaign, crumbs
from learners.views.enrolments import PERMISSION as ENROL
from learners.views.enrolments import NewLearner
from learners.views.events import found_by_words
from pqip.core.errors import RuleBroken
from pqip.core.ledger import LedgerQuerySet
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.tables import Sorting, Table
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage, ListPage, Page
from workforce.models import Person


class Applications(OfCampaign, ListPage):
    """Applications of a campaign in regions within reach."""

    permission = SEE
    page_title = "Applications"
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "number": ("application_number",),
        "region": ("region__order", "application_number"),
        "applied": ("applied_on", "application_number"),
    }
    default_sort = "number"

    @cached_property
    def asked(self) -> ApplicationFilter:
        rows = campaigns_reading.regions(self.request.user, SEE)
        form = ApplicationFilter(self.request.GET, regions=rows)
        form.is_valid()
        return form

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: value for name, value in self.asked.cleaned_data.items() if value}

    def rows(self) -> QuerySet[Application]:
        rows = reading.applications(self.request.user, self.campaign)
        wanted = self.wanted
        if "region" in wanted:
            rows = rows.filter(region__code=wanted["region"])
        if "route" in wanted:
            rows = rows.filter(route=wanted["route"])
        if "came" in wanted:
            stage = wanted["came"].removesuffix("_passed")
            rows = rows.came_to(stage, passed=stage != wanted["came"])
        if "stage" in wanted:
            rows = rows.at_stage(wanted["stage"])
        return rows.with_outcome(wanted["outcome"]) if "outcome" in wanted else rows

    def with_related(self, rows: Any) -> Any:
        return rows.select_related("region")

    def table(self, rows: list[Application], sorting: Sorting) -> Table:
        stages = reading.stages_of(rows)
        return shown.list_table(
            self.page_title, rows, stages, sorting, is_filtered=bool(self.wanted)
        )

    def shown(self) -> dict[str, Any]:
        add = reverse("learners:add_application", args=[self.campaign.public_id])
        actions = [Action("Add an application", add)] if self.request.user.can(RECORD) else []
        return {
            "filter": Filter(self.asked, self.request.GET),
            "actions": actions,
            "heading": f"Applications: {self.campaign}",
            "breadcrumbs": crumbs("Applications", self.campaign),
        }


class AddApplication(OfCampaign, ActionPage):
    """An application as it was made. Its stages follow on its page."""

    permission = RECORD
    form_class = AddApplicationForm
    page_title, submit = "Add an application", "Add"

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = campaigns_reading.regions(self.request.user)
        if self.campaign.region_id is not None:
            rows = rows.filter(pk=self.campaign.region_id)
        return {**super().get_form_kwargs(), "regions": rows}

    def perform(self, form: Any) -> str:
        self.made = add_application(
            by=self.request.user, campaign=self.campaign, **form.cleaned_data
        )
        return "Application added"

    def get_success_url(self) -> str:
        made = getattr(self, "made", None)
        if made is None:
            return reverse("learners:applications", args=[self.campaign.public_id])
        return reverse("learners:application", args=[made.public_id])

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": crumbs(self.page_title, self.campaign)}


class OfApplication:
    """About one application, fetched through the scope of the page's permission."""

    request: Any
    kwargs: dict[str, Any]
    permission: Any = SEE

    @cached_property
    def application(self) -> Application:
        rows = reading.application(self.request.user, self.permission)
        return get_object_or_404(rows, public_id=self.kwargs["application_id"])

    @cached_property
    def stages(self) -> list[ApplicationStage]:
        return reading.stages_of([self.application])[self.application.pk]

    def address(self, name: str = "application") -> str:
        return reverse(f"learners:{name}", args=[self.application.public_id])

    def get_success_url(self) -> str:
        return self.address()

    def crumbs(self, last: str) -> list[Crumb]:
        application = self.application
        way = crumbs("", application.campaign)[:-1]
        here = Crumb(f"Application {application.application_number}", self.address())
        return [*way, here, Crumb(last)]


class ApplicationPage(OfApplication, Page):
    """What an application says, the stages it has come through, and what may be done next."""

    template_name = "learners/application.html"
    page_title = "Application"

    def shown(self) -> dict[str, Any]:
        user, row = self.request.user, self.application
        may = campaigns_reading.may_record(user, row)
        offices = {pdu.code: pdu.name for pdu in reading.offices(row)} if row.offices else {}
        return {
            "identity": shown.identity(row, self.stages),
            "tabs": [],
            "heading": "How far it has come",
            "breadcrumbs": crumbs(f"Application {row.application_number}", row.campaign),
            "about": shown.about(row, self.stages, offices, reading.earlier(user, row)),
            "tables": [shown.stages_table(row, self.stages, may_change=may)],
            "actions": self._actions() if may else self._learner(),
        }

    def _actions(self) -> list[Action]:
        found = [Action("Record what has happened", self.address("record_stage"))]
        found.append(Action("Correct the application", self.address("change_application")))
        user, row = self.request.user, self.application
        if user.can(equality.CHANGE) and user.scope(equality.CHANGE).reaches(row):
            found.append(Action("Record equality answers", self.address("applicant_equality")))
        if row.enrolment_id is not None:
            undo = Action("They are not the learner", self.address("unlink_learner"))
            return [*found, *self._learner(), *([undo] if user.can(ENROL) else [])]
        if row.route == ApplicationRoute.PSO_POST or not is_offered(self.stages):
            return found
        if user.can(ENROL):
            found.append(Action("Make them a learner", self.address("application_to_learner")))
            found.append(Action("They are on record already", self.address("link_learner")))
        return found

    def _learner(self) -> list[Action]:
        enrolment = self.application.enrolment
        user = self.request.user
        if enrolment is None or not user.can("learners.view_learner"):
            return []
        if not user.scope("learners.view_learner").reaches(enrolment):
            return []
        address = reverse("learners:learner", args=[enrolment.public_id])
        return [Action("Open the learner's record", address)]


class RecordStage(OfApplication, ActionPage):
    """The next stage, the end of the application, or feedback."""

    permission = RECORD
    form_class = RecordStageForm
    page_title, submit = "Record what has happened", "Record"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "recorded": [row.stage for row in self.stages]}

    def get_initial(self) -> dict[str, Any]:
        enrolment = self.application.enrolment
        if enrolment is not None and latest_stage(self.stages) == "confirmed_offer":
            return {"stage": "started", "on": enrolment.start_date}
        return {}

    def perform(self, form: Any) -> str:
        record_stage(by=self.request.user, application=self.application, **form.cleaned_data)
        return "Recorded"

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


class ChangeApplication(OfApplication, ActionPage):
    """What an application says, corrected."""

    permission = RECORD
    form_class = ChangeApplicationForm
    page_title, submit = "Correct the application", "Correct"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offices": reading.offices(self.application)}

    def get_initial(self) -> dict[str, Any]:
        row = self.application
        said = {True: "yes", False: "no", None: ""}
        known = {pdu.code: pdu.pk for pdu in reading.offices(row)}
        ranked = dict(
            zip(
                ChangeApplicationForm.ranked(),
                [known.get(code) for code in row.offices],
                strict=False,
            )
        )
        names = ("route", "applied_on", "previous_number", "paused_days")
        return {
            **{name: getattr(row, name) for name in names},
            **ranked,
            "is_returner": said[row.is_returner],
            "would_take_pso_post": said[row.would_take_pso_post],
            "offered_pdu": row.offered_pdu_id,
            "accepted_pdu": row.accepted_pdu_id,
        }

    def perform(self, form: Any) -> str:
        change_application(by=self.request.user, application=self.application, **form.cleaned_data)
        return "Corrected"

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


class OfStage(AmendPage):
    """About one stage of an application within reach."""

    permission = RECORD

    def facts(self) -> LedgerQuerySet:
        return reading.stage(self.request.user, self.kwargs["stage_id"])

    def get_success_url(self) -> str:
        return reverse("learners:application", args=[self.fact.application.public_id])

    def crumbs(self, last: str) -> list[Crumb]:
        application = self.fact.application
        here = Crumb(f"Application {application.application_number}", self.get_success_url())
        return [*crumbs("", application.campaign)[:-1], here, Crumb(last)]


class CorrectStage(OfStage):
    """Another day or result of a stage."""

    form_class = CorrectStageForm
    page_title = "Correct a stage"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "has_result": self.fact.stage in WITH_RESULT}

    def stated(self) -> dict[str, Any]:
        passed = {True: "yes", False: "no", None: ""}[self.fact.passed]
        return {"on": self.fact.effective_on, "passed": passed}

    def amend(self, fact: ApplicationStage, **answers: Any) -> None:
        correct_stage(by=self.request.user, row=fact, **answers)

    def shown(self) -> dict[str, Any]:
        heading = str(self.fact.get_stage_display())
        return {"heading": heading, "breadcrumbs": self.crumbs(self.page_title)}


class UndoStage(OfStage, UndoPage):
    """A stage recorded in error."""

    page_title = "Undo a stage"

    def amend(self, fact: ApplicationStage, **answers: Any) -> None:
        undo_stage(by=self.request.user, row=fact, **answers)

    def shown(self) -> dict[str, Any]:
        rows = shown.stage_summary(self.fact)
        return {"rows": rows, "breadcrumbs": self.crumbs(self.page_title)}


class ToLearner(OfApplication, NewLearner):
    """From an accepted offer to a learner: who they are is asked, what the application says is not asked again.

    They get the application's number until they are on the payroll, and their place on the programme follows.
    """

    permission = ENROL
    form_class = LearnerOfApplicationForm
    page_title, submit = "Make them a learner", "Continue"
    lead = "They are employed as a PSO from their first day. The next pages ask for their place, filled in from the application."

    @property
    def number(self) -> str:
        return f"{NOT_ON_PAYROLL}{self.application.application_number}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "number": self.number}

    def get_initial(self) -> dict[str, Any]:
        row = self.application
        office = row.accepted_pdu_id or row.offered_pdu_id
        started = next((each.effective_on for each in self.stages if each.stage == "started"), None)
        return {"region": row.region_id, "pdu": office, "on": started}

    def add(self, answer: str, **content: Any) -> Person:
        check_offered(self.application)
        return super().add(answer, **content)

    def get_success_url(self) -> str:
        made = getattr(self, "person", None)
        return reverse("learners:enrol_person", args=[made.public_id]) if made else self.address()

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


class LinkLearner(OfApplication, ActionPage):
    """The learner, who was on record before: a PSO, or somebody whom a file brought."""

    permission = ENROL
    form_class = LinkLearnerForm
    page_title, submit = "The learner of this application", "Continue"
    lead = "Somebody with a place on the programme is linked with the application. Enrol them first, if they have none."

    def perform(self, form: Any) -> str:
        user = self.request.user
        try:
            person = found_by_words(user, STAFF, form.cleaned_data["words"])
        except RuleBroken as broken:
            raise RuleBroken(broken.message, "words") from broken
        place = reading.places_of(user, person).first()
        if place is None:
            raise RuleBroken("They have no place on the programme yet. Enrol them first.", "words")
        try:
            link_learner(by=user, application=self.application, enrolment=place)
        except RuleBroken as broken:
            raise RuleBroken(broken.message, "words") from broken
        return "Linked"

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


class UnlinkLearner(OfApplication, ActionPage):
    """A place on the programme that did not come of this application."""

    permission = ENROL
    form_class = ReasonForm
    page_title, submit = "They are not the learner", "Undo"
    lead = (
        "The application then leads to no place on the programme. The learner's record stays; equality answers that it "
        "brought are taken back."
    )

    def perform(self, form: Any) -> str:
        unlink_learner(
            by=self.request.user, application=self.application, reason=form.cleaned_data["reason"]
        )
        return "Undone"

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


class Equality(OfApplication, ActionPage):
    """What an applicant answered to the equality questions. What is recorded is shown only to whoever may see answers."""

    permission = equality.CHANGE
    form_class = EqualityForm
    page_title, submit = "Equality answers", "Save"
    lead = (
        "Answers show whether everybody is treated fairly. They are optional, are kept apart from the application and are "
        "never used in a decision. A question left as it is keeps what is recorded."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offered": equality.offered_to(self.application)}

    def get_initial(self) -> dict[str, Any]:
        return equality.answers_of(self.request.user, self.application)

    def perform(self, form: Any) -> str:
        record_answers(
            by=self.request.user, application=self.application, answers=form.cleaned_data
        )
        return "Saved"

    def shown(self) -> dict[str, Any]:
        return {
            "identity": shown.identity(self.application, self.stages),
            "breadcrumbs": self.crumbs(self.page_title),
        }


__all__ = [
    "AddApplication",
    "ApplicationPage",
    "Applications",
    "ChangeApplication",
    "CorrectStage",
    "Equality",
    "LinkLearner",
    "RecordStage",
    "ToLearner",
    "UndoStage",
    "UnlinkLearner",
]
