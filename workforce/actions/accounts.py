"""Accounts and roles: invite, give and end roles, switch accounts off and on, and restore access.

Nobody gives a role to themselves. A role for the whole country, a role in a fourth region, and an
administrator's role anywhere wait until another administrator confirms them, whose own role does
not come from anybody concerned: the database decides who may (`workforce/sql/2_accounts_roles.sql`). An
administrator gives, ends and changes only what lies within their reach, and a blank place means the
whole country.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from pqip.core.acting import acting_as, actor_name
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.formats import lower_first
from pqip.messages.sending import send
from workforce.accounts.demonstration import is_made_up
from workforce.accounts.sessions import end_sessions
from workforce.models import Pdu, Person, Region, RoleGrant, User
from workforce.roles import PLACELESS_ROLES, ROLES, is_far_reaching

MANAGE = "workforce.manage_accounts"


def create_account(*, by: Any, email: str, name: str = "", person: Person | None = None) -> User:
    """Create an account without a password.

    Raises RuleBroken if the address or the person has an account already, and for an address that
    nobody can have.
    """
    if is_made_up(email) and not settings.PQIP_DEMO:
        raise RuleBroken(
            "Nobody has an address like this: it is kept for examples. Enter their work email address.",
            "email",
        )
    with acting_as(by=by, reason="New account"):
        try:
            with transaction.atomic():
                user = User.objects.create_user(email, name=name, person=person)
        except IntegrityError:
            raise RuleBroken(
                "There is an account for this e-mail address or person already.", "email"
            ) from None
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def invite(*, by: Any, email: str, name: str, person: Person | None = None, **role: Any) -> User:
    """Create an account with a role (see `give_role`), and e-mail a one-time link to set its
    password.

    Raises RuleBroken for an address outside the domains that may be invited
    (`PQIP_INVITED_DOMAINS`), and NotAllowed for a person who works outside the user's reach.
    """
    _check_domain(email)
    _check_tied(by, person)
    with acting_as(by=by, reason="Invitation"):
        user = create_account(by=by, email=email, name=name, person=person)
        _give(by, user, **role)
        send_link(by=by, user=user)
    return user


def send_link(*, by: Any, user: User) -> None:
    """E-mail a one-time link to set the password.

    Raises NotAllowed for one's own account and for one outside one's reach.
    """
    _check_account(by, user)
    with acting_as(by=by, reason="Link to set a password"):
        link = settings.SITE_ADDRESS + password_path(password_key(user))
        reference = f"invitation:{get_random_string(22)}"
        send(
            "invitation",
            to=user,
            reference=reference,
            by=by,
            context={"link": link},
            is_one_time=True,
        )


def password_key(user: User) -> str:
    """Return a key to set this account's password once.

    It expires when it is used, or after `PASSWORD_RESET_TIMEOUT`.
    """
    return f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"


def password_path(key: str) -> str:
    """Return the address of the page where a password is set with a key."""
    uid, _, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def give_role(
    *,
    by: Any,
    user: User,
    role: str,
    region: Region | None = None,
    pdu: Pdu | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> RoleGrant:
    """Give an account within reach a role for a place and a time.

    Raises RuleBroken for a place that does not fit the role.
    """
    if not _is_job(by) and not User.objects.visible_to(by, MANAGE).filter(pk=user.pk).exists():
        raise NotAllowed("This account is outside your reach.")
    return _give(by, user, role=role, region=region, pdu=pdu, starts_on=starts_on, ends_on=ends_on)


def _give(
    by: Any,
    user: User,
    *,
    role: str,
    region: Region | None = None,
    pdu: Pdu | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> RoleGrant:
    _check_not_own(by, user)
    _check_place(role, region, pdu)
    _check_reach(by, region, pdu)
    _check_whose(by, user, role)
    starts_on = starts_on or today()
    if ends_on and ends_on < starts_on:
        raise RuleBroken("The last day must be on or after the first day.", "ends_on")
    with acting_as(by=by, reason=f"Role given: {ROLES[role].title}"):
        try:
            with transaction.atomic():
                return RoleGrant.objects.create(
                    user=user,
                    role=role,
                    region=region,
                    pdu=pdu,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    given_by=None if _is_job(by) else by,
                    is_waiting=_needs_two(user, role, region)
                    and not (_is_job(by) and _may_give_alone(by)),
                )
        except IntegrityError:
            raise RuleBroken("They have this role from that day already.", "role") from None


def _needs_two(user: User, role: str, region: Region | None) -> bool:
    """Return True if a role waits for a second administrator.

    It does if it reaches far, or is in a fourth region of its holder, because roles given one by
    one would add up to the whole country. The database has the same rule
    (`workforce_is_one_of_many`).
    """
    if is_far_reaching(role, region):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workforce_is_one_of_many(%s, %s, %s)",
            [user.pk, role, region.pk if region else None],
        )
        return bool(cursor.fetchone()[0])


def _may_give_alone(by: Any) -> bool:
    """Return True if a named job may give a far-reaching role without a second administrator.

    See `workforce_may_give_alone` in the database.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT workforce_may_give_alone(%s)", [actor_name(by)])
        return bool(cursor.fetchone()[0])


