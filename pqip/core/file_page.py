"""Between saying who one is and the file that was asked for (`handing_out.py`)."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.http import url_has_allowed_host_and_scheme

from pqip.core.access import SIGNED_IN
from pqip.core.views import Page


class FilePage(Page):
    """The file that somebody asked for before they said who they are, and the way back to where they were."""

    permission = SIGNED_IN
    template_name = "shell/file.html"
    page_title = "Your file"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, back = self._own("of"), self._own("back")
        if not asked:
            raise Http404
        return super().get_context_data(file_url=asked, back_to=back, **kwargs)

    def _own(self, name: str) -> str:
        """An address of this service, else empty."""
        address = self.request.GET.get(name, "")
        return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
