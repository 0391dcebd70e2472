"""Files of evidence: add one, fetch one, take one away."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assessments import evidence_facts, files, reading
from assessments.actions.filing import add_file, remove_file
from assessments.forms.evidence import AddFileForm
from assessments.models import EvidenceFile
from assessments.presenters.words import identity
from assessments.views.evidence import LOG, OfEvidence
from pqip.core.access import requires
from pqip.core.amending import UndoPage
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.core.views import ActionPage
from pqip.files.documents import KINDS
from pqip.files.serving import serve
from pqip.govuk.pages import SummaryRow


class AddFile(OfEvidence, ActionPage):
    """Keep a file with a piece of evidence."""

    permission = LOG
    form_class = AddFileForm
    page_title, submit = "Add a file", "Add the file"

    def perform(self, form: Any) -> str:
        add_file(evidence=self.evidence, file=form.cleaned_data["file"], by=self.request.user)
        return "File added"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.evidence.registration), **kwargs)


class RemoveFile(UndoPage):
    """Take a file away: what is kept of it is deleted for good."""

    permission = LOG
    page_title, said, submit = "Take a file away", "File taken away", "Take it away"
    lead = "The file is deleted for good. That it was there, and why it went, stays in the history."

    def facts(self) -> QuerySet[EvidenceFile]:
        return evidence_facts.files(self.request.user, self.permission).filter(public_id=self.kwargs["public_id"])

    def amend(self, fact: EvidenceFile, **answers: Any) -> None:
        remove_file(file=fact, reason=answers["reason"], by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [SummaryRow("Evidence", self.fact.evidence.reference), SummaryRow("File", self.fact.name)]
        return super().get_context_data(rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.fact.evidence.public_id])


@requires(reading.VIEW)
def fetch(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The file itself, always as a download; a line in the access log."""
    row = evidence_facts.files(request.user).live().filter(public_id=public_id).first()
    if row is None:
        raise Http404

    def taken() -> None:
        hand_out(request, AccessEntry.Kind.DOWNLOAD, "assessments:file", {"evidence": row.evidence.reference}, rows=1)

    response = serve(
        request, files.path_of(row.public_id), sha256=row.sha256, name=f"{row.evidence.reference}.{row.kind}",
        content_type=KINDS[row.kind].served_as, instead="Ask whoever added it to add it again.", taken=taken,
    )
    response.about = row.evidence.registration.person_id
    return response
