"""Accounts and the roles granted to them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Now

from pqip.core import permissions
from pqip.core.clock import today
from pqip.core.expressions import Folded, Joined
from pqip.core.models import PublicIdModel
from pqip.core.scope import Scope, ScopedQuerySet
from pqip.core.spans import is_over
from pqip.core.words import sought
from workforce.models.people import Person
from workforce.models.places import Pdu, Region
from workforce.roles import NATIONAL_ROLES, PLACELESS_ROLES, ROLES, Reach


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, and the filters that pages use."""

    def visible_to(self, user: User, permission: str) -> UserQuerySet:
        """Filter for accounts with a role in a place that `user` reaches.

        Raises PermissionDenied without the permission.
        """
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        if scope.everywhere:
            return self
        return self.filter(
            pk__in=RoleGrant.objects.filter(scope.condition(RoleGrant.SCOPE)).values("user")
        )

    def matching(self, words: str) -> UserQuerySet:
        """Filter for accounts whose name or address contains every word.

        Case and accents do not matter.
        """
        return self.filter(*(models.Q(search_name__contains=word) for word in sought(words)))


class UserManager(BaseUserManager["User"]):
    """Creates accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an account.

        Without a password it cannot sign in until one is set through the link in the invitation.
        """
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(PublicIdModel, AbstractBaseUser):
    """An account that signs in with an e-mail address. Its roles decide what it may do."""

    names_people = True  # its page is a line in the log of who saw what
    last_login = None
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    is_active = models.BooleanField(default=True)
    invited_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    search_name = models.GeneratedField(
        expression=Folded(Joined("name", models.Value(" "), "email")),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        indexes = [
            GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="workforce_user_search")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def can(self, permission: str) -> bool:
        """Return True if a role in force today carries the permission.

        A permission for the whole country counts only if the role is for the whole country.
        """
        if permissions.is_of_whole_country(permission):
            return self.scope(permission).everywhere
        return any(permission in ROLES[grant.role].permissions for grant in self.grants_today)

    def scope(self, permission: str) -> Scope:
        """Return what the account reaches with a permission.

        It is the union over the roles in force that carry the permission.
        """
        scope = Scope(
            person_id=self.person_id, follows_post=permissions.does_follow_post(permission)
        )
        for grant in self.grants_today:
            role = ROLES[grant.role]
            if permission in role.permissions:
                scope |= grant.scope(role.permissions[permission])
        return scope

    @cached_property
    def grants_today(self) -> list[RoleGrant]:
        """The roles in force today. Every page asks: all that were ever given are read, which is quicker than to ask for some,
        and not in the order of accounts, which would be read with them.
        """
        if not self.is_active:
            return []
        on = today()
        return [grant for grant in self.grants.order_by("pk") if grant.is_in_force(on)]

    @property
    def roles_today(self) -> list[str]:
        """Codes of the roles in force, in the order of the catalogue."""
        held = {grant.role for grant in self.grants_today}
        return [code for code in ROLES if code in held]

    @property
    def rows_a_day(self) -> int:
        """The number of rows about people that they may take out in files within a day.

        The role in force with the highest number decides.
        """
        reaches = {"own", *(grant.reaches for grant in self.grants_today)}
        return max(settings.ROWS_A_DAY[reach] for reach in reaches)

    @property
    def lacks_person(self) -> bool:
        """True if a role in force concerns one's own learners and work, and the account is tied to
        nobody.
        """
        return self.person_id is None and not set(self.roles_today).isdisjoint(PLACELESS_ROLES)


class RoleGrantQuerySet(ScopedQuerySet):
    """Roles given to accounts."""

    def in_force(self, on: dt.date) -> RoleGrantQuerySet:
        """Filter for grants that have begun and not ended on that day, and do not wait for
        confirmation.
        """
        return self.filter(starts_on__lte=on, is_waiting=False).filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=on)
        )


class RoleGrant(PublicIdModel):
    """A role given to an account for a place and a time.

    Several may hold at once, and each counts by itself.

    Nobody gives a role to themselves. A role for the whole country, and an administrator's role
    anywhere, waits until another administrator confirms it, who already was one when it was
    requested and whose own role does not come from anybody concerned. The role, its holder, its
    place and its first day never change, and it is never made longer. A role that was in force is
    never deleted (`workforce/sql/2_accounts_roles.sql`).
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id"}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(
        max_length=30, choices=[(code, role.title) for code, role in ROLES.items()]
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField("last day", null=True, blank=True)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    is_waiting = models.BooleanField("waits for a second administrator", default=False)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on") - dt.timedelta(days=1)),
                name="workforce_grant_dates",  # the day before it began: a role ended on its first day
            ),
            models.CheckConstraint(
                condition=models.Q(region__isnull=False)
                | models.Q(role__in=[*NATIONAL_ROLES, *PLACELESS_ROLES]),
                name="workforce_grant_has_place",
                violation_error_message="This role is given for a region.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region", "pdu", "starts_on"],
                nulls_distinct=False,
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="workforce_grant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(given_by=None) | ~models.Q(given_by=models.F("user")),
                name="workforce_grant_not_to_oneself",
                violation_error_message="Nobody gives themself a role.",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~(
                    models.Q(confirmed_by=models.F("given_by"))
                    | models.Q(confirmed_by=models.F("user"))
                ),
                name="workforce_grant_two_people",
                violation_error_message="Another administrator confirms this role.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_waiting=False) | models.Q(confirmed_by=None),
                name="workforce_grant_waits_or_not",
            ),
        ]

    def is_in_force(self, on: dt.date) -> bool:
        """Whether the role holds on a day: the same as `in_force` asks of the database."""
        has_begun = self.starts_on <= on and not self.is_waiting
        return has_begun and not is_over(self.ends_on, on)

    @property
    def reaches(self) -> str:
        """The kind of reach: `own` for own records only, `place`, or `nation`."""
        return "own" if self.role in PLACELESS_ROLES else "place" if self.region_id else "nation"

    def scope(self, reach: Reach) -> Scope:
        """Return what this grant reaches with a permission of that reach."""
        if reach.own:
            return Scope(own=frozenset({reach.own}), person_id=self.user.person_id)
        if self.pdu_id:
            return Scope(pdus=frozenset({self.pdu_id}))
        if self.region_id:
            return Scope(regions=frozenset({self.region_id}))
        return Scope(everywhere=True)
