"""Staff: the list, a person's page, and forms about their post and absences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.clock import today
from pqip.core.formats import date_range, short_date
from pqip.core.spans import holds, is_over
from pqip.govuk.filters import Filter, Search
from pqip.govuk.pages import Action, Empty, Fact, Identity, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, Page, SearchedList
from workforce.actions.absences import end_absence, record_absence
from workforce.actions.posts import change_post, end_post, may_be_undone
from workforce.forms.staff import (
    AbsenceForm,
    ChangePostForm,
    EndAbsenceForm,
    EndPostForm,
    StaffFilter,
)
from workforce.models import Absence, Person, Spell
from workforce.models.people import PersonQuerySet
from workforce.ports import posts as ports
from workforce.presenters import register
from workforce.presenters.staff import staff_table
from workforce.queries import records
from workforce.views.merges import merges_table


class StaffList(SearchedList):
    """The list of everybody within reach, filtered, searched and sorted."""

    permission = records.VIEW
    page_title = "Staff"
    sorts = {
        "name": ("sort_name",),
        "grade": ("grade__order", "sort_name"),
        "region": ("region__order", "sort_name"),
    }
    default_sort = "name"

    def rows(self) -> PersonQuerySet:
        return (
            StaffFilter(self.request.GET)
            .applied_to(records.people(self.request.user))
            .matching(self.words)
        )

    def with_related(self, rows: PersonQuerySet) -> PersonQuerySet:
        return records.for_lists(rows)

    def table(self, rows: list[Person], sorting: Sorting) -> Table:
        empty = Empty("Nobody matches.", "Remove a filter or search for other words.")
        return staff_table("Staff", rows, sorting, empty)

    def shown(self) -> dict[str, Any]:
        panel = Filter(StaffFilter(self.request.GET), self.request.GET, Search(words=self.words))
        add = (
            [Action("Add a person", reverse("workforce:add_person"))]
            if self.request.user.can(records.MANAGE_PEOPLE)
            else []
        )
        return {"filter": panel, "actions": add}


class PersonPage(Page):
    """The page of one person: their posts, links to other records of them, and absences for users
    who may manage people.
    """

    permission = records.VIEW
    template_name = "workforce/person.html"
    page_title = "Person"

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(
            records.for_lists(records.people(self.request.user)), public_id=self.kwargs["public_id"]
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page. The address of a record merged into another redirects to that one."""
        stays = records.stays_of(request.user, self.kwargs["public_id"])
        return (
            redirect("workforce:person", stays.public_id)
            if stays
            else super().get(request, *args, **kwargs)
        )

    def shown(self) -> dict[str, Any]:
        person, manages = self.person, self.request.user.can(records.MANAGE_PEOPLE)
        posts = list(records.posts(person))
        shown: dict[str, Any] = {
            "identity": identity(person),
            "heading": "Posts",
            "links": ports.role_links(person, self.request.user),
            "posts": posts_table(posts, person if manages else None),
            "actions": person_actions(person, posts) if manages else [],
            "absences": absences_table(person, list(records.absences(self.request.user, person)))
            if manages
            else None,
        }
        entries, history, lacks = (
            records.register_of(person),
            records.register_history(person),
            records.lacks_entry(person),
        )
        shown |= register.entries_of(person, entries, history, lacks=lacks, may_change=manages)
        merges = self.request.user.scope(records.MERGE).everywhere
        took_in = records.merged_into(person)
        shown["merges"] = merges_table(took_in, may_undo=merges) if took_in else None
        if merges:
            find = reverse("workforce:find_other", args=[person.public_id])
            shown["actions"] = [*shown["actions"], Action("Merge with another record", find)]
        return shown


class PersonAction(ActionPage):
    """A form about one person, fetched through the scope of managing people."""

    permission = records.MANAGE_PEOPLE

    @cached_property
    def person(self) -> Person:
        rows = records.people(self.request.user, self.permission)
        return get_object_or_404(records.for_lists(rows), public_id=self.kwargs["public_id"])

    def get_success_url(self) -> str:
        return reverse("workforce:person", args=[self.person.public_id])

    def common(self) -> dict[str, Any]:
        return {**super().common(), "identity": identity(self.person)}


class ChangePost(PersonAction):
    """The page to change a post from a day."""

    form_class = ChangePostForm
    page_title = "Change a post"
    lead = "Everything stays as it is until the first day of the change. To put right a mistake, enter the day the post began."

    def get_initial(self) -> dict[str, Any]:
        spell = records.posts(self.person).first()
        asked = ("grade", "region", "pdu", "function", "fte", "contract")
        return {name: getattr(spell, name) for name in asked} if spell else {}

    def perform(self, form: Any) -> str:
        asked = dict(form.cleaned_data)
        change_post(by=self.request.user, person=self.person, on=asked.pop("on"), **asked)
        return "The change is recorded."


class EndPost(PersonAction):
    """The page to end a post."""

    form_class = EndPostForm
    page_title = "End a post"
    submit = "End the post"

    def perform(self, form: Any) -> str:
        asked = form.cleaned_data
        end_post(
            by=self.request.user,
            person=self.person,
            last_day=asked["ended_on"],
            leave_reason=asked["leave_reason"],
            destination=asked["destination"],
        )
        return "The last day is recorded."


