"""Pages of evidence's files: add one, download one, delete one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from assessments.actions.evidence_files import add_file, remove_file
from assessments.facts import evidence_files
from assessments.forms.evidence import AddFileForm
from assessments.models import EvidenceFile
from assessments.presenters.words import identity
from assessments.queries import evidence as evidence_facts
from assessments.queries import records
from assessments.views.evidence import LOG, OfEvidence
from pqip.core.access import requires
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.files.documents import KINDS
from pqip.files.serving import serve
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage


class AddFile(OfEvidence, ActionPage):
    """Add a file to a piece of evidence."""

    permission = LOG
    form_class = AddFileForm
    page_title, submit = "Add a file", "Add the file"

    def perform(self, form: Any) -> str:
        add_file(evidence=self.evidence, file=form.cleaned_data["file"], by=self.request.user)
        return "File added"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.evidence.registration)}


class RemoveFile(UndoPage):
    """Delete a file; the stored file is deleted for good."""

    permission = LOG
    page_title, success_message, submit = "Take a file away", "File taken away", "Take it away"
    lead = "The file is deleted for good. That it was there, and why it went, stays in the history."

    def facts(self) -> QuerySet[EvidenceFile]:
        return evidence_facts.files(self.request.user, self.permission).filter(
            public_id=self.kwargs["public_id"]
        )

    def amend(self, fact: EvidenceFile, **answers: Any) -> None:
        remove_file(file=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Evidence", self.fact.evidence.reference),
            SummaryRow("File", self.fact.name),
        ]
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.fact.evidence.public_id])


@requires(records.VIEW)
def fetch(request: HttpRequest, public_id: Any) -> HttpResponseBase:
    """Return the file, always as a download, and log the access."""
    row = evidence_facts.files(request.user).live().filter(public_id=public_id).first()
    if row is None:
        raise Http404

    def log_download() -> None:
        hand_out(
            request,
            AccessEntry.Kind.DOWNLOAD,
            "assessments:file",
            {"evidence": row.evidence.reference},
            rows=1,
        )

    response = serve(
        request,
        evidence_files.path_of(row.public_id),
        sha256=row.sha256,
        name=f"{row.evidence.reference}.{row.kind}",
        content_type=KINDS[row.kind].served_as,
        instead="Ask whoever added it to add it again.",
        before_sending=log_download,
    )
    response.about = row.evidence.registration.person_id  # type: ignore[attr-defined]
    return response
