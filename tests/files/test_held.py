"""A file chosen on a form that comes back with an error elsewhere is still chosen: for who chose it, on that page, as it was."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import EvidenceFile, Registration
from pqip.core.clock import now
from pqip.files.actions.tidy import tidy
from tests.documents import pdf
from tests.factories import assessments as make
from tests.personas import client_for, persona
from tests.scanner import EICAR, scanner
from workforce.models import User

__all__ = ["scanner"]
pytestmark = pytest.mark.django_db
PDF = pdf()
CHOSEN = re.compile(r'name="file-held" value="([^"]+)"')


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.PQIP_DEMO, settings.PQIP_SCANNER = tmp_path, True, ""
    return tmp_path / "held"


@pytest.fixture
def pta() -> User:
    who = persona("pta")
    make.trainee(who.person)
    return who


def candidate(pta: User) -> Registration:
    of = make.registration()
    make.allocate(of.person, pta.person)
    return of


def address(of: Registration) -> str:
    return reverse("assessments:log_evidence", args=[of.public_id])


def answers(of: Registration, **more: Any) -> dict[str, Any]:
    day = {"submitted_on-day": "1", "submitted_on-month": "8", "submitted_on-year": "2025"}
    return {
        "title": "Report",
        "method": "observation",
        "criteria": make.codes(of)[:1],
        "names_nobody": "on",
        **day,
        **more,
    }


def chosen(name: str = "report.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def held_after_an_error(client: Client, of: Registration, **more: Any) -> str:
    """The reference on the page that comes back because the title is missing."""
    page = client.post(address(of), answers(of, title="", file=chosen(), **more)).content.decode()
    assert "report.pdf</strong> is still chosen" in page
    return CHOSEN.search(page)[1]  # type: ignore[index]


def test_it_is_kept_with_the_evidence_once_the_rest_is_right(pta: User, folder: Path) -> None:
    of, client = candidate(pta), client_for(pta)
    reference = held_after_an_error(client, of)
    (path,) = folder.iterdir()
    assert (path.read_bytes(), path.stat().st_mode & 0o077) == (PDF, 0)
    again = client.post(
        address(of), answers(of, title="", **{"file-held": reference})
    ).content.decode()
    assert CHOSEN.search(again)[1] == reference  # type: ignore[index]
    assert client.post(address(of), answers(of, **{"file-held": reference})).status_code == 302
    made = EvidenceFile.objects.get()
    assert (made.name, made.kind, made.size) == ("report.pdf", "pdf", len(PDF))
    assert (folder.parent / "evidence" / str(made.public_id)).read_bytes() == PDF
    assert list(folder.iterdir()) == []


def test_a_rule_broken_in_the_action_keeps_it_too(pta: User) -> None:
    of = candidate(pta)
    page = (
        client_for(pta)
        .post(address(of), answers(of, file=chosen(), **{"submitted_on-year": "2020"}))
        .content.decode()
    )
    assert "before the candidate was registered" in page
    assert CHOSEN.search(page)


def test_another_file_takes_its_place(pta: User, folder: Path) -> None:
    of, client = candidate(pta), client_for(pta)
    reference = held_after_an_error(client, of)
    client.post(
        address(of),
        answers(of, file=chosen("other.pdf", pdf("<</Other true>>")), **{"file-held": reference}),
    )
    assert EvidenceFile.objects.get().name == "other.pdf"
    assert list(folder.iterdir()) == []


def test_one_page_of_an_account_holds_one_file(pta: User, folder: Path) -> None:
    of, client = candidate(pta), client_for(pta)
    first = held_after_an_error(client, of)
    client.post(
        address(of), answers(of, title="", file=chosen("later.pdf", pdf("<</Later true>>")))
    )
    assert len(list(folder.iterdir())) == 1
    page = client.post(address(of), answers(of, **{"file-held": first})).content.decode()
    assert "The file you chose before is no longer here" in page, (
        "the first is never taken for the second"
    )
    assert not EvidenceFile.objects.exists()


def test_it_is_nobody_elses_and_of_no_other_page(pta: User) -> None:
    of, other, colleague = candidate(pta), candidate(pta), persona("pta")
    make.trainee(colleague.person)
    with_both = candidate(pta)
    reference = held_after_an_error(client_for(pta), of)
    for who, where in ((pta, other), (pta, with_both)):
        page = (
            client_for(who)
            .post(address(where), answers(where, **{"file-held": reference}))
            .content.decode()
        )
        assert "no longer here" in page
    theirs = candidate(colleague)
    page = (
        client_for(colleague)
        .post(address(theirs), answers(theirs, **{"file-held": reference}))
        .content.decode()
    )
    assert "no longer here" in page
    assert not EvidenceFile.objects.exists()


def test_the_same_page_asked_by_another_account_gets_nothing(pta: User) -> None:
    of = candidate(pta)
    reference = held_after_an_error(client_for(pta), of)
    manager = persona("learning_manager")
    response = client_for(manager).post(address(of), answers(of, **{"file-held": reference}))
    assert response.status_code in {200, 403, 404}
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize("spoilt", ["", "x", "eyJvZiI6ICJ4In0:1:abc"])
def test_a_reference_we_never_gave_is_none(pta: User, spoilt: str) -> None:
    of, client = candidate(pta), client_for(pta)
    response = client.post(address(of), answers(of, **{"file-held": spoilt}))
    assert response.status_code == (200 if spoilt else 302)
    assert not EvidenceFile.objects.exists()


def test_what_changed_on_the_disk_is_not_taken(pta: User, folder: Path) -> None:
    of, client = candidate(pta), client_for(pta)
    reference = held_after_an_error(client, of)
    next(folder.iterdir()).write_bytes(b"%PDF- other")
    assert (
        "no longer here"
        in client.post(address(of), answers(of, **{"file-held": reference})).content.decode()
    )


def test_what_may_not_be_kept_is_not_held_and_is_said_with_the_rest(
    pta: User, folder: Path
) -> None:
    of = candidate(pta)
    page = (
        client_for(pta)
        .post(address(of), answers(of, title="", file=chosen("report.exe")))
        .content.decode()
    )
    assert "Enter title" in page
    assert "The selected file must be a" in page
    assert not folder.exists()


def test_it_is_scanned_before_it_is_held(pta: User, folder: Path, scanner: Any) -> None:
    of = candidate(pta)
    page = (
        client_for(pta)
        .post(address(of), answers(of, title="", file=chosen(content=PDF + EICAR)))
        .content.decode()
    )
    assert "contains a virus" in page
    assert not folder.exists()


def test_the_nightly_tidying_takes_what_was_never_sent(pta: User, folder: Path) -> None:
    held_after_an_error(client_for(pta), candidate(pta))
    (path,) = folder.iterdir()
    assert tidy().files == 0
    old = (now() - dt.timedelta(days=3)).timestamp()
    os.utime(path, (old, old))
    assert tidy().files == 1
    assert not path.exists()


def test_a_field_that_holds_nothing_asks_for_its_file_again() -> None:
    from django.test import RequestFactory

    from pqip.files import held
    from pqip.govuk import forms

    class Two(forms.Form):
        name = forms.CharField()
        file = forms.FileField()

    request = RequestFactory().post("/", {"name": "", "file": chosen()})
    form = Two(request.POST, request.FILES)
    assert not form.is_valid()
    held.hold(request, form)
    said = "Choose the file again. It was not kept, because something else on this page has to be put right first."
    assert form.errors["file"] == [said]
    request.close()
