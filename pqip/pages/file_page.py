"""Pages between a confirmation (who the user is, or what a file is for) and the requested file (`handing_out.py`)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from pqip.core.access import SIGNED_IN
from pqip.core.purpose import PURPOSES, keep_purpose
from pqip.govuk import forms
from pqip.pages.generic import ActionPage, Page


class FilePage(Page):
    """The file that the user requested before they confirmed who they are, and the way back to where they were."""

    permission = SIGNED_IN
    template_name = "shell/file.html"
    page_title = "Your file"

    def shown(self) -> dict[str, Any]:
        asked, back = own_address(self.request, "of"), own_address(self.request, "back")
        if not asked:
            raise Http404
        return {"file_url": asked, "back_to": back}


class PurposeForm(forms.Form):
    purpose = forms.RadioField(
        label="What is it for?",
        choices=PURPOSES,
        error_messages={"required": "Select what the file is for"},
    )
    words = forms.CharField(
        label="In a few words",
        max_length=200,
        help_text="For example: board papers of October. Name nobody: others read this.",
    )


class PurposePage(ActionPage):
    """Ask what a file is for; then continue to the page that hands it out."""

    permission = SIGNED_IN
    form_class = PurposeForm
    page_title = "What is the file for?"
    lead = "It holds many people. What you answer is written beside each file that you take out in the next ten minutes."
    submit = "Continue"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not own_address(request, "of"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form: Any) -> str:
        keep_purpose(self.request, form.cleaned_data["purpose"], form.cleaned_data["words"])
        return ""

    def get_success_url(self) -> str:
        return f"{reverse('file')}?{urlencode({name: own_address(self.request, name) for name in ('of', 'back')})}"

    def get_cancel_url(self) -> str:
        return own_address(self.request, "back") or "/"


def own_address(request: HttpRequest, name: str) -> str:
    """Return an address of this service that the query names; "" otherwise."""
    address = request.GET.get(name, "")
    return (
        address
        if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        else ""
    )
