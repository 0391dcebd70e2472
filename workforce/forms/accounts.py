"""Forms of pages about accounts and roles."""

from __future__ import annotations

from typing import Any

from pqip.core.clock import today
from pqip.govuk import forms
from workforce.models.accounts import UserQuerySet
from workforce.queries import records
from workforce.roles import ROLES

TITLES = [(code, role.title) for code, role in ROLES.items()]
STATES = [
    ("waiting", "A role waits to be confirmed"),
    ("off", "Switched off"),
    ("on", "Switched on"),
]


class AccountFilter(forms.Form):
    """Filters of people with access; an empty filter means all."""

    role = forms.ChoiceField(label="Role", required=False, choices=TITLES, prompt="All roles")
    region = forms.ChoiceField(
        label="Region",
        required=False,
        choices=forms.codes_of(records.regions),
        prompt="All regions",
    )
    state = forms.ChoiceField(label="State", required=False, choices=STATES, prompt="Any state")

    def applied_to(self, rows: UserQuerySet) -> UserQuerySet:
        """Return the accounts that match the chosen values. Unknown values are ignored."""
        self.is_valid()
        chosen = self.cleaned_data
        wanted = {"role": chosen.get("role"), "region__code": chosen.get("region")}
        wanted = {name: value for name, value in wanted.items() if value}
        if chosen.get("state") == "waiting":
            wanted["is_waiting"] = True
        if wanted:
            rows = rows.filter(pk__in=records.grants().order_by().filter(**wanted).values("user"))
        if chosen.get("state") in {"on", "off"}:
            rows = rows.filter(is_active=chosen["state"] == "on")
        return rows


class RoleForm(forms.Form):
    """A role for a place and a time."""

    role = forms.RadioField(
        label="Role",
        choices=TITLES,
        look=forms.Look(hints={code: role.sentence for code, role in ROLES.items()}),
    )
    region = forms.ModelChoiceField(
        None,
        label="Region",
        required=False,
        prompt="The whole country, or own learners and work",
        help_text="A role for the whole country, and an administrator’s, waits until another administrator confirms it.",
    )
    pdu = forms.ModelChoiceField(
        None, label="Probation delivery unit", required=False, prompt="The whole region"
    )
    starts_on = forms.DateField(label="First day", initial=today)
    ends_on = forms.DateField(
        label="Last day", required=False, help_text="Leave blank if it has no end yet."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = records.regions()
        self.model_field("pdu").queryset = records.pdus()


class InviteForm(RoleForm):
    """A new account with its first role."""

    email = forms.EmailField(label="Email address")
    name = forms.CharField(label="Name", max_length=200)
    staff_number = forms.CharField(
        label="Staff number",
        required=False,
        max_length=30,
        look=forms.Look(width=10),
        help_text="Needed by learners, assessors, countersigners and line managers, whose work is tied to their record.",
    )
    field_order = ["email", "name", "staff_number", "role", "region", "pdu", "starts_on", "ends_on"]


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(
        label="Reason", max_length=200, help_text="Kept in the account’s history."
    )
