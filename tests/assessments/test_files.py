"""Files of evidence: told by their content, scanned, kept where no web server looks, fetched by readers, taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.actions.evidence import log_evidence
from assessments.actions.evidence_files import add_file, remove_file
from assessments.models import Evidence, EvidenceFile
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.models import AccessEntry
from pqip.files import documents
from tests.documents import docx, jpeg, odt, pdf, png
from tests.factories import assessments as make
from tests.factories.assessments import BY
from tests.personas import client_for, persona
from tests.scanner import EICAR, UNREADABLE, scanner

__all__ = ["scanner"]
pytestmark = pytest.mark.django_db
PDF = pdf()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.PQIP_DEMO, settings.PQIP_SCANNER = tmp_path, True, ""
    return tmp_path / "evidence"


def upload(content: bytes = PDF, name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("report.pdf", PDF, "pdf"), ("photo.JPEG", jpeg(), "jpg"), ("plan.png", png(), "png"), ("plan.docx", docx(), "docx"),
    ("plan.odt", odt(), "odt"),
])  # fmt: skip
def test_a_file_is_kept_under_a_name_of_ours(
    folder: Path, name: str, content: bytes, kind: str
) -> None:
    made = add_file(evidence=make.evidence(make.registration()), file=upload(content, name), by=BY)
    assert made is not None
    assert (made.name, made.kind, made.size) == (name, kind, len(content))
    assert [(one.name, one.read_bytes()) for one in folder.iterdir()] == [
        (str(made.public_id), content)
    ]
    assert (folder / str(made.public_id)).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "content", "said"), [
    ("report.exe", PDF, "must be a PDF"), ("report", PDF, "must be a PDF"), ("report.pdf", b"MZ program", "not that of a .pdf"),
    ("report.docx", PDF, "not that of a .docx"), ("report.docx", b"\xd0\xcf\x11\xe0 encrypted", "needs a password"),
    ("report.docx", docx(parts={"word/vbaProject.bin": b"x"}), "macros"), ("report.pdf", b"", "empty"),
    ("report.pdf", pdf("<</S/JavaScript/JS(x)>>"), "does things by itself"), ("photo.png", png(90_000, 90_000), "million points"),
    ("report_X123456.pdf", PDF, "case reference"),
])  # fmt: skip
def test_what_is_something_else_is_refused_and_nothing_is_kept(
    folder: Path, name: str, content: bytes, said: str
) -> None:
    piece = make.evidence(make.registration())
    with pytest.raises(RuleBroken, match=said) as broken:
        add_file(evidence=piece, file=upload(content, name), by=BY)
    assert broken.value.field == "file"
    assert not folder.exists()
    assert not EvidenceFile.objects.exists()


def test_one_that_is_too_large_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", len(PDF) - 1)
    with pytest.raises(RuleBroken, match="smaller than"):
        add_file(evidence=make.evidence(make.registration()), file=upload(), by=BY)


def test_a_name_that_climbs_out_is_only_a_name(folder: Path) -> None:
    made = add_file(
        evidence=make.evidence(make.registration()), file=upload(name="../../x.pdf"), by=BY
    )
    assert made is not None
    assert made.name == "x.pdf"
    assert [one.name for one in folder.iterdir()] == [str(made.public_id)]


def test_what_is_not_recorded_is_not_kept(folder: Path) -> None:
    """The same file twice: the second is a conflict, and its copy is gone; so is that of evidence that was refused."""
    registration = make.registration()
    piece = make.evidence(registration)
    add_file(evidence=piece, file=upload(), by=BY)
    with pytest.raises(Conflict):
        add_file(evidence=piece, file=upload(), by=BY)
    assert len(list(folder.iterdir())) == 1
    other = make.registration()
    with pytest.raises(RuleBroken):
        log_evidence(
            registration=registration,
            title="Report",
            method="observation",
            submitted_on=make.REGISTERED_ON,
            criteria=make.codes(other)[:1],
            names_nobody=True,
            follows=piece,
            file=upload(pdf("[1]")),
            by=BY,
        )
    assert len(list(folder.iterdir())) == 1
    assert Evidence.objects.count() == 1


def test_taking_away_deletes_what_is_kept_and_keeps_the_row(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = add_file(evidence=make.evidence(make.registration()), file=upload(), by=BY)
    assert made is not None
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file=made, reason="It named somebody", by=BY)
    assert list(folder.iterdir()) == []
    assert EvidenceFile.objects.get().void_reason == "It named somebody"
    with pytest.raises(Conflict):
        remove_file(file=made, reason="Again", by=BY)


def test_a_clean_file_passes_the_scanner_whole(scanner: Any, folder: Path) -> None:
    add_file(evidence=make.evidence(make.registration()), file=upload(), by=BY)
    assert [one.read_bytes() for one in folder.iterdir()] == [PDF]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PDF + EICAR, "contains a virus"),
        (PDF + UNREADABLE, "could not be checked"),
        (pdf("<</S/JavaScript/JS(x)>>") + EICAR, "contains a virus"),
    ],
)
def test_what_the_scanner_finds_or_cannot_read_is_refused(
    scanner: Any, folder: Path, content: bytes, said: str
) -> None:
    with pytest.raises(RuleBroken, match=said):
        add_file(evidence=make.evidence(make.registration()), file=upload(content), by=BY)
    assert not folder.exists()


@pytest.mark.parametrize("where", ["clamd://127.0.0.1:9", "clamd:///nowhere.sock", "other://x", ""])
def test_never_clean_by_default(settings: Any, where: str) -> None:
    settings.PQIP_SCANNER, settings.PQIP_DEMO = where, False
    with pytest.raises(RuleBroken, match="could not be checked"):
        add_file(evidence=make.evidence(make.registration()), file=upload(), by=BY)


def test_evidence_comes_with_a_file_that_its_readers_fetch_and_others_do_not() -> None:
    pta, learner = persona("pta"), persona("learner")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    sent = {
        "title": "Report",
        "method": "work_product",
        "submitted_on": "2025-08-01",
        "names_nobody": "on",
        "criteria": [str(key) for key in make.codes(registration)],
        "file": upload(),
    }
    answer = client_for(pta).post(
        reverse("assessments:log_evidence", args=[registration.public_id]), sent
    )
    assert answer.status_code == 302
    kept = EvidenceFile.objects.get()
    where = reverse("assessments:file", args=[kept.public_id])
    for who in (pta, learner):
        fetched = client_for(who).get(where)
        assert b"".join(fetched.streaming_content) == PDF
        assert (
            fetched["Content-Disposition"]
            == f'attachment; filename="{kept.evidence.reference}.pdf"'
        )
        assert fetched["X-Content-Type-Options"] == "nosniff"
    assert AccessEntry.objects.filter(what="assessments:file").count() == 2
    assert client_for(persona("learning_manager", region="LON")).get(where).status_code == 404
    page = (
        client_for(pta)
        .get(reverse("assessments:evidence", args=[kept.evidence.public_id]))
        .content.decode()
    )
    assert "report.pdf" in page
    refused = client_for(pta).post(
        reverse("assessments:add_file", args=[kept.evidence.public_id]),
        {"file": upload(b"MZ"), "names_nobody": "on"},
    )
    assert "not that of a .pdf" in refused.content.decode()
    away = reverse("assessments:remove_file", args=[kept.public_id])
    assert (
        client_for(pta).post(away, {"seen": kept.pk, "reason": "It named somebody"}).status_code
        == 302
    )
    assert client_for(pta).get(where).status_code == 404
