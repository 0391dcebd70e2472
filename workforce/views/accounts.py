"""People with access: who they are, their roles, and an administrator's actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.access import OfPage
from pqip.core.errors import RuleBroken
from pqip.govuk.filters import Filter, Search
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, ConfirmPage, Page, SearchedList
from workforce.accounts.fresh import FreshSignIn
from workforce.actions import accounts as actions
from workforce.actions.accounts_person import person_to_tie
from workforce.forms.accounts import AccountFilter, InviteForm, ReasonForm, RoleForm
from workforce.models import RoleGrant, User
from workforce.models.accounts import UserQuerySet
from workforce.queries import records
from workforce.roles import ROLES
from workforce.views.home import roles_table, when, where


class AccountList(SearchedList):
    """The list of accounts within the administrator's reach."""

    permission = records.ACCOUNTS
    page_title = "People with access"
    sorts = {"email": ("email",), "name": ("name", "email")}
    default_sort = "email"

    def rows(self) -> UserQuerySet:
        return (
            AccountFilter(self.request.GET)
            .applied_to(records.accounts(self.request.user))
            .matching(self.words)
        )

    def with_related(self, rows: UserQuerySet) -> UserQuerySet:
        return records.with_roles(rows)

    def table(self, rows: list[User], sorting: Sorting) -> Table:
        columns = [
            Column("Email address", sort="email"),
            Column("Name", sort="name"),
            Column("Roles"),
            Column("State"),
        ]
        body = [
            [
                Cell(row.email, reverse("workforce:account", args=[row.public_id])),
                row.name,
                _roles(row),
                Cell(tags=[state_tag(row)]),
            ]
            for row in rows
        ]
        empty = Empty("Nobody matches.", "Remove a filter or search for other words.")
        return Table(
            "People with access", columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def shown(self) -> dict[str, Any]:
        panel = Filter(
            AccountFilter(self.request.GET),
            self.request.GET,
            Search("Name or email address", words=self.words),
        )
        invite = [Action("Invite somebody", reverse("workforce:invite"), "")]
        return {"filter": panel, "actions": invite}


class AccountMixin(OfPage):
    """The account that a page is about, fetched through the administrator's reach."""

    permission = records.ACCOUNTS

    @cached_property
    def account(self) -> User:
        rows = records.with_roles(records.accounts(self.request.user))
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_success_url(self) -> str:
        return reverse("workforce:account", args=[self.account.public_id])


class AccountPage(AccountMixin, Page):
    """The page of one account: its state, its roles, and the possible actions."""

    template_name = "workforce/account.html"
    page_title = "Account"

    def shown(self) -> dict[str, Any]:
        account = self.account
        rows = [
            SummaryRow("Email address", account.email),
            SummaryRow("Name", account.name),
            SummaryRow(
                "Staff number",
                account.person.staff_number if account.person else "",
                empty="Not tied to a person",
            ),
            SummaryRow("State", tag=state_tag(account)),
        ]
        own = account.pk == self.request.user.pk
        within = actions.is_within(self.request.user, account)
        shown = {
            "rows": rows,
            "heading": account.name or account.email,
            "actions": [] if own else account_actions(account, within),
            "table": roles_table(list(account.grants.all()), None if own else self.links),
        }
        return shown

    @cached_property
    def to_confirm(self) -> set[int]:
        return records.to_confirm(self.request.user, self.account.grants.all())

    def links(self, grant: RoleGrant) -> list[Action]:
        """Return the links for a role."""
        role, keys = ROLES[grant.role].title, [self.account.public_id, grant.public_id]
        within = self.request.user.scope(self.permission).covers(grant.region_id, grant.pdu_id)
        ends = within and not grant.ends_on
        found = (
            [Action("End", reverse("workforce:end_role", args=keys), "link", hidden=role)]
            if ends
            else []
        )
        if grant.pk in self.to_confirm:
            found.insert(
                0,
                Action(
                    "Confirm", reverse("workforce:confirm_role", args=keys), "link", hidden=role
                ),
            )
        return found


class Invite(FreshSignIn, ActionPage):
    """The page to create an account for a new user, with a role and a link to set a password."""

    permission = records.ACCOUNTS
    form_class = InviteForm
    page_title = "Invite somebody"
    submit = "Send the invitation"

    def perform(self, form: Any) -> str:
        asked = dict(form.cleaned_data)
        person = person_to_tie(asked.pop("staff_number"))
        actions.invite(by=self.request.user, person=person, **asked)
        return "The invitation is on its way."

    def get_success_url(self) -> str:
        return reverse("workforce:accounts")


class GiveRole(FreshSignIn, AccountMixin, ActionPage):
    """The page to give an account another role."""

    form_class = RoleForm
    page_title = "Give a role"
    submit = "Give the role"

    def perform(self, form: Any) -> str:
        grant = actions.give_role(by=self.request.user, user=self.account, **form.cleaned_data)
        return (
            "The role waits for another administrator to confirm it."
            if grant.is_waiting
            else "The role is given."
        )


class GrantAction(FreshSignIn, AccountMixin, ConfirmPage):
    """A page to do something with one role of an account."""

    form_class = Form
    done: ClassVar[str] = ""
    action: ClassVar[Callable[..., Any]]

    @cached_property
    def grant(self) -> RoleGrant:
        return get_object_or_404(
            records.grants().filter(user=self.account), public_id=self.kwargs["grant_id"]
        )

    def perform(self, form: Any) -> str:
        type(self).action(by=self.request.user, grant=self.grant)
        return self.done

    def shown(self) -> dict[str, Any]:
        grant = self.grant
        rows = [
            SummaryRow("Account", self.account.email),
            SummaryRow("Role", ROLES[grant.role].title),
            SummaryRow("Where", where(grant)),
            SummaryRow("When", when(grant)),
            SummaryRow("Given by", str(grant.given_by or "A command on the server")),
        ]
        return {"rows": rows}


class EndRole(GrantAction):
    page_title = "End a role"
    lead = "It is gone from their next click."
    submit = "End the role"
    danger = True
    done = "The role has ended."
    action = staticmethod(actions.end_role)


class ConfirmRole(GrantAction):
    page_title = "Confirm a role"
    lead = "This role reaches the whole country, or lets somebody give roles to others, so two administrators give it."
    submit = "Confirm the role"
    done = "The role is confirmed."
    action = staticmethod(actions.confirm_role)


class WithReason(FreshSignIn, AccountMixin, ActionPage):
    """A page to do something to an account, for a reason."""

    form_class = ReasonForm
    done: ClassVar[str] = ""
    action: ClassVar[Callable[..., Any]]

    def perform(self, form: Any) -> str:
        type(self).action(
            by=self.request.user, user=self.account, reason=form.cleaned_data["reason"]
        )
        return self.done


class SwitchOff(WithReason):
    page_title = "Switch an account off"
    lead = "They are signed out everywhere at once. Their roles are kept, and hold again if the account is switched on."
    submit = "Switch off"
    danger = True
    done = "The account is switched off."
    action = staticmethod(actions.switch_off)


class SwitchOn(WithReason):
    page_title = "Switch an account on"
    submit = "Switch on"
    done = "The account is switched on."
    action = staticmethod(actions.switch_on)


class ResetSecondFactor(WithReason):
    page_title = "Reset a second factor"
    lead = "They are signed out everywhere, and set up another at the next sign-in. Make sure that it is them who ask."
    submit = "Reset"
    danger = True
    done = "The second factor is reset."
    action = staticmethod(actions.reset_second_factor)


class SendLink(FreshSignIn, AccountMixin, ConfirmPage):
    """The page to send a new one-time link to set a password."""

    form_class = Form
    page_title = "Send a link to set a password"
    submit = "Send the link"

    def perform(self, form: Any) -> str:
        if not self.account.is_active:
            raise RuleBroken("This account is switched off.")
        actions.send_link(by=self.request.user, user=self.account)
        return "The link is on its way."

    def shown(self) -> dict[str, Any]:
        return {"rows": [SummaryRow("Account", self.account.email)]}


def account_actions(account: User, within: bool) -> list[Action]:
    """Return what an administrator may do with somebody else's account.

    They may give a role; everything else needs all its roles to be within reach.
    """
    pages = {"Give a role": "give_role"}
    if within:
        pages |= {
            "Send a link to set a password": "send_link",
            "Reset second factor": "reset_second_factor",
        }
        pages |= {"Switch off": "switch_off"} if account.is_active else {"Switch on": "switch_on"}
    return [
        Action(label, reverse(f"workforce:{name}", args=[account.public_id]))
        for label, name in pages.items()
    ]


def state_tag(account: User) -> Tag:
    """Return a tag that says whether an account may sign in, or whether a role waits."""
    if not account.is_active:
        return Tag("Switched off", "grey")
    waiting = any(grant.is_waiting for grant in account.grants.all())
    return Tag("A role waits", "yellow") if waiting else Tag("On", "green")


def _roles(account: User) -> str:
    return "; ".join(f"{ROLES[grant.role].title}, {where(grant)}" for grant in account.grants.all())
