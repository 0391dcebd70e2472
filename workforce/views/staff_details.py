"""Pages to correct somebody's name and details, and to give them another staff number."""

from __future__ import annotations

from typing import Any, ClassVar

from pqip.core.errors import Conflict
from workforce.actions.people import PERSONAL, change_staff_number, correct_person
from workforce.forms.staff import DetailsForm, NewNumberForm
from workforce.queries import records
from workforce.views.staff import PersonAction

MEANWHILE = "Somebody else has changed this since you opened it. Nothing was saved; look at what stands now."


class OfDetails(PersonAction):
    """A page that corrects a person's details in place.

    The form carries what it showed, so that a change in the meantime is noticed.
    """

    lead = "What was recorded stays in the history, with your reason."
    submit = "Save"

    def get_initial(self) -> dict[str, Any]:
        return {
            "seen": records.current_record_key(self.person),
            **{name: getattr(self.person, name) for name in self.asks},
        }

    asks: ClassVar[tuple[str, ...]] = PERSONAL

    def perform(self, form: Any) -> str:
        answers = dict(form.cleaned_data)
        if answers.pop("seen") not in (None, records.current_record_key(self.person)):
            raise Conflict(MEANWHILE)
        self.save(**answers)
        return "Saved"

    def save(self, reason: str, **answers: Any) -> None:
        """Call the action."""
        raise NotImplementedError


class CorrectDetails(OfDetails):
    form_class = DetailsForm
    page_title = "Name, e-mail address and date of birth"

    def save(self, reason: str, **answers: Any) -> None:
        changed = {
            name: value for name, value in answers.items() if value != getattr(self.person, name)
        }
        correct_person(by=self.request.user, person=self.person, reason=reason, **changed)


class ChangeNumber(OfDetails):
    form_class = NewNumberForm
    page_title = "Change a staff number"
    lead = "For the payroll number of somebody who had none, or to put a mistake right. The old number then leads nowhere."
    asks = ("staff_number",)

    def save(self, reason: str, **answers: Any) -> None:
        change_staff_number(by=self.request.user, person=self.person, reason=reason, **answers)
