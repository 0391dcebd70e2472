"""The pages of a learner's record. Apps of higher floors register theirs when they start:

    tabs.register("Assessment", "assessments:learner",
                  permission="assessments.view_assessment", order=50)

Each URL takes the enrolment's `public_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import Tab


@dataclass(frozen=True, order=True)
class RecordPage:
    """A page of the record: its label, its URL name, and the permission that opens it."""

    order: int
    label: str
    url_name: str
    permission: str


_pages: dict[str, RecordPage] = {}


def register(label: str, url_name: str, *, permission: str, order: int) -> None:
    """Register a page. A second registration of a URL name replaces the first."""
    _pages[url_name] = RecordPage(order, label, url_name, permission)


def tabs_for(enrolment: Any, user: Any, active: str) -> list[Tab]:
    """Return the tabs that this user may open of this record: some permissions do not follow an officer's post.

    The one with the URL name `active` is marked.
    """
    return [
        Tab(page.label, url, active=page.url_name == active)
        for page in sorted(_pages.values())
        if user.can(page.permission)
        and user.scope(page.permission).reaches(enrolment)
        and (url := _address(page.url_name, enrolment))
    ]


def _address(url_name: str, enrolment: Any) -> str:
    try:
        return reverse(url_name, args=[enrolment.public_id])
    except NoReverseMatch:
        return ""
