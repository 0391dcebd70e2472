"""Pages to add one person without a file, and to begin a post for somebody on record."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from pqip.core.errors import RuleBroken
from pqip.core.formats import upper_first
from pqip.core.typed import NO_ANSWER
from pqip.govuk.pages import Crumb
from pqip.pages.generic import ActionPage
from workforce.actions.people import IdentityQuestion, MayBeKnown, record_person
from workforce.actions.posts import begin_post
from workforce.forms.staff import AddPersonForm, BeginPostForm, SamePersonForm
from workforce.models import Person
from workforce.queries import records
from workforce.views.staff import PersonAction

#: Fields of the form for a new person that belong to their first post.
POST = ("grade", "region", "pdu", "function", "fte", "contract", "service_start_date")


class NewPerson(ActionPage):
    """A page to add a new person.

    If they may be somebody on record, another page asks that before anything is saved. Subclasses
    give `add(answer, **content)`, which calls the action with the form's answers.
    """

    permission = records.MANAGE_PEOPLE
    renamed = {"starts_on": "on", "effective_on": "on"}

    def add(self, answer: str, **content: Any) -> Person:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "scope": self.request.user.scope(self.permission)}

    def perform(self, form: Any) -> str:
        self.person = self.add(self.request.POST.get("answer", ""), **form.cleaned_data)
        return f"{self.person.name} is on record."

    def form_valid(self, form: Any) -> HttpResponse:
        if "change" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def form_refused(self, form: Any, broken: RuleBroken) -> HttpResponse:
        if isinstance(broken, MayBeKnown):
            return self._ask(form, broken.question)
        return super().form_refused(form, broken)

    def _ask(self, form: Any, identity: IdentityQuestion) -> HttpResponse:
        """Ask whether they are somebody on record.

        What was typed is sent again with the answer.
        """
        names = [name for name in form.data if name not in {*NO_ANSWER, "answer", "asked"}]
        sent = [(name, value) for name in names for value in form.data.getlist(name)]
        data = self.request.POST if "asked" in self.request.POST else None
        question = SamePersonForm(data, choices=identity.choices)
        new, alike = form.cleaned_data, [upper_first(each) for each in identity.alike]
        self.template_name = "workforce/same_person.html"
        return self.render_to_response(
            self.get_context_data(
                form=question,
                sent=[*sent, ("asked", "yes")],
                alike=alike,
                page_title="They may be on record already",
                lead=f"You are adding {new['first_name']} {new['last_name']} ({new['staff_number']}).",
                submit="Continue",
            )
        )


class AddPerson(NewPerson):
    """The page to add a new person to the staff, with their first post."""

    form_class = AddPersonForm
    page_title, submit = "Add a person", "Add"
    lead = "One person, with the post they begin. Learners are added where they are enrolled; many at once come by a file."

    def add(self, answer: str, **content: Any) -> Person:
        post = {name: content.pop(name) for name in POST}
        return record_person(
            by=self.request.user, answer=answer, starts_on=content.pop("on"), post=post, **content
        )

    def get_success_url(self) -> str:
        made = getattr(self, "person", None)
        return (
            reverse("workforce:person", args=[made.public_id])
            if made
            else reverse("workforce:staff")
        )

    def shown(self) -> dict[str, Any]:
        crumbs = [Crumb("Staff", reverse("workforce:staff")), Crumb("Add a person")]
        return {"breadcrumbs": crumbs}


class BeginPost(PersonAction):
    """The page for somebody on record who begins a post, such as after they came back."""

    form_class = BeginPostForm
    page_title, submit = "Begin a post", "Begin"
    renamed = {"effective_on": "on"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "scope": self.request.user.scope(self.permission)}

    def perform(self, form: Any) -> str:
        begin_post(by=self.request.user, person=self.person, **form.cleaned_data)
        return "The post is recorded."
