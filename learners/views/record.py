"""The pages of a learner's record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.facts.milestones import stored_stretches
from learners.facts.milestones_outlook import outlook_of
from learners.facts.practice import lost_days_of, placements_of
from learners.facts.progress import progress_group_of
from learners.facts.promised import promised
from learners.forms.filters import StrandFilter
from learners.models import Enrolment
from learners.ports import vocational
from learners.ports.tabs import tabs_for
from learners.ports.timeline import entries_for, strands_for
from learners.presenters import allocations, history
from learners.presenters.milestones import ends_table, milestones_table
from learners.presenters.milestones_line import line_of_time
from learners.presenters.next_due import what_is_next
from learners.presenters.record import (
    doable,
    ended_on,
    identity,
    where_they_are,
    who_looks_after_them,
)
from learners.presenters.words import who_acted
from learners.queries import records
from learners.queries.history_changes import changes_of, columns_of, referred_to
from pqip.core.clock import today
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action
from pqip.govuk.pagination import numbered
from pqip.pages.generic import Page

RECORD, ALLOCATE, EXTERNAL = "learners.record_event", "learners.allocate", "learners.name_external"


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor of an audit or a ledger, in one query."""
    acted = set(actors)
    return who_acted(acted, records.names_of_accounts(acted))


class LearnerPage(Page):
    """A page of the record. The enrolment is fetched through scope: one out of reach is not found."""

    permission = records.VIEW
    template_name = "learners/record.html"
    url_name = ""

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = records.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def common(self) -> dict[str, Any]:
        who, tabs = self.enrolment, tabs_for(self.enrolment, self.request.user, self.url_name)
        return {**super().common(), "identity": identity(who), "tabs": tabs, "foot": self.foot()}

    def foot(self) -> Action | None:
        """Return the link by which the learner says that something on the page is wrong."""
        if not self.request.user.can("learners.speak"):
            return None
        address = with_query(QueryDict(), self.address("challenge"), about=self.page_title)
        return Action("Something on this page is wrong", address, "link")

    def address(self, name: str) -> str:
        return reverse(f"learners:{name}", args=[self.enrolment.public_id])

    def may(self, permission: str) -> bool:
        """Return True if the user may use a permission on this record."""
        return records.may(self.request.user, permission, self.enrolment)

    def action(self, permission: str, label: str, name: str) -> list[Action]:
        """Return a button, for users who may use it; otherwise an empty list."""
        return [Action(label, self.address(name))] if self.may(permission) else []


class Overview(LearnerPage):
    """The first page of the record: where they are, all strands on one line, and what is next."""

    page_title = "Overview"
    template_name = "learners/overview.html"
    url_name = "learners:learner"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        segments = list(who.segments.order_by("from_on"))
        facts = (
            records.results_of(who),
            records.training_of(who.person_id),
            records.reviews_of(who.person_id),
        )
        found = outlook_of(who, on)
        strand = vocational.vocational()
        progress = strand.progress_of([who.person_id], on).get(who.person_id)
        due = [
            step.for_user(self.request.user)
            for step in strand.due_next([who.person_id], on).get(who.person_id, [])
        ]
        return {
            "where": where_they_are(
                who,
                progress,
                on,
                ended_on(segments, on),
                group=progress_group_of(who, progress, on),
                outlook=found,
            ),
            "people": who_looks_after_them(
                who, self.request.user, records.allocated_ahead(who.person_id)
            ),
            "line": line_of_time(
                who, segments, *facts, placements_of(who), lost_days_of(who.person_id), found, on
            ),
            "next_steps": what_is_next(who, segments, *facts, due, found, on, promised(who, on)),
            "doable": doable(who, self.request.user, on),
        }


class Programme(LearnerPage):
    """The page about milestones, how the dates came about, terms, and events with links to amend
    them.
    """

    page_title = "Programme"
    url_name = "learners:programme"

    def shown(self) -> dict[str, Any]:
        on = today()
        events = [event for event in records.events_of(self.enrolment) if not event.is_void]
        may = {
            "correct": self.may("learners.void_event"),
            "see": self.may("learners.see_break_reason"),
        }
        table = history.events_table(
            events, records.reason_labels(), may_undo=may["correct"], see_break_reason=may["see"]
        )
        dates = milestones_table(outlook_of(self.enrolment, on), on)
        tables = [dates, ends_table(stored_stretches(self.enrolment), on), table]
        what_if = Action("What if", self.address("what_if"))
        return {
            "tables": tables,
            "actions": [*doable(self.enrolment, self.request.user, on)[:3], what_if],
        }


class People(LearnerPage):
    """The page about who looks after the learner, now and before."""

    page_title = "People"
    url_name = "learners:people"

    def shown(self) -> dict[str, Any]:
        rows = records.allocations_of(self.enrolment.person_id)
        steps = allocations.STEPS if self.may_change(ALLOCATE) else {}
        external = allocations.EXTERNAL_STEPS if self.may_change(EXTERNAL) else {}
        table = allocations.allocations_table(
            rows, today(), steps=steps, external=external, back=self.enrolment.public_id
        )
        name = self.action(EXTERNAL, "Name to an external quality assurer", "name_external")
        return {
            "tables": [table],
            "actions": [*self.action(ALLOCATE, "Allocate", "allocate"), *name],
        }

    def may_change(self, permission: str) -> bool:
        """Return True if the user may end, correct and undo an allocation.

        The pages behind the links ask the same.
        """
        return self.may(permission) and records.may(
            self.request.user, permission, self.enrolment.person
        )


class History(LearnerPage):
    """The timeline of every strand, in plain words.

    Events that were undone are included, with the reason.
    """

    page_title = "History"
    template_name = "learners/history.html"
    url_name = "learners:history"

    def shown(self) -> dict[str, Any]:
        user = self.request.user
        form = StrandFilter(self.request.GET, strands=strands_for(user))
        page = Paginator(entries_for(self.enrolment, user, today(), form.chosen), 50).get_page(
            self.request.GET.get("page")
        )
        entries = list(page.object_list)
        rows = [each.row for _, each in entries]
        names = names_of_actors(
            [*(row.recorded_by for row in rows), *(row.voided_by for row in rows if row.is_void)]
        )
        own = self.address("challenge") if user.can("learners.speak") else ""
        return {
            "events": history.timeline(entries, names, own),
            "form": form,
            "pages": numbered(page, self.request.GET),
            "actions": self.action("workforce.view_history", "See every change", "changes"),
        }


class Changes(LearnerPage):
    """The audit of a record: every change, by whom, when and why."""

    permission = "workforce.view_history"
    page_title = "Every change"
    url_name = "learners:history"

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = records.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def shown(self) -> dict[str, Any]:
        page = Paginator(changes_of(self.enrolment), 50).get_page(self.request.GET.get("page"))
        rows = list(page.object_list)
        columns = columns_of(rows)
        names = names_of_actors(row["actor"] for row in rows)
        table = history.changes_table(rows, columns, referred_to(columns), names)
        return {"tables": [table], "pages": numbered(page, self.request.GET)}
