"""A page with a form, opened in a browser as somebody."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from pqip.core.clock import today
from pqip.core.tokens import NAME
from tests.factories import learners as make
from tests.forms.filling import date
from tests.personas import HOME, client_for, persona
from workforce.models import User

WORDS = "Rang about the first day; they will bring their certificates"


@dataclass
class Opened:
    """What a browser shows: the page's address, its form's token, and the answers that are about to be sent."""

    client: Client
    who: User
    path: str
    token: str = ""
    answers: dict[str, Any] = field(default_factory=dict)

    def open(self) -> Any:
        """Open the page; its form has its own token."""
        page = self.client.get(self.path)
        self.token = token_in(page)
        return page

    def send(self, **changed: Any) -> Any:
        return self.client.post(self.path, self.answers | changed | {NAME: self.token})


def token_in(page: Any) -> str:
    """The token of the page's own form."""
    return unescape(
        re.findall(
            rf'<form method="post" novalidate.*?name="{NAME}" value="([^"]+)"',
            page.content.decode(),
            re.S,
        )[-1]
    )


def contact(on: dt.date | None = None) -> Opened:
    """A learning manager has opened the page on which contact with a starter is recorded, and has filled it in."""
    who = persona("learning_manager")
    learner = make.enrolment(in_region=HOME)
    answers = {**date("on", on or today()), "means": "email", "about": WORDS}
    made = Opened(
        client_for(who),
        who,
        reverse("learners:record_contact", args=[learner.public_id]),
        answers=answers,
    )
    made.open()
    return made
