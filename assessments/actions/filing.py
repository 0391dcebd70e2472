"""Keep a file with a piece of evidence, or take it away again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments import files
from assessments.actions.refusals import refusals
from assessments.models import Evidence, EvidenceFile
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import take_hold, void
from pqip.core.naming import refuse_case_identifiers

KEPT_ALREADY = "This very file is kept with this evidence already."


class Filed:
    """A file that is kept and waits to be told which evidence it belongs to; or none."""

    def __init__(self, kept: files.Kept | None) -> None:
        self.kept = kept

    def belongs_to(self, evidence: Evidence, *, on: dt.date) -> EvidenceFile | None:
        if self.kept is None:
            return None
        return EvidenceFile.objects.create(evidence=evidence, effective_on=on, **self.kept.terms())


@contextmanager
def filing(upload: UploadedFile | None) -> Iterator[Filed]:
    """Keep an upload around the transaction that records it; what is not recorded is not kept."""
    if upload:
        refuse_case_identifiers("file", (upload.name or "").replace("_", " "))
    kept = files.keep(upload) if upload else None
    try:
        yield Filed(kept)
    except BaseException:
        if kept is not None:
            files.forget(kept.public_id)
        raise


def add_file(*, evidence: Evidence, file: UploadedFile, by: Any) -> EvidenceFile | None:
    """Keep another file with a piece of evidence.

    Raises RuleBroken for one that may not be kept, Conflict for the same file twice.
    """
    with refusals(KEPT_ALREADY), filing(file) as filed, act(by=by):
        return filed.belongs_to(evidence, on=today())


def remove_file(*, file: EvidenceFile, reason: str, by: Any) -> None:
    """Take a file away, with a reason: what is kept of it is deleted once that is recorded, the row stays."""
    if not reason.strip():
        raise RuleBroken("Say why the file is taken away.", "reason")
    with act(by=by, reason=reason):
        held = take_hold(file, "This file has been taken away already.")
        void([held], by=by, reason=reason)
        transaction.on_commit(lambda: files.forget(held.public_id))
