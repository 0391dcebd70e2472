"""The pages of a learner's record."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners import ports, reading
from learners.change_facts import changes_of
from learners.chronicle import chronicle, strands_for
from learners.forms.filters import StrandFilter
from learners.milestone_facts import kept
from learners.models import Enrolment
from learners.outlook_facts import outlook_of
from learners.practice_facts import lost_days_of, placements_of
from learners.presenters import history, people
from learners.presenters.line import line_of_time
from learners.presenters.milestones import ends_table, milestones_table
from learners.presenters.next_steps import what_is_next
from learners.presenters.record import doable, ended_on, identity, where_they_are, who_looks_after_them
from learners.promised_facts import promised
from learners.standing_facts import standing_of
from learners.tabs import tabs_for
from pqip.core.clock import today
from pqip.core.views import Page
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action
from pqip.govuk.pagination import numbered

RECORD, ALLOCATE, EXTERNAL = "learners.record_event", "learners.allocate", "learners.name_external"


class LearnerPage(Page):
    """A page of the record. The enrolment is fetched through scope: out of reach is not found."""

    permission = reading.VIEW
    template_name = "learners/record.html"
    url_name = ""

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = reading.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        who = self.enrolment
        return super().get_context_data(
            identity=identity(who), tabs=tabs_for(who, self.request.user, self.url_name), foot=self.foot(),
            **{**self.shown(), **kwargs},
        )

    def foot(self) -> Action | None:
        """Where the learner says that something on the page is wrong."""
        if not self.request.user.can("learners.speak"):
            return None
        address = with_query(QueryDict(), self.address("challenge"), about=self.page_title)
        return Action("Something on this page is wrong", address, "link")

    def shown(self) -> dict[str, Any]:
        """What the page shows beneath the tabs."""
        raise NotImplementedError

    def address(self, name: str) -> str:
        return reverse(f"learners:{name}", args=[self.enrolment.public_id])

    def may(self, permission: str) -> bool:
        """Whether the reader may use a permission on this record."""
        return reading.may(self.request.user, permission, self.enrolment)

    def action(self, permission: str, label: str, name: str) -> list[Action]:
        """A button, for those who may use it."""
        return [Action(label, self.address(name))] if self.may(permission) else []


class Overview(LearnerPage):
    """Where they are, all strands on one line, and what is next."""

    page_title = "Overview"
    template_name = "learners/overview.html"
    url_name = "learners:learner"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        segments = list(who.segments.order_by("from_on"))
        facts = (reading.results_of(who), reading.training_of(who.person_id), reading.reviews_of(who.person_id))
        found = outlook_of(who, on)
        strand = ports.vocational()
        progress = strand.progress_of([who.person_id], on).get(who.person_id)
        due = [step.for_user(self.request.user) for step in strand.due_next([who.person_id], on).get(who.person_id, [])]
        return {
            "where": where_they_are(
                who, progress, on, ended_on(segments, on), standing=standing_of(who, progress, on), outlook=found
            ),
            "people": who_looks_after_them(who, self.request.user, reading.allocated_ahead(who.person_id)),
            "line": line_of_time(who, segments, *facts, placements_of(who), lost_days_of(who.person_id), found, on),
            "next_steps": what_is_next(who, segments, *facts, due, found, on, promised(who, on)),
            "doable": doable(who, self.request.user, on),
        }


class Programme(LearnerPage):
    """Milestones, how the dates came about, and terms and events with what may be corrected or undone."""

    page_title = "Programme"
    url_name = "learners:programme"

    def shown(self) -> dict[str, Any]:
        on = today()
        events = [event for event in reading.events_of(self.enrolment) if not event.is_void]
        may = {"correct": self.may("learners.void_event"), "see": self.may("learners.see_break_reason")}
        table = history.events_table(events, reading.reason_labels(), may_undo=may["correct"], see_break_reason=may["see"])
        dates = milestones_table(outlook_of(self.enrolment, on), on)
        tables = [dates, ends_table(kept(self.enrolment), on), table]
        what_if = Action("What if", self.address("what_if"))
        return {"tables": tables, "actions": [*doable(self.enrolment, self.request.user, on)[:3], what_if]}


class People(LearnerPage):
    """Who looks after the learner, now and before."""

    page_title = "People"
    url_name = "learners:people"

    def shown(self) -> dict[str, Any]:
        rows = reading.allocations_of(self.enrolment.person_id)
        steps, external = people.STEPS if self.may(ALLOCATE) else {}, people.EXTERNAL_STEPS if self.may(EXTERNAL) else {}
        table = people.allocations_table(rows, today(), steps=steps, external=external, back=self.enrolment.public_id)
        name = self.action(EXTERNAL, "Name to an external quality assurer", "name_external")
        return {"tables": [table], "actions": [*self.action(ALLOCATE, "Allocate", "allocate"), *name]}


class History(LearnerPage):
    """What happened on every strand, in plain words; of events also what was undone and why."""

    page_title = "History"
    template_name = "learners/history.html"
    url_name = "learners:history"

    def shown(self) -> dict[str, Any]:
        user = self.request.user
        form = StrandFilter(self.request.GET, strands=strands_for(user))
        page = Paginator(chronicle(self.enrolment, user, today(), form.chosen), 50).get_page(self.request.GET.get("page"))
        told = list(page.object_list)
        rows = [each.row for _, each in told]
        names = reading.names_of_actors([*(row.recorded_by for row in rows), *(row.voided_by for row in rows if row.is_void)])
        own = self.address("challenge") if user.can("learners.speak") else ""
        return {
            "events": history.timeline(told, names, own), "form": form, "pages": numbered(page, self.request.GET),
            "actions": self.action("workforce.view_history", "See every change", "changes"),
        }


class Changes(LearnerPage):
    """The audit of a record: every change, by whom, when and why."""

    permission = "workforce.view_history"
    page_title = "Every change"
    url_name = "learners:history"

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = reading.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def shown(self) -> dict[str, Any]:
        page = Paginator(changes_of(self.enrolment), 50).get_page(self.request.GET.get("page"))
        rows = list(page.object_list)
        table = history.changes_table(rows, reading.names_of_actors(row["actor"] for row in rows))
        return {"tables": [table], "pages": numbered(page, self.request.GET)}