class AddAbsence(PersonAction):
    """The page to record an absence or a reduction of hours."""

    form_class = AbsenceForm
    page_title = "Record an absence"

    def perform(self, form: Any) -> str:
        record_absence(by=self.request.user, person=self.person, **form.cleaned_data)
        return "The absence is recorded."


class EndAbsence(PersonAction):
    """The page to end an absence. The absence is identified by the day it began and its kind."""

    form_class = EndAbsenceForm
    page_title = "End an absence"

    @cached_property
    def absence(self) -> Absence:
        found = records.absences(self.request.user, self.person).filter(ended_on=None)
        return get_object_or_404(found, kind=self.kwargs["kind"], effective_on=self.kwargs["began"])

    def shown(self) -> dict[str, Any]:
        absence = self.absence
        lead = f"{absence.get_kind_display()} from {short_date(absence.effective_on)}"
        return {"lead": lead}

    def perform(self, form: Any) -> str:
        end_absence(
            by=self.request.user, absence=self.absence, last_day=form.cleaned_data["ended_on"]
        )
        return "The end of the absence is recorded."


def identity(person: Person) -> Identity:
    """Return the heading that says whose page it is."""
    facts = [
        ("Staff number", person.staff_number),
        ("Grade", person.grade),
        ("Region", person.region),
        ("Probation delivery unit", person.pdu),
        ("Organisation", person.organisation),
    ]
    return Identity(person.name, [Fact(label, value) for label, value in facts if value])


def person_actions(person: Person, posts: list[Spell]) -> list[Action]:
    """Return the actions for users who manage people.

    For somebody who has left, only corrections are possible.
    """
    day = today()
    if any(not is_over(post.ended_on, day) for post in posts):
        pages = {
            "Change the post": "change_post",
            "End the post": "end_post",
            "Record an absence": "add_absence",
        }
    else:
        pages = {"Begin a post": "begin_post"} | (
            {"Correct the post": "change_post"} if posts else {}
        )
    pages |= {
        "Enter in the register": "enter_register",
        "Correct name or e-mail address": "correct_details",
        "Change the staff number": "change_number",
    }
    return [
        Action(label, reverse(f"workforce:{name}", args=[person.public_id]))
        for label, name in pages.items()
    ]


def posts_table(posts: list[Spell], person: Person | None = None) -> Table:
    """Return a table of posts, the latest first.

    With `person`, it has links for users who may correct and undo them.
    """
    columns = [
        Column("Post"),
        Column("Where"),
        Column("Full-time equivalent", numeric=True),
        Column("When"),
        Column("Ended with"),
        Column("Actions", hidden=True),
    ]
    day = today()
    rows = [
        [
            Cell(post.grade, second=post.get_function_display(), tags=_tags(post, day)),
            Cell(post.region, second=post.pdu or ""),
            post.fte,
            when(post),
            Cell(post.leave_reason, second=post.destination),
            Cell(actions=_amend_post(person, post) if person else []),
        ]
        for post in posts
    ]
    return Table("Posts", columns, rows, caption_hidden=True, empty=Empty("No post is recorded."))


def _tags(post: Spell, day: Any) -> list[Tag]:
    """Return tags that say whether a post is held now, and whether it follows from the programme."""
    now = [Tag("Now", "green")] if holds(post, day) else []
    return [*now, Tag("Follows the programme", "grey")] if post.follows_programme else now


def when(row: Spell | Absence) -> str:
    """Return the first day, and the last day if it has ended."""
    return (
        date_range(row.effective_on, row.ended_on)
        if row.ended_on
        else f"From {short_date(row.effective_on)}"
    )


def absences_table(person: Person, absences: list[Absence]) -> Table:
    """Return a table of absences, the latest first, with links to end, correct or undo each."""
    columns = [
        Column("Absence"),
        Column("When"),
        Column("Expected last day"),
        Column("Actions", hidden=True),
    ]
    rows = [
        [
            Cell(
                row.get_kind_display(),
                second=f"{row.fte_lost} of full time" if row.fte_lost else "",
            ),
            when(row),
            short_date(row.expected_end_date),
            Cell(actions=_actions(person, row)),
        ]
        for row in absences
    ]
    return Table("Absences", columns, rows, empty=Empty("No absence is recorded."))


def _actions(person: Person, row: Absence) -> list[Action]:
    end = {} if row.ended_on else {"End": "end_absence"}
    where = [person.public_id, row.kind, row.effective_on.isoformat()]
    return _links(
        {**end, "Correct": "correct_absence", "Undo": "undo_absence"},
        where,
        row.get_kind_display(),
        row.effective_on,
    )


def _amend_post(person: Person, post: Spell) -> list[Action]:
    where = [person.public_id, post.effective_on.isoformat()]
    undo = {"Undo": "undo_post"} if may_be_undone(post) else {}
    return _links(
        {"Correct dates": "correct_post", **undo}, where, str(post.grade), post.effective_on
    )


def _links(names: dict[str, str], where: list[Any], what: str, began: dt.date) -> list[Action]:
    hidden = f"{what} from {short_date(began)}"
    return [
        Action(label, reverse(f"workforce:{name}", args=where), "link", hidden=hidden)
        for label, name in names.items()
    ]
