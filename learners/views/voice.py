"""The learner's own first page, what they say is wrong, and the answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.voice_accounts import tell
from learners.actions.voice_challenges import answer_challenge, challenge
from learners.facts.milestones_outlook import outlook_of
from learners.facts.promised import promised
from learners.forms.voice import AccountForm, AnswerForm, ChallengeForm
from learners.models import Challenge, Enrolment
from learners.ports import vocational
from learners.presenters import voice_own as shown
from learners.presenters.conversations import open_for
from learners.presenters.next_due import what_is_next
from learners.presenters.record import identity
from learners.presenters.voice import challenged, challenges_table, own_challenges_table
from learners.queries import records
from learners.queries.conversations import agreed_with, conversations_of
from learners.queries.voice import challenges, challenges_of, tellable
from learners.views.events import LearnerAction
from learners.views.record import RECORD
from pqip.core.clock import today
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ConfirmPage, ListPage, Page

SPEAK = "learners.speak"


class Own(Page):
    """A learner's first page: where they are, who is there for them, what is next, and what waits
    for others.
    """

    permission = SPEAK
    template_name = "learners/own.html"
    page_title = "My training"

    @cached_property
    def places(self) -> list[Enrolment]:
        """Their places on the programme, the current one first."""
        rows = records.enrolments(self.request.user, self.permission).filter(
            person=self.request.user.person_id
        )
        places = (
            sorted(rows.for_record(), key=shown.is_going, reverse=True)
            if self.request.user.person_id
            else []
        )
        if not places:
            raise Http404
        return places

    def shown(self) -> dict[str, Any]:
        who, on = self.places[0], today()
        strand = vocational.vocational()
        due = [
            step.for_user(self.request.user)
            for step in strand.due_next([who.person_id], on).get(who.person_id, [])
        ]
        progress = strand.progress_of([who.person_id], on).get(who.person_id)
        segments = list(who.segments.order_by("from_on"))
        facts = (
            records.results_of(who),
            records.training_of(who.person_id),
            records.reviews_of(who.person_id),
        )
        challenges = list(challenges_of(who))
        people = records.allocations_of(who.person_id)
        outlook = outlook_of(who, on)
        owed = [*promised(who, on), *open_for(conversations_of(who), agreed_with(who), on)]
        steps = what_is_next(who, segments, *facts, due, outlook, on, owed, most=None, who="you")
        return {
            "lead": shown.where_you_are(who, on),
            "rows": shown.your_programme(who, progress, on, outlook),
            "people": shown.your_people(who, people, on),
            "waiting": shown.waits_for_others(who, steps, challenges, people, on),
            "next_steps": shown.next_for_you(steps),
            "tables": [own_challenges_table(challenges)],
            "links": shown.your_links(who, self.places[1:]),
        }


class SayWrong(LearnerAction):
    """The page on which the learner says what is wrong with something on their record."""

    permission = SPEAK
    form_class = ChallengeForm
    page_title, submit, back = "Say that something is wrong", "Send", "learners:own"
    success_message = "Sent to your learning manager. The answer will stand on your first page."
    lead = "Somebody else looks at it and answers. What is recorded stays until then."

    def get_initial(self) -> dict[str, Any]:
        return {"item": self.request.GET.get("about", "")[:200]}

    def act(self, **content: Any) -> None:
        challenge(by=self.request.user, enrolment=self.enrolment, **content)

    def get_success_url(self) -> str:
        return reverse(self.back)


class Tell(LearnerAction):
    """The page for the learner's own account of a review, a break or a withdrawal."""

    permission = SPEAK
    form_class = AccountForm
    page_title, submit, back = "Give your own account", "Save", "learners:own"
    success_message = "Your account stands beside what others recorded."
    lead = "It stands beside what others recorded. What you gave before stays in the history."
    renamed: ClassVar[dict[str, str]] = {"about": "what"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "tellable": tellable(self.enrolment)}

    def perform(self, form: Any) -> str:
        tell(by=self.request.user, enrolment=self.enrolment, **form.stated())
        return self.success_message

    def get_success_url(self) -> str:
        return reverse(self.back)


class Challenges(ListPage):
    """The list of what learners said is wrong and nobody has answered, the oldest first."""

    permission = RECORD
    page_title = "Said to be wrong"
    lead = "Learners say that this is wrong on their record. Correct it where it is recorded, then answer; or say why it stands."
    sorts = {"on": ("effective_on",), "name": ("enrolment__person__sort_name",)}
    default_sort = "on"

    def rows(self) -> QuerySet[Challenge]:
        return challenges(self.request.user, self.permission)

    def with_related(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("enrolment__person")

    def table(self, rows: list[Challenge], sorting: Sorting) -> Table:
        return challenges_table(rows, sorting)


class AnswerChallenge(ConfirmPage):
    """The page to answer what a learner said is wrong. One answered in the meantime is not found."""

    permission = RECORD
    form_class = AnswerForm
    page_title, submit = "Answer a learner", "Send answer"

    @cached_property
    def challenge(self) -> Challenge:
        rows = challenges(self.request.user, self.permission).select_related(
            "enrolment__person", "enrolment__pathway", "enrolment__region"
        )
        return get_object_or_404(rows, public_id=self.kwargs["challenge_id"])

    def perform(self, form: Any) -> str:
        answer_challenge(by=self.request.user, challenge=self.challenge, **form.cleaned_data)
        return "Answer sent"

    def get_success_url(self) -> str:
        return reverse("learners:challenges")

    def shown(self) -> dict[str, Any]:
        about = self.challenge
        return {"identity": identity(about.enrolment), "rows": challenged(about)}
