"""`manage.py create_user EMAIL --role ROLE [--region CODE] [--pdu CODE]`: create an account with a
role.

It prints a one-time link for the password.

By this command a service gets its first two administrators. From then on a far-reaching role that
it gives waits for confirmation by one of them, like any other: a shell on a server is not a second
person. This does not hold for the owner of the tables, who can do anything to them (DATABASE_URL as
the owner's), nor for made-up data. The command accepts addresses of any domain, because whoever
runs it sets the domains.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from workforce.actions.accounts import create_account, give_role, password_key, password_path
from workforce.actions.accounts_person import tie_by_address, with_address
from workforce.models import Pdu, Person, Region, RoleGrant, User
from workforce.roles import ROLES

BY = Job("create_user")
WAITS = (
    "The role waits: it is for the whole country, or an administrator's. An administrator confirms it under People with access. "
    "Where none can, run this with DATABASE_URL as the owner's address."
)


class Command(BaseCommand):
    help = "Makes an account with a role, or gives an account another role, and prints a one-time link to set its password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--role", required=True, choices=list(ROLES), metavar="ROLE", help=", ".join(ROLES)
        )
        parser.add_argument(
            "--region", default="", metavar="CODE", help="such as NE; needed by roles of one region"
        )
        parser.add_argument(
            "--pdu",
            default="",
            metavar="CODE",
            help="narrows the role to one probation delivery unit",
        )

    def handle(
        self, *args: Any, email: str, role: str, region: str, pdu: str, **options: Any
    ) -> None:
        try:
            validate_email(email)
            with transaction.atomic():
                user = User.objects.filter(email=email.lower()).first() or create_account(
                    by=BY, email=email
                )
                grant = _give(user, role, _one(Region, region, "region"), _one(Pdu, pdu, "PDU"))
                person = tie_by_address(by=BY, user=user)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        self._report(user, grant, person)

    def _report(self, user: User, grant: RoleGrant, person: Person | None) -> None:
        role = grant.role
        self.stdout.write(f"{ROLES[role].title}: {user.email}")
        if grant.is_waiting:
            self.stdout.write(WAITS)
        if person is not None:
            self.stdout.write(f"Tied to {person} ({person.staff_number}).")
        elif any(reach.own for reach in ROLES[role].permissions.values()):
            self.stdout.write(_untied(user.email))
        with acting_as(by=BY, reason="Link to set a password"):
            link = settings.SITE_ADDRESS + password_path(password_key(user))
        self.stdout.write(f"Set a password once, within three days, at: {link}")


def _untied(email: str) -> str:
    """Return why the account is tied to nobody on record, and what to do."""
    found = with_address(email).select_related("user").order_by("staff_number")
    have = [f"{person} ({person.staff_number}){_account_of(person)}" for person in found]
    none = "so no learners or work are their own yet"
    if not have:
        return f"Nobody on record has this address, {none}. Import them with staff or learners, then run this again."
    if len(have) == 1:
        return f"{have[0]}, has this address, {none}. Give the role to that account, or correct the address of one of the two."
    return (
        f"{len(have)} people on record have this address, {none}: {'; '.join(have)}. If they are one person, merge the "
        "records; if not, give each their own address with staff or learners. Then run this again."
    )


def _account_of(person: Person) -> str:
    return f", who has the account {person.user.email}" if hasattr(person, "user") else ""


def _give(user: User, role: str, region: Region | None, pdu: Pdu | None) -> RoleGrant:
    """Give the role unless it is in force or waits for that very place already, and return the
    grant.

    A unit implies its region.
    """
    region = region or (pdu.region if pdu else None)
    same: dict[str, Any] = {"role": role, "region": region, "pdu": pdu}
    found = (
        user.grants.in_force(today()).filter(**same).first()
        or user.grants.filter(is_waiting=True, **same).first()
    )
    return found or give_role(by=BY, user=user, **same)


def _one(model: Any, text: str, noun: str) -> Any:
    """Return a place by its code or exact name; None for an empty text.

    Raises RuleBroken for an unknown one.
    """
    if not text:
        return None
    found = model.objects.filter(Q(code__iexact=text) | Q(name__iexact=text)).first()
    if found is None:
        known = ", ".join(model.objects.values_list("code", flat=True)[:13])
        raise RuleBroken(f"{text} is not a {noun}. Use one of {known}.")
    return found
