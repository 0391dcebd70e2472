"""The purpose for which a file about people is taken out.

It is asked before the file is handed out, kept in the session for as long as a sign-in counts as fresh, and logged with
every file taken out meanwhile (`handing_out.py`).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest

from pqip.core.clock import now

KEPT = "purpose of files"
PURPOSES = (
    ("records", "To check records, or to correct them and bring the file back"),
    ("meeting", "For a report or a meeting"),
    ("planning", "To plan training, assessment or staffing"),
    ("request", "Somebody asked for what is held about them"),
    ("assurance", "For an audit, an inspection or quality assurance"),
    ("other", "For something else"),
)


def keep_purpose(request: HttpRequest, purpose: str, words: str) -> None:
    """Keep the answer in the session, for as long as a sign-in counts as fresh."""
    until = now() + dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    request.session[KEPT] = {"purpose": purpose, "words": words, "until": until.isoformat()}


def purpose_of(request: HttpRequest) -> dict[str, str]:
    """Return the present purpose of downloads, in words for the log; {} where none was given, or too long ago."""
    answer = request.session.get(KEPT)
    if not answer or dt.datetime.fromisoformat(answer["until"]) < now():
        return {}
    return {
        "purpose": answer["purpose"],
        "reason": f"{dict(PURPOSES)[answer['purpose']]}: {answer['words']}",
    }