def why_not_confirm(*, by: User, grant: RoleGrant) -> str:
    """Return why somebody may not confirm a role, in words; empty if they may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(workforce_why_not_confirm(%s, %s), '')", [grant.pk, by.pk])
        return str(cursor.fetchone()[0])


def confirm_role(*, by: User, grant: RoleGrant) -> RoleGrant:
    """Confirm a role as the second administrator.

    Raises NotAllowed for whoever gave the role or would hold it, and for an administrator whose own
    role comes from one of them.
    """
    if not by.can(MANAGE):
        raise NotAllowed("An administrator confirms this role.")
    if grant.is_waiting and (why := why_not_confirm(by=by, grant=grant)):
        raise NotAllowed(why)
    with acting_as(by=by, reason="Role confirmed"):
        if not RoleGrant.objects.filter(pk=grant.pk, is_waiting=True).update(
            is_waiting=False, confirmed_by=by
        ):
            raise Conflict("This role has been confirmed or ended by somebody else.")
    grant.refresh_from_db()
    return grant


def end_role(*, by: Any, grant: RoleGrant, last_day: dt.date | None = None) -> None:
    """End a role.

    Its last day is `last_day`, or yesterday, so that it ends with the next request. A role that has
    not begun or waits for confirmation is deleted; the audit keeps it. Raises RuleBroken for a last
    day after the one it has: a role is never made longer.
    """
    _check_not_own(by, grant.user)
    _check_reach(by, grant.region, grant.pdu)
    last_day = last_day or today() - dt.timedelta(days=1)
    with acting_as(by=by, reason="Role ended"):
        held = RoleGrant.objects.select_for_update(no_key=True).filter(pk=grant.pk).first()
        if held is None:
            raise Conflict("This role has been ended by somebody else.")
        if held.is_waiting or held.starts_on > today():
            held.delete()
            return
        if held.ends_on and held.ends_on < last_day:
            raise RuleBroken(
                "A role is never made longer. Give another from the day after.", "last_day"
            )
        held.ends_on = max(last_day, held.starts_on - dt.timedelta(days=1))
        held.save(update_fields=["ends_on"])


def switch_off(*, by: Any, user: User, reason: str) -> None:
    """Close an account and end its sessions at once.

    Raises NotAllowed for one's own account, and for one with a role outside one's reach.
    """
    _check_account(by, user)
    with acting_as(by=by, reason=reason):
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_sessions(user)
    user.refresh_from_db()


def switch_on(*, by: Any, user: User, reason: str) -> None:
    """Open an account again, with the roles that are still in force."""
    _check_account(by, user)
    with acting_as(by=by, reason=reason):
        User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db()


def reset_second_factor(*, by: Any, user: User, reason: str) -> None:
    """Remove a lost second factor and end the sessions. The next sign-in sets up another one."""
    _check_account(by, user)
    with acting_as(by=by, reason=reason):
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)


def is_within(by: User, account: User) -> bool:
    """Return True if all roles of an account, in force or waiting, lie within an administrator's
    reach.

    Only then may they switch it off and on and restore access to it.
    """
    scope, yesterday = by.scope(MANAGE), today() - dt.timedelta(days=1)
    in_force_or_waiting = [
        grant
        for grant in account.grants.all()
        if grant.ends_on is None or grant.ends_on > yesterday
    ]
    return bool(scope) and all(
        scope.covers(grant.region_id, grant.pdu_id) for grant in in_force_or_waiting
    )


def _is_job(by: Any) -> bool:
    return bool(getattr(by, "is_job", False))


def _check_not_own(by: Any, user: User) -> None:
    if not _is_job(by) and by.pk == user.pk:
        raise NotAllowed("Another administrator does this to your account.")


def _check_account(by: Any, user: User) -> None:
    """Raise NotAllowed for one's own account, and for one with a role outside one's reach."""
    _check_not_own(by, user)
    if not _is_job(by) and not is_within(by, user):
        raise NotAllowed("This account has a role outside your reach.")


def _check_reach(by: Any, region: Region | None, pdu: Pdu | None) -> None:
    """Raise NotAllowed for a place outside one's reach; a blank place is the whole country."""
    if not _is_job(by) and not by.scope(MANAGE).covers(
        region.pk if region else None, pdu.pk if pdu else None
    ):
        what = "This place" if region else "A blank place is the whole country, which"
        raise NotAllowed(f"{what} is outside your reach.")


def _check_whose(by: Any, user: User, role: str) -> None:
    """Raise NotAllowed for a role over somebody's own learners and work, if they work outside one's
    reach.
    """
    who = user.person if role in PLACELESS_ROLES else None
    if (
        who is not None
        and not _is_job(by)
        and not by.scope(MANAGE).covers(who.region_id, who.pdu_id)
    ):
        raise NotAllowed("They work outside your reach.")


def _check_tied(by: Any, person: Person | None) -> None:
    """Raise NotAllowed for a person who works outside one's reach.

    What the account does is done in that person's name.
    """
    if (
        person is not None
        and not _is_job(by)
        and not by.scope(MANAGE).covers(person.region_id, person.pdu_id)
    ):
        raise NotAllowed("They work outside your reach.")


def _check_domain(email: str) -> None:
    allowed = settings.PQIP_INVITED_DOMAINS
    if email.rpartition("@")[2].lower() not in allowed:
        which = (
            f"at {' or '.join(allowed)}"
            if allowed
            else "once PQIP_INVITED_DOMAINS says at which domains"
        )
        raise RuleBroken(f"Somebody is invited at an address of work {which}.", "email")


def _check_place(role: str, region: Region | None, pdu: Pdu | None) -> None:
    if role not in ROLES:
        raise RuleBroken(f"{role} is not a role. Use one of {', '.join(ROLES)}.", "role")
    kind = ROLES[role]
    if kind.needs_place and not kind.national and region is None:
        raise RuleBroken(f"Select the region the {lower_first(kind.title)} works for.", "region")
    if pdu is not None and (region is None or pdu.region_id != region.pk):
        raise RuleBroken(f"{pdu} is not in that region.", "pdu")
    if region is not None and region.code == Region.NATIONAL:
        raise RuleBroken("Leave the region blank for a role over the whole country.", "region")
