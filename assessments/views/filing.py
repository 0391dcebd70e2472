"""Files of evidence: add one, fetch one, take one away."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from assessments import evidence_facts, files, reading
from assessments.actions.filing import add_file, remove_file
from assessments.forms.evidence import AddFileForm
from assessments.models import EvidenceFile
from assessments.presenters.words import identity
from assessments.views.evidence import LOG, OfEvidence
from assessments.views.external import seen_by_external
from pqip.core.access import requires
from pqip.core.amending import UndoPage
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.core.views import ActionPage
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
def fetch(request: HttpRequest, public_id: Any) -> FileResponse:
    """The file itself, always as a download; a line in the access log."""
    row = evidence_facts.files(request.user).live().filter(public_id=public_id).first()
    if row is None:
        raise Http404
    path = files.path_of(row.public_id)
    if not path.is_file():
        raise Http404("The file cannot be found. Add it again.")
    seen_by_external(request, "file", row.evidence.registration.person)
    hand_out(request, AccessEntry.Kind.DOWNLOAD, "assessments:file", {"evidence": row.evidence.reference}, rows=1)
    name = f"{row.evidence.reference}.{row.kind}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=files.KINDS[row.kind].served_as)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
