"""Public pages of text: help, accessibility, privacy, cookies, complaints."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from pqip.core.access import PUBLIC, PermissionRequired


class TextPage(PermissionRequired, TemplateView):
    """A page of text, open to everyone; `as_view(page_title=…, template_name=…)`."""

    permission = PUBLIC
    page_title = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page_title=self.page_title, **kwargs)
