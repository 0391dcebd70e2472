"""The learner's own first page, what they say is wrong, and the answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners import ports, reading
from learners.actions.challenge import answer_challenge, challenge
from learners.actions.tell import tell
from learners.forms.voice import AccountForm, AnswerForm, ChallengeForm
from learners.models import Challenge, Enrolment
from learners.outlook_facts import outlook_of
from learners.presenters import own as shown
from learners.presenters.next_steps import what_is_next
from learners.presenters.record import identity
from learners.presenters.voice import challenged, challenges_table, said_wrong
from learners.promised_facts import promised
from learners.views.actions import LearnerAction
from learners.views.record import RECORD
from learners.voice_facts import challenges, challenges_of, tellable
from pqip.core.clock import today
from pqip.core.views import ConfirmPage, ListPage, Page
from pqip.govuk.tables import Sorting, Table

SPEAK = "learners.speak"


class Own(Page):
    """A learner's first page: where they are, who is there for them, what is next and what waits for others."""

    permission = SPEAK
    template_name = "learners/own.html"
    page_title = "My training"

    @cached_property
    def places(self) -> list[Enrolment]:
        """Their places on the programme, the one they have now first."""
        rows = reading.enrolments(self.request.user, self.permission).filter(person=self.request.user.person_id)
        places = sorted(rows.for_record(), key=shown.is_going, reverse=True) if self.request.user.person_id else []
        if not places:
            raise Http404
        return places

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        who, on = self.places[0], today()
        strand = ports.vocational()
        due = [step.for_user(self.request.user) for step in strand.due_next([who.person_id], on).get(who.person_id, [])]
        progress = strand.progress_of([who.person_id], on).get(who.person_id)
        segments = list(who.segments.order_by("from_on"))
        facts = (reading.results_of(who), reading.training_of(who.person_id), reading.reviews_of(who.person_id))
        said = list(challenges_of(who))
        people = reading.allocations_of(who.person_id)
        outlook = outlook_of(who, on)
        steps = what_is_next(who, segments, *facts, due, outlook, on, promised(who, on), most=None, who="you")
        return super().get_context_data(
            lead=shown.where_you_are(who, on), rows=shown.your_programme(who, progress, on, outlook),
            people=shown.your_people(who, people, on), waiting=shown.waits_for_others(who, steps, said, people, on),
            next_steps=shown.next_for_you(steps),
            tables=[said_wrong(said)], links=shown.your_links(who, self.places[1:]), **kwargs,
        )


class SayWrong(LearnerAction):
    """The learner says what is wrong with something on their record."""

    permission = SPEAK
    form_class = ChallengeForm
    page_title, submit, back = "Say that something is wrong", "Send", "learners:own"
    said = "Sent to your learning manager. The answer will stand on your first page."
    lead = "Somebody else looks at it and answers. What is recorded stays until then."

    def get_initial(self) -> dict[str, Any]:
        return {"item": self.request.GET.get("about", "")[:200]}

    def act(self, **content: Any) -> None:
        challenge(by=self.request.user, enrolment=self.enrolment, **content)

    def get_success_url(self) -> str:
        return reverse(self.back)


class Tell(LearnerAction):
    """The learner's own account beside a review, a break or a withdrawal."""

    permission = SPEAK
    form_class = AccountForm
    page_title, submit, back = "Give your own account", "Save", "learners:own"
    said = "Your account stands beside what others recorded."
    lead = "It stands beside what others recorded. What you gave before stays in the history."
    renamed: ClassVar[dict[str, str]] = {"about": "what"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "tellable": tellable(self.enrolment)}

    def perform(self, form: Any) -> str:
        tell(by=self.request.user, enrolment=self.enrolment, **form.stated())
        return self.said

    def get_success_url(self) -> str:
        return reverse(self.back)


class Challenges(ListPage):
    """What learners said is wrong and nobody has answered, the oldest first."""

    permission = RECORD
    page_title = "Said to be wrong"
    lead = "Learners say that this is wrong on their record. Correct it where it is recorded, then answer; or say why it stands."
    sorts = {"on": ("effective_on",), "name": ("enrolment__person__sort_name",)}
    default_sort = "on"

    def rows(self) -> QuerySet[Challenge]:
        return challenges(self.request.user, self.permission)

    def whole(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("enrolment__person")

    def table(self, rows: list[Challenge], sorting: Sorting) -> Table:
        return challenges_table(rows, sorting)


class AnswerChallenge(ConfirmPage):
    """Answer what a learner said is wrong; one answered meanwhile is not found."""

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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        about = self.challenge
        return super().get_context_data(identity=identity(about.enrolment), rows=challenged(about), **kwargs)
