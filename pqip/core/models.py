"""What every app builds on: public identifiers, the audit, and the log of who read what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from pqip.core.expressions import RandomUUID


class PublicIdModel(models.Model):
    """Adds the identifier used in addresses, which reveals nothing and cannot be guessed."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())

    class Meta:
        abstract = True


class AuditEntry(models.Model):
    """One row changed by one write: who, when, what, before and after, why. Written only by triggers.

    It holds internal keys without foreign keys, so that it outlives its subject. A ledger's row is its own after-image and
    is not copied here.
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
            models.Index(
                fields=["person_key", "-id"],
                name="core_audit_person",
                condition=models.Q(person_key__isnull=False),
            ),
        ]


class AccessEntry(models.Model):
    """An access: somebody opened a record, or read or downloaded something sensitive, or was refused.

    It says who, when, which page, panel or file, and about whom; never the values.
    """

    audited = False
    insert_only = True

    class Kind(models.TextChoices):
        VIEW = "view", "Viewed"
        EXPORT = "export", "Exported"
        DOWNLOAD = "download", "Downloaded"
        OPENED = "opened", "Opened a record"
        REFUSED = "refused", "Was refused"

    at = models.DateTimeField(db_default=Now())
    #: No database constraint: the log outlives its users and must not prevent their deletion. `actor` still names the user.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    actor = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=100)
    person_key = models.BigIntegerField(null=True, db_index=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="core_access_at")]


class ExportAllowance(models.Model):
    """More rows about people than a day allows, granted to one user for the following day by somebody else, with the
    reason.
    """

    insert_only = True

    at = models.DateTimeField(db_default=Now(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    rows = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(user=models.F("given_by")), name="core_allowance_not_to_oneself"
            ),
            models.CheckConstraint(
                condition=models.Q(rows__range=(1, 1_000_000)), name="core_allowance_rows"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="core_allowance_reason"),
        ]


class RowsTaken(models.Model):
    """The number of rows about people that a user took out in one file, against which their next file is checked
    (`rows_taken.py`).
    """

    audited = False
    insert_only = True

    at = models.DateTimeField(db_default=Now(), editable=False)
    #: No database constraint, as in the log: a user who took out files may be deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    rows = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="core_rows_taken")]


class SentForm(models.Model):
    """A form that was sent and processed, by the token of its page, with its result: see `once.py`. Deleted after some
    days.

    `answers` is a fingerprint: it shows whether the same was sent again, and reveals nothing of it.
    """

    audited = False

    token = models.UUIDField(unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    answers = models.CharField(max_length=64)
    went_to = models.TextField(default="")
    said = models.TextField(default="")
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="core_sent_at")]
