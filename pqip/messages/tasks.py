"""Background work of messages."""

from __future__ import annotations

from pqip.core.background.queue import Job
from pqip.core.background.registry import handler
from pqip.messages import delivery


@handler(
    "messages.send",
    title="Send an e-mail",
    atomic=False,
    parked=delivery.given_up,
    again=delivery.allow_restart,
)
def send(job: Job) -> None:
    """Hand one message to the mail server."""
    delivery.deliver(job)
