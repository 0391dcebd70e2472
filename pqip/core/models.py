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
