"""Where learners are found from other pages: the search, a person's page, and each role's first
page.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from learners.derived.enrolments import refresh_officers
from learners.derived.posts import follow_posts
from learners.presenters.needs import WORDS
from learners.queries import records
from learners.queries.conversations import HOLD, called_for, overdue, to_hold_with
from learners.queries.development import DEVELOP, psos
from learners.queries.needs import NEEDS, needing
from pqip.core.clock import today
from pqip.govuk.pages import Count
from workforce.models import Person
from workforce.ports import finding, landing_pages, posts
from workforce.ports.finding import Finder, Found


def find_learners(user: Any, words: str, limit: int) -> list[Found]:
    """Return learners by name or staff number.

    Somebody with two places is found twice, each with its cohort. If nobody has the name, a number
    of a merged record finds the person who stayed.
    """
    every = (
        records.enrolments(user)
        .for_lists()
        .select_related("cohort")
        .order_by("person__sort_name", "pk")
    )
    rows = list(every.matching(words)[:limit]) or list(
        every.filter(person__in=Person.objects.numbered(words))[:limit]
    )
    return [
        Found(
            row.person.name,
            row.person.staff_number,
            f"{row.get_status_display()}, {row.cohort}, {row.region}",
            reverse("learners:learner", args=[row.public_id]),
        )
        for row in rows
    ]


def their_places(person: Person, user: Any) -> list[tuple[str, str]]:
    """Return links to a person's places on the programme, for users who may open them."""
    if not user.can(records.VIEW):
        return []
    rows = (
        records.enrolments(user)
        .filter(person=person)
        .select_related("cohort")
        .order_by("start_date")
    )
    return [
        (f"Learner, {row.cohort}", reverse("learners:learner", args=[row.public_id]))
        for row in rows
    ]


def their_development(person: Person, user: Any) -> list[tuple[str, str]]:
    """Return a link to the development of somebody in post as a PSO, for users who look after it."""
    if not user.can(DEVELOP) or not psos(user).filter(pk=person.pk).exists():
        return []
    return [("Development as a PSO", reverse("learners:pso", args=[person.public_id]))]


def waiting_for_the_board(user: Any) -> list[Count]:
    """Return the number of learners who wait for the progression board, for members of the board.

    For everybody else it is not their work.
    """
    need = NEEDS["board"]
    if not user.can(need.by):
        return []
    waiting = needing(records.enrolments(user, need.by), need.code, today()).count()
    return [Count(WORDS[need.code].title, waiting, reverse("learners:referrals"))]


def support_conversations(user: Any) -> list[Count]:
    """Return how many learners are to be offered a conversation, and with how many something agreed is
    overdue, for those who hold conversations.
    """
    if not user.can(HOLD):
        return []
    on, address = today(), reverse("learners:conversations")
    late = overdue(to_hold_with(user), on).count()
    return [
        Count("Support conversations to offer", len(called_for(user, on)), address),
        Count("Agreed in support conversations, overdue", late, f"{address}?state=overdue"),
    ]


finding.register(Finder(10, "Learners", records.VIEW, find_learners))
posts.register_posts_stated(follow_posts)
posts.register_posts_changed(refresh_officers)
posts.register_role_links(their_places)
posts.register_role_links(their_development)
landing_pages.add_counts(waiting_for_the_board)
landing_pages.add_counts(support_conversations)
landing_pages.register("learning_manager", "What needs a decision this week", "learners:decisions")
landing_pages.register("line_manager", "My learners this week", "learners:mine")
landing_pages.register("hr_partner", "Leavers", "learners:leavers")
landing_pages.register("learner", "My training", "learners:own")
