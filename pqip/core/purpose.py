"""What a file about people is taken out for: asked before it is handed out, kept with the session for as long as a sign-in is
fresh, and written beside every file taken out meanwhile (`handing_out.py`)."""

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
    """What was answered, for as long as a sign-in is fresh."""
    until = now() + dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    request.session[KEPT] = {"purpose": purpose, "words": words, "until": until.isoformat()}


def purpose_of(request: HttpRequest) -> dict[str, str]:
    """What files are taken out for at the moment, in words for the log; nothing where it was not said, or too long ago."""
    said = request.session.get(KEPT)
    if not said or dt.datetime.fromisoformat(said["until"]) < now():
        return {}
    return {"purpose": said["purpose"], "reason": f"{dict(PURPOSES)[said['purpose']]}: {said['words']}"}
