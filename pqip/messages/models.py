"""A message to one recipient."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pqip.core.models import PublicIdModel


class MessageQuerySet(models.QuerySet["Message"]):
    """Queryset of messages."""

    def needing_attention(self) -> Self:
        """Return the messages that were not delivered, or may not have been, oldest first."""
        return self.filter(state__in=[Message.State.UNKNOWN, Message.State.FAILED]).order_by(
            "created_at", "pk"
        )


class Message(PublicIdModel):
    """A notice in the words in which it was sent. There is one for each reference and address, sent at most once.

    It holds no personal data except the recipient's own address: the details are read after signing in. The text of a
    message with a one-time link is deleted once it has been sent, or cannot be.
    """

    audited = False  # technical; the message's row is itself the record

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNKNOWN = "unknown", "Not known whether it arrived"
        FAILED = "failed", "Could not be delivered"

    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.EmailField()
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=150)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_one_time = models.BooleanField("carries a one-time link", default=False)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "address"], name="post_one_message_per_reference"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="post_sent_at_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "unknown", "failed"]),
                name="post_message_state",
            ),
            models.CheckConstraint(
                condition=Q(is_one_time=False) | Q(state__in=["waiting", "sending"]) | Q(body=""),
                name="post_one_time_forgotten",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="post_message_attention",
                condition=Q(state__in=["unknown", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
