"""Pages that show what would be recorded for checking before it is recorded."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property

from pqip.core.acting import rehearsal
from pqip.core.errors import RuleBroken
from pqip.core.typed import NO_ANSWER
from pqip.pages.generic import ActionPage

CHECK = "learners/check.html"


class CheckedPage(ActionPage):
    """A form whose answers are shown for checking first.

    Subclasses give `checked(form)` for the template.

    The rules are applied before anything is shown: the page's action is carried out and rolled
    back, so that nobody checks answers that are then refused.
    """

    check = True

    def checked(self, form: Any) -> dict[str, Any]:
        """Return what the check shows. Raises RuleBroken if the answers may not be recorded."""
        raise NotImplementedError

    def rehearse(self, form: Any) -> None:
        """Carry out the action, which is rolled back afterwards.

        A page that sends what its check page showed carries it out with what would be shown now.
        """
        self.perform(form)

    def rehearsed(self, form: Any) -> None:
        """Apply the rules through the action itself, which leaves nothing behind.

        Values that the page had read are read again later. Raises RuleBroken for whatever would be
        refused when the answers are sent.
        """
        before = dict(vars(self))
        try:
            with rehearsal():
                self.rehearse(form)
        finally:
            vars(self).clear()
            read = {
                name
                for name in before
                if isinstance(getattr(type(self), name, None), cached_property)
            }
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
        shown = {"moves": None, "says": "", "sent": self.sent(form), "form_id": "answers", **shown}
        return self.render_to_response(self.get_context_data(form=form, **shown))

    def sent(self, form: Any) -> list[tuple[str, str]]:
        """Return what was typed, to be sent again with the confirmation."""
        names = [name for name in form.data if name not in NO_ANSWER]
        return [(name, value) for name in names for value in form.data.getlist(name)]
