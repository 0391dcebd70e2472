"""Jobs of this room."""

from __future__ import annotations

from pqip.jobs.models import Job
from pqip.jobs.registry import handler
from pqip.messages import delivery


@handler("messages.send", title="Send an e-mail", atomic=False, parked=delivery.given_up, again=delivery.begin_anew)
def send(job: Job) -> None:
    """Hand one message to the mail server."""
    delivery.deliver(job)
