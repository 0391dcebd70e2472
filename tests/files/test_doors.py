"""Every door by which a file comes in, and how many there are: each asks the scanner and looks inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.forms import FileField
from django.urls import reverse

from assessments.models import EvidenceFile
from pqip.core.errors import RuleBroken
from pqip.core.files import writing
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from tests.documents import pdf
from tests.factories import assessments as make
from tests.personas import client_for, persona
from tests.scanner import EICAR, UNREADABLE, scanner

__all__ = ["scanner"]
pytestmark = pytest.mark.django_db
#: Forms that take a file, and the test of this file that goes through their door.
DOORS = {
    "pqip.pages.exchange.forms.UploadForm": "import",
    "assessments.forms.evidence.WithFile": "evidence",
    "assessments.forms.evidence.NewEvidenceForm": "evidence",
    "assessments.forms.evidence.AddFileForm": "evidence",
}
APPS = ("pqip", "workforce", "learners", "assessments", "reports")
AWAY = "clamd://127.0.0.1:9"
STAFF = b"staff_number,email\nT1,a@example.com\n"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_other_form_takes_a_file() -> None:
    from django.forms import BaseForm

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    taking = {
        f"{form.__module__}.{form.__qualname__}" for form in below(BaseForm)
        if any(isinstance(field, FileField) for field in getattr(form, "base_fields", {}).values())
    }  # fmt: skip
    assert {name for name in taking if name.split(".")[0] in APPS} == set(DOORS)


#: One tells whether the same file was sent again, by its digest; the other whether any was sent, and so has to be chosen anew.
ASK_OF_FILES = {"pqip/core/typed.py", "pqip/govuk/errors.py"}


def test_nothing_else_reads_what_was_uploaded() -> None:
    """No view reaches past its form for a file."""
    found = {
        str(path)
        for app in APPS
        for path in Path(app).rglob("*.py")
        if ".FILES" in path.read_text()
    }
    assert found == ASK_OF_FILES


@pytest.mark.parametrize(
    ("content", "said"), [(EICAR, "contains a virus"), (UNREADABLE, "could not be checked")]
)
def test_an_import_asks_the_scanner_before_anything_is_kept(
    scanner: Any, folder: Path, content: bytes, said: str
) -> None:
    file = SimpleUploadedFile("staff.csv", STAFF + content)
    with pytest.raises(RuleBroken, match=said) as broken:
        start_import(by=persona("learning_manager"), dataset=registry["staff"], file=file)
    assert broken.value.field == "file"
    assert not ImportRun.objects.exists()
    assert kept(folder) == []


@pytest.mark.parametrize("where", [AWAY, ""])
def test_without_an_answer_no_door_takes_a_file(
    settings: Any, folder: Path, where: str, tmp_path: Path
) -> None:
    settings.PQIP_SCANNER, settings.PQIP_DEMO = where, False
    client = client_for(persona("learning_manager"))
    page = client.post(
        reverse("exchange:bring", args=["staff"]), {"file": SimpleUploadedFile("a.csv", STAFF)}
    ).content.decode()
    assert "could not be checked for viruses" in page
    (tmp_path / "staff.csv").write_bytes(STAFF)
    with pytest.raises(CommandError, match="could not be checked for viruses"):
        call_command("import_data", "staff", str(tmp_path / "staff.csv"))
    pta, learner = persona("pta"), persona("learner")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    piece = make.evidence(registration)
    address = reverse("assessments:add_file", args=[piece.public_id])
    page = (
        client_for(pta)
        .post(address, {"file": SimpleUploadedFile("a.pdf", pdf()), "names_nobody": "on"})
        .content.decode()
    )
    assert "could not be checked for viruses" in page
    assert not ImportRun.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert kept(folder) == []


def test_an_upload_that_was_stopped_is_no_evidence_without_a_file(settings: Any) -> None:
    """The file is optional, what was sent is not: one over the limit is told, not left out."""
    settings.PQIP_IMPORT_LIMITS = {"uploaded": 1_000}
    pta, learner = persona("pta"), persona("learner")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    sent = {
        "title": "Report",
        "method": "work_product",
        "submitted_on": "2025-08-01",
        "names_nobody": "on",
        "criteria": [str(key) for key in make.codes(registration)],
        "file": SimpleUploadedFile("a.pdf", pdf() + bytes(2_000)),
    }
    answer = client_for(pta).post(
        reverse("assessments:log_evidence", args=[registration.public_id]), sent
    )
    assert "smaller than 20 MB" in answer.content.decode()
    assert not registration.evidence.exists()


def test_every_reason_for_stopping_has_words() -> None:
    from pqip.exchange import uploads
    from pqip.govuk.forms import FileField as Ours

    assert {uploads.TOO_LARGE, uploads.NO_ROOM} <= set(Ours().error_messages)
    assert Ours().error_messages[uploads.NO_ROOM] == writing.NO_ROOM
