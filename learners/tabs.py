"""The pages of a learner's record. Higher floors add theirs when they start.

    tabs.register("Assessment", "assessments:learner", permission="assessments.view_assessment", order=50)

Each URL takes the enrolment's `public_id`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from pqip.govuk.pages import Tab


@dataclass(frozen=True, order=True)
class RecordPage:
    """A page of the record: its label, where it is, and what is needed to open it."""

    order: int
    label: str
    url_name: str
    permission: str


_pages: dict[str, RecordPage] = {}


def register(label: str, url_name: str, *, permission: str, order: int) -> None:
    """Add a page; registering the same URL name again replaces it."""
    _pages[url_name] = RecordPage(order, label, url_name, permission)


def tabs_for(enrolment: Any, user: Any, active: str) -> list[Tab]:
    """The tabs this person may open, with the one of URL name `active` marked."""
    return [
        Tab(page.label, url, active=page.url_name == active)
        for page in sorted(_pages.values())
        if user.can(page.permission) and (url := _address(page.url_name, enrolment))
    ]


def _address(url_name: str, enrolment: Any) -> str:
    try:
        return reverse(url_name, args=[enrolment.public_id])
    except NoReverseMatch:
        return ""
