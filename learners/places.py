"""Where learners are found from elsewhere: the header's search, a person's page, where their post is, where each role lands."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from learners import reading
from learners.actions.derive import refresh_officers
from learners.actions.follow_posts import follow_posts
from learners.development_reading import DEVELOP, psos
from workforce import finding, homes, ports
from workforce.finding import Finder, Found
from workforce.models import Person


def find_learners(user: Any, words: str, limit: int) -> list[Found]:
    """Learners by name or staff number; somebody with two places is found twice, each with its cohort.

    Where nobody is called so: whoever a record of that number was merged into.
    """
    every = reading.enrolments(user).for_lists().select_related("cohort").order_by("person__sort_name", "pk")
    rows = list(every.matching(words)[:limit]) or list(every.filter(person__in=Person.objects.numbered(words))[:limit])
    return [
        Found(
            row.person.name, row.person.staff_number, f"{row.get_status_display()}, {row.cohort}, {row.region}",
            reverse("learners:learner", args=[row.public_id]),
        )
        for row in rows
    ]


def their_places(person: Person, user: Any) -> list[tuple[str, str]]:
    """A person's places on the programme, for those who may open them."""
    if not user.can(reading.VIEW):
        return []
    rows = reading.enrolments(user).filter(person=person).select_related("cohort").order_by("start_date")
    return [(f"Learner, {row.cohort}", reverse("learners:learner", args=[row.public_id])) for row in rows]


def their_development(person: Person, user: Any) -> list[tuple[str, str]]:
    """The development of somebody in post as a PSO, for those who look after it."""
    if not user.can(DEVELOP) or not psos(user).filter(pk=person.pk).exists():
        return []
    return [("Development as a PSO", reverse("learners:pso", args=[person.public_id]))]


finding.register(Finder(10, "Learners", reading.VIEW, find_learners))
ports.register_posts_stated(follow_posts)
ports.register_posts_changed(refresh_officers)
ports.register_role_links(their_places)
ports.register_role_links(their_development)
homes.register("learning_manager", "What needs a decision this week", "learners:decisions")
homes.register("line_manager", "My learners this week", "learners:mine")
homes.register("hr_partner", "Leavers", "learners:leavers")
homes.register("learner", "My training", "learners:own")
