"""Pages that show what would be recorded once more before it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property

from pqip.core.acting import rehearsal
from pqip.core.errors import RuleBroken
from pqip.core.typed import NO_ANSWER
from pqip.core.views import ActionPage

CHECK = "learners/check.html"


class CheckedPage(ActionPage):
    """A form whose answers are shown for checking first. Give `checked(form)`: what the check shows, see the template.

    The rules are asked before anything is shown: what the page does is done, and undone, so that nobody checks answers that are
    then refused.
    """

    check = True

    def checked(self, form: Any) -> dict[str, Any]:
        """What the check shows. Raises RuleBroken where the answers may not be recorded."""
        raise NotImplementedError

    def rehearse(self, form: Any) -> None:
        """What is done and undone to ask the rules. Where sending takes what the check page showed, as it would be shown now."""
        self.perform(form)

    def rehearsed(self, form: Any) -> None:
        """Ask the rules by the action itself, which leaves nothing behind: nor on this page, where what it read is read anew.

        Raises RuleBroken for whatever would be refused when the answers are sent.
        """
        before = dict(vars(self))
        try:
            with rehearsal():
                self.rehearse(form)
        finally:
            vars(self).clear()
            read = {name for name in before if isinstance(getattr(type(self), name, None), cached_property)}
            vars(self).update({name: value for name, value in before.items() if name not in read})

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
        shown = {"sent": self.sent(form), "form_id": "answers", **shown}
        return self.render_to_response(self.get_context_data(form=form, **shown))

    def sent(self, form: Any) -> list[tuple[str, str]]:
        """What was typed, to be sent again with the confirmation."""
        names = [name for name in form.data if name not in NO_ANSWER]
        return [(name, value) for name in names for value in form.data.getlist(name)]
