"""Accounts and the roles granted to them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

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
from pqip.core.words import sought
from workforce.models.people import Person
from workforce.models.places import Pdu, Region
from workforce.roles import NATIONAL_ROLES, PLACELESS_ROLES, ROLES, Reach


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: User, permission: str) -> UserQuerySet:
        """Accounts with a role in a place that `user` reaches. Raises PermissionDenied without the permission."""
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        if scope.everywhere:
            return self
        return self.filter(pk__in=RoleGrant.objects.filter(scope.condition(RoleGrant.SCOPE)).values("user"))

    def matching(self, words: str) -> UserQuerySet:
        """Accounts whose name or address contains every word, however it is written."""
        return self.filter(*(models.Q(search_name__contains=word) for word in sought(words)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account; without a password it cannot sign in until one is set by the invitation's link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(PublicIdModel, AbstractBaseUser):
    """An account that signs in with an e-mail address. What it may do comes from the roles granted to it."""

    names_people = True  # its page is a line in the log of who saw what
    last_login = None
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user")
    is_active = models.BooleanField(default=True)
    invited_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    search_name = models.GeneratedField(
        expression=Folded(Joined("name", models.Value(" "), "email")), output_field=models.TextField(), db_persist=True
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["email"]
        indexes = [GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="workforce_user_search")]

    def __str__(self) -> str:
        return self.name or self.email

    def can(self, permission: str) -> bool:
        """Whether any role in force today carries the permission; one of the whole country's, for the whole country."""
        if permissions.is_of_whole_country(permission):
            return self.scope(permission).everywhere
        return any(permission in ROLES[grant.role].permissions for grant in self.grants_today)

    def scope(self, permission: str) -> Scope:
        """What the account reaches with one permission: the union over its roles in force that carry it."""
        scope = Scope(person_id=self.person_id, follows_post=permissions.does_follow_post(permission))
        for grant in self.grants_today:
            role = ROLES[grant.role]
            if permission in role.permissions:
                scope |= grant.scope(role.permissions[permission])
        return scope

    @cached_property
    def grants_today(self) -> list[RoleGrant]:
        return list(self.grants.in_force(today())) if self.is_active else []

    @property
    def roles_today(self) -> list[str]:
        """Codes of the roles in force, in the order of the catalogue."""
        held = {grant.role for grant in self.grants_today}
        return [code for code in ROLES if code in held]

    @property
    def rows_a_day(self) -> int:
        """Rows about people that they may take out in files within a day: by the widest of their roles in force."""
        reaches = {"own", *(grant.reaches for grant in self.grants_today)}
        return max(settings.ROWS_A_DAY[reach] for reach in reaches)

    @property
    def lacks_person(self) -> bool:
        """Whether a role in force is about one's own learners and work, and the account is tied to nobody."""
        return self.person_id is None and not set(self.roles_today).isdisjoint(PLACELESS_ROLES)


class RoleGrantQuerySet(ScopedQuerySet):
    def in_force(self, on: dt.date) -> RoleGrantQuerySet:
        """Grants that have begun and not ended on that day, and wait for nobody."""
        return self.filter(starts_on__lte=on, is_waiting=False).filter(models.Q(ends_on=None) | models.Q(ends_on__gte=on))


class RoleGrant(PublicIdModel):
    """A role given to an account for a place and a time. Several may hold at once; each counts for itself.

    Nobody gives themself a role. One for the whole country, and an administrator's anywhere, waits until another administrator
    confirms it, who was one before it was asked and owes it to nobody concerned. What a role is, whose, where and from when never
    changes, and it is never made longer; one that was in force is never deleted (`workforce/sql/roles.sql`).
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id"}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(code, role.title) for code, role in ROLES.items()])
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField("last day", null=True, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    is_waiting = models.BooleanField("waits for a second administrator", default=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on") - dt.timedelta(days=1)),
                name="workforce_grant_dates",  # the day before it began: ended on its first day
            ),
            models.CheckConstraint(
                condition=models.Q(region__isnull=False) | models.Q(role__in=[*NATIONAL_ROLES, *PLACELESS_ROLES]),
                name="workforce_grant_has_place",
                violation_error_message="This role is given for a region.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region", "pdu", "starts_on"], nulls_distinct=False,
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")), name="workforce_grant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(given_by=None) | ~models.Q(given_by=models.F("user")), name="workforce_grant_not_to_oneself",
                violation_error_message="Nobody gives themself a role.",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~(models.Q(confirmed_by=models.F("given_by")) | models.Q(confirmed_by=models.F("user"))),
                name="workforce_grant_two_people", violation_error_message="Another administrator confirms this role.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_waiting=False) | models.Q(confirmed_by=None), name="workforce_grant_waits_or_not",
            ),
        ]

    @property
    def reaches(self) -> str:
        """How far: `own` records only, a `place`, or the `nation`."""
        return "own" if self.role in PLACELESS_ROLES else "place" if self.region_id else "nation"

    def scope(self, reach: Reach) -> Scope:
        """What this grant reaches with a permission of that reach."""
        if reach.own:
            return Scope(own=frozenset({reach.own}), person_id=self.user.person_id)
        if self.pdu_id:
            return Scope(pdus=frozenset({self.pdu_id}))
        if self.region_id:
            return Scope(regions=frozenset({self.region_id}))
        return Scope(everywhere=True)
