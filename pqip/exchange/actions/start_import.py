"""A user brings a file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile

from pqip.core.acting import acting_as
from pqip.core.background.queue import enqueue
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.scanning import contents, refuse_infected
from pqip.exchange import kept
from pqip.exchange.cleaning import Text
from pqip.exchange.datasets import Dataset
from pqip.exchange.limits import MIB, limits
from pqip.exchange.models import ImportRun
from pqip.exchange.reading import FileRefused
from pqip.exchange.reading.tables import kind_of, tidy


def start_import(*, by: Any, dataset: Dataset, file: UploadedFile) -> ImportRun:
    """Store the file, enqueue its check, and return the import.

    Raises RuleBroken (field `file`) for a file that is empty, too large or of another kind, that a virus scanner refuses or
    cannot check, for one too many at once, and where there is no room for it; NotAllowed without the dataset's permission.
    """
    if not (by.can("exchange.import_data") and by.can(dataset.permission)):
        raise NotAllowed(f"You may not import {dataset.title}.")
    kind, size = _acceptable(by, file)
    refuse_infected(contents(file), "file")
    public_id = uuid4()
    sha256 = kept.keep(file, public_id)
    try:
        with acting_as(by=by, reason=f"Brought a file of {dataset.name}"):
            run = ImportRun.objects.create(
                public_id=public_id,
                dataset=dataset.name,
                original_name=name_of(file),
                kind=kind,
                sha256=sha256,
                size=size,
                requested_by=by,
            )
            enqueue(
                "exchange.check_import",
                key=run.job_key,
                payload={"run": run.pk},
                by=by,
                queue="imports",
            )
    except BaseException:
        kept.forget(public_id)
        raise
    return run


def name_of(file: UploadedFile) -> str:
    """Return the file's original name, by which people recognise it; it is never used as a path."""
    return tidy(PurePath((file.name or "").replace("\\", "/")).name)[: Text().longest]


def _acceptable(by: Any, file: UploadedFile) -> tuple[str, int]:
    allowed = limits()
    try:
        kind = kind_of(file.name or "")
    except FileRefused as refused:
        raise RuleBroken(str(refused), "file") from refused
    if not file.size:
        raise RuleBroken("The selected file is empty", "file")
    if file.size > allowed.uploaded:
        raise RuleBroken(
            f"The selected file must be smaller than {allowed.uploaded // MIB} MB", "file"
        )
    if ImportRun.objects.made_by(by).at_work().count() >= allowed.at_once:
        raise RuleBroken(
            f"{allowed.at_once} of your files are still being worked on. Wait until one is done",
            "file",
        )
    return kind, file.size
