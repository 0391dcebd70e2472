"""Accounts and roles: invite, give and end roles, switch off and on, help somebody back in.

Nobody gives themself a role. A role over the whole country waits until a second administrator confirms it, unless it is
given by a named command on the server.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.messages.sending import send
from workforce.accounts.demonstration import is_made_up
from workforce.accounts.sessions import end_sessions
from workforce.models import Pdu, Person, Region, RoleGrant, User
from workforce.roles import ROLES

MANAGE = "workforce.manage_accounts"


def create_account(*, by: Any, email: str, name: str = "", person: Person | None = None) -> User:
    """An account without a password. Raises RuleBroken where the address or the person has one already, or nobody has it."""
    if is_made_up(email) and not settings.PQIP_DEMO:
        raise RuleBroken("Nobody has an address like this: it is kept for examples. Enter their work email address.", "email")
    with act(by=by, reason="New account"):
        try:
            with transaction.atomic():
                user = User.objects.create_user(email, name=name, person=person)
        except IntegrityError:
            raise RuleBroken("There is an account for this e-mail address or person already.", "email") from None
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def invite(*, by: Any, email: str, name: str, person: Person | None = None, **role: Any) -> User:
    """An account with a role (`give_role`), and a one-time link to set its password, sent by e-mail."""
    with act(by=by, reason="Invitation"):
        user = create_account(by=by, email=email, name=name, person=person)
        give_role(by=by, user=user, **role)
        send_link(by=by, user=user)
    return user


def send_link(*, by: Any, user: User) -> None:
    """Send the one-time link to set a password."""
    with act(by=by, reason="Link to set a password"):
        link = settings.SITE_ADDRESS + password_path(password_key(user))
        reference = f"invitation:{get_random_string(22)}"
        send("invitation", to=user, reference=reference, by=by, context={"link": link}, is_one_time=True)


def password_key(user: User) -> str:
    """A key to set this account's password once; it ends when used, or after `PASSWORD_RESET_TIMEOUT`."""
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def password_path(key: str) -> str:
    """The page where a password is set with a key."""
    uid, _, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def give_role(
    *, by: Any, user: User, role: str, region: Region | None = None, pdu: Pdu | None = None,
    starts_on: dt.date | None = None, ends_on: dt.date | None = None,
) -> RoleGrant:
    """Give an account a role for a place and a time. Raises RuleBroken for a place that does not fit the role."""
    _check_reach(by, user, region)
    _check_place(role, region, pdu)
    starts_on = starts_on or today()
    if ends_on and ends_on < starts_on:
        raise RuleBroken("The last day must be on or after the first day.", "ends_on")
    a_person = not getattr(by, "is_job", False)
    with act(by=by, reason=f"Role given: {ROLES[role].title}"):
        try:
            with transaction.atomic():
                return RoleGrant.objects.create(
                    user=user, role=role, region=region, pdu=pdu, starts_on=starts_on, ends_on=ends_on,
                    given_by=by if a_person else None, is_waiting=a_person and is_far_reaching(role, region),
                )
        except IntegrityError:
            raise RuleBroken("They have this role from that day already.", "role") from None


def is_far_reaching(role: str, region: Region | None) -> bool:
    """Whether a role reaches the whole country, and so needs two people to give it."""
    return ROLES[role].national and region is None


def confirm_role(*, by: User, grant: RoleGrant) -> RoleGrant:
    """The second administrator's word. Raises NotAllowed for who gave the role or would hold it."""
    if by.pk in {grant.given_by_id, grant.user_id}:
        raise NotAllowed("Another administrator confirms this role.")
    _check_reach(by, grant.user, grant.region)
    with act(by=by, reason="Role confirmed"):
        if not RoleGrant.objects.filter(pk=grant.pk, is_waiting=True).update(is_waiting=False, confirmed_by=by):
            raise Conflict("This role has been confirmed or ended by somebody else.")
    grant.refresh_from_db()
    return grant


def end_role(*, by: Any, grant: RoleGrant, last_day: dt.date | None = None) -> None:
    """End a role: yesterday was its last day, so that it is gone at the next request, or `last_day`.

    One that has not begun, or waits for confirmation, is taken back whole; the audit keeps it.
    """
    _check_reach(by, grant.user, grant.region)
    last_day = last_day or today() - dt.timedelta(days=1)
    with act(by=by, reason="Role ended"):
        held = RoleGrant.objects.select_for_update(no_key=True).filter(pk=grant.pk).first()
        if held is None:
            raise Conflict("This role has been ended by somebody else.")
        if held.is_waiting or held.starts_on > last_day:
            held.delete()
            return
        held.ends_on = last_day
        held.save(update_fields=["ends_on"])


def switch_off(*, by: Any, user: User, reason: str) -> None:
    """Close an account now: its sessions end at once. Nobody switches off their own."""
    _check_reach(by, user, None)
    with act(by=by, reason=reason):
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_sessions(user)
    user.refresh_from_db()


def switch_on(*, by: Any, user: User, reason: str) -> None:
    """Open an account again, with the roles that are still in force."""
    _check_reach(by, user, None)
    with act(by=by, reason=reason):
        User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db()


def reset_second_factor(*, by: Any, user: User, reason: str) -> None:
    """Take off a lost second factor; the next sign-in sets up another. Sessions end at once."""
    _check_reach(by, user, None)
    with act(by=by, reason=reason):
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)


def _check_reach(by: Any, user: User, region: Region | None) -> None:
    """Raises NotAllowed for one's own account and outside one's reach."""
    if getattr(by, "is_job", False):
        return
    if by.pk == user.pk:
        raise NotAllowed("Another administrator does this to your account.")
    scope = by.scope(MANAGE)
    if not scope or not (scope.everywhere or region is None or scope.covers_region(region.pk)):
        raise NotAllowed("This is outside your reach.")


def _check_place(role: str, region: Region | None, pdu: Pdu | None) -> None:
    if role not in ROLES:
        raise RuleBroken(f"{role} is not a role. Use one of {', '.join(ROLES)}.", "role")
    kind = ROLES[role]
    if kind.needs_place and not kind.national and region is None:
        raise RuleBroken(f"Select the region the {kind.title.lower()} works for.", "region")
    if pdu is not None and (region is None or pdu.region_id != region.pk):
        raise RuleBroken(f"{pdu} is not in that region.", "pdu")
    if region is not None and region.code == Region.NATIONAL:
        raise RuleBroken("Leave the region blank for a role over the whole country.", "region")
