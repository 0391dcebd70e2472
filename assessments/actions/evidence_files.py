"""Add a file to a piece of evidence, and delete one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.facts import evidence_files
from assessments.models import Evidence, EvidenceFile
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors

KEPT_ALREADY = "This very file is kept with this evidence already."


class StoredUpload:
    """An uploaded file that has been stored and is not linked to evidence yet; it may also stand for no file."""

    def __init__(self, kept: evidence_files.StoredFile | None) -> None:
        self.kept = kept

    def belongs_to(self, evidence: Evidence, *, on: dt.date) -> EvidenceFile | None:
        if self.kept is None:
            return None
        return EvidenceFile.objects.create(evidence=evidence, effective_on=on, **self.kept.terms())


@contextmanager
def filing(upload: UploadedFile | None) -> Iterator[StoredUpload]:
    """Store an upload while the transaction that records it runs; delete the stored file where nothing is recorded."""
    if upload:
        refuse_case_identifiers("file", (upload.name or "").replace("_", " "))
    kept = evidence_files.keep(upload) if upload else None
    try:
        yield StoredUpload(kept)
    except BaseException:
        if kept is not None:
            evidence_files.forget(kept.public_id)
        raise


def add_file(*, evidence: Evidence, file: UploadedFile, by: Any) -> EvidenceFile | None:
    """Store another file with a piece of evidence and return its record.

    Raises RuleBroken for a file that may not be kept; Conflict where the same file is there already.
    """
    with translate_db_errors(KEPT_ALREADY), filing(file) as filed, acting_as(by=by):
        return filed.belongs_to(evidence, on=today())


def remove_file(*, file: EvidenceFile, reason: str, by: Any) -> None:
    """Delete a file, with a reason.

    The stored file is deleted once the transaction commits; its record stays, voided.
    """
    if not reason.strip():
        raise RuleBroken("Say why the file is taken away.", "reason")
    with acting_as(by=by, reason=reason):
        held = lock_live(file, "This file has been taken away already.")
        void([held], by=by, reason=reason)
        transaction.on_commit(lambda: evidence_files.forget(held.public_id))
