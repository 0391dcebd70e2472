"""Pages that show what would be recorded once more before it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from pqip.core.errors import RuleBroken
from pqip.core.typed import NO_ANSWER
from pqip.core.views import ActionPage

CHECK = "learners/check.html"


class CheckedPage(ActionPage):
    """A form whose answers are shown for checking first. Give `checked(form)`: what the check shows, see the template."""

    check = True

    def checked(self, form: Any) -> dict[str, Any]:
        """What the check shows. Raises RuleBroken where the answers may not be recorded."""
        raise NotImplementedError

    def rehearsed(self, form: Any) -> None:
        """Ask the rules before the answers are shown. Raises RuleBroken for whatever would be refused when they are sent."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not self.check or "confirmed" in self.request.POST:
            return super().form_valid(form)
        if "change" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        try:
            self.rehearsed(form)
            shown = self.checked(form)
        except RuleBroken as broken:
            return self.form_refused(form, broken)
        self.template_name = CHECK
        return self.render_to_response(self.get_context_data(form=form, **{"sent": self.sent(form), **shown}))

    def sent(self, form: Any) -> list[tuple[str, str]]:
        """What was typed, to be sent again with the confirmation."""
        names = [name for name in form.data if name not in NO_ANSWER]
        return [(name, value) for name in names for value in form.data.getlist(name)]
