"""Background work of the ground floor."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from pqip.core.background.queue import Job
from pqip.core.background.registry import handler
from pqip.core.once import forget_old


@handler(
    "core.forget_forms", title="Forget forms that were sent, and sessions that ended, days ago"
)
def forget_forms(job: Job) -> None:
    """Delete the tokens of old forms and expired sessions."""
    forget_old()
    SessionStore.clear_expired()
