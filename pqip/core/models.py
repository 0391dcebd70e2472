"""What every floor stands on: public identifiers, the audit, and the log of who read what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from pqip.core.expressions import RandomUUID


class PublicIdModel(models.Model):
    """Carries the identifier used in addresses: it says nothing and cannot be guessed."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())

    class Meta:
        abstract = True


class AuditEntry(models.Model):
    """One row touched by one write: who, when, what, before and after, why. Written by triggers only.

    Keyed on internal keys without foreign keys, so that it outlives what it tells of. A ledger's row is its own
    after-image and is not copied here.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    reason = models.TextField(default="")
    origin = models.CharField(max_length=20, default="")
    request_id = models.CharField(max_length=64, default="")
    transaction_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    operation = models.CharField(max_length=6)
    row_key = models.BigIntegerField()
    person_key = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_key"], name="core_audit_row"),
            models.Index(fields=["person_key", "-id"], name="core_audit_person", condition=models.Q(person_key__isnull=False)),
        ]


class AccessEntry(models.Model):
    """Somebody opened a record, read or took out something sensitive, or was refused: who, when, which page, panel or file, about
    whom. Never the values."""

    audited = False
    insert_only = True

    class Kind(models.TextChoices):
        VIEW = "view", "Viewed"
        EXPORT = "export", "Exported"
        DOWNLOAD = "download", "Downloaded"
        OPENED = "opened", "Opened a record"
        REFUSED = "refused", "Was refused"

    at = models.DateTimeField(db_default=Now())
    #: No constraint: the log outlives who is in it, and keeps nobody from going. `actor` still says who it was.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    actor = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=100)
    person_key = models.BigIntegerField(null=True, db_index=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="core_access_at")]


class ExportAllowance(models.Model):
    """More rows about people than a day allows, granted to one person for the day after it by somebody else, with the reason."""

    insert_only = True

    at = models.DateTimeField(db_default=Now(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(user=models.F("given_by")), name="core_allowance_not_to_oneself"),
            models.CheckConstraint(condition=models.Q(rows__range=(1, 1_000_000)), name="core_allowance_rows"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="core_allowance_reason"),
        ]


class SentForm(models.Model):
    """A form that was sent and done, by the token its page carried, and where that led: see `once.py`. Cleared after some days.

    `answers` tells whether the same was sent again, and nothing of what it was.
    """

    audited = False

    token = models.UUIDField(unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answers = models.CharField(max_length=64)
    went_to = models.TextField(default="")
    said = models.TextField(default="")
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="core_sent_at")]
