"""A run: one report made once, for a day and as known at an instant, with its files."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Now

from pqip.core.models import PublicIdModel
from reports.figures.asking import PlaceFilter
from workforce.models import Pdu, Region

#: The format of a run that is made for a page (`reports/queries/kept.py`); the other formats are files.
PAGE = "page"


class RunQuerySet(models.QuerySet["Run"]):
    """Queryset of runs."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Return the user's own runs, and scheduled runs of places that lie entirely within the user's scope today.

        Own runs are also left out where the scope no longer covers everything they cover. Raises PermissionDenied without
        the permission.
        """
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        if scope.everywhere:
            places = models.Q()
        else:
            in_scope = models.Q(region__in=scope.regions, pdu=None) | models.Q(
                pdu__region__in=scope.regions
            )
            units = Pdu._default_manager.filter(
                models.Q(region__in=scope.regions) | models.Q(pk__in=scope.pdus)
            ).values("pk")
            covered = models.Q(
                regions__contained_by=sorted(scope.regions), pdus__contained_by=ArraySubquery(units)
            )
            own = covered & models.Q(requested_by=user)
            places = in_scope | models.Q(pdu__in=scope.pdus) | own
        return self.filter(places).filter(models.Q(requested_by=user) | ~models.Q(schedule=""))

    def pages(self) -> Self:
        """Return the runs that a worker makes for a waiting page, rather than for downloads."""
        return self.filter(formats=[PAGE])

    def covering(self, place: PlaceFilter) -> Self:
        """Return the runs that cover exactly a place."""
        if place.everywhere:
            return self.filter(regions=None, pdus=None)
        return self.filter(regions=sorted(place.regions), pdus=sorted(place.pdus))

    def ready(self) -> Self:
        """Return the runs that are ready, with files that may be downloaded."""
        return self.filter(state=Run.State.READY)

    def of_month(self, schedule: str, period: str) -> Self:
        """Return the runs that a schedule requested in a period."""
        return self.filter(schedule=schedule, period=period)

    def announced_with(self, run: Run) -> Self:
        """Return the runs that are announced together with one: for a month's run those of its place, otherwise only
        itself.
        """
        return (
            self.of_month(run.schedule, run.period).filter(region=run.region)
            if run.is_scheduled
            else self.filter(pk=run.pk)
        )

    def expired(self, now: Any) -> Self:
        """Return the ready runs that have been kept long enough."""
        return self.ready().filter(expires_at__lte=now)


class Run(PublicIdModel):
    """A report requested by a user, or by a schedule for a period. The row stays when its files are deleted.

    A blank region and unit means everything within the reach of the user who asked: `regions` and `pdus` hold the keys of
    what a user's run covers and `covers` the names; all are blank for the nation and for a schedule's run. A blank `grade`
    is the usual one of a report about one grade. `known_at` is set when the run is made, unless it was part of the request.
    `definitions` changes whenever a column of the report or its meaning does; for a page also whenever the user's rights to
    see its content do.
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id"}

    class State(models.TextChoices):
        WAITING = "waiting", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"
        EXPIRED = "expired", "Files deleted"

    report = models.CharField(max_length=40)
    as_at = models.DateField()
    known_at = models.DateTimeField(null=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    regions = ArrayField(models.BigIntegerField(), null=True)
    pdus = ArrayField(models.BigIntegerField(), null=True)
    covers = models.TextField(blank=True, default="", db_default="")
    grade = models.CharField(max_length=8, blank=True, default="", db_default="")
    formats = ArrayField(models.CharField(max_length=4))
    suppressed = models.BooleanField(default=False)
    reason = models.CharField(
        max_length=500, blank=True, help_text="Why small numbers were shown in full."
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    schedule = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=20, blank=True)
    definitions = models.CharField(max_length=12, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects: ClassVar = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "period", "report", "region", "pdu"],
                condition=~models.Q(schedule=""),
                nulls_distinct=False,
                name="reports_run_once_a_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | models.Q(known_at__isnull=False, ready_at__isnull=False),
                name="reports_run_ready_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_by", "-requested_at"], name="reports_run_mine"),
            models.Index(fields=["schedule", "period"], name="reports_run_period"),
            models.Index(
                fields=["expires_at"], name="reports_run_expires", condition=models.Q(state="ready")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} as at {self.as_at}"

    @property
    def place(self) -> str:
        """Return the place in words."""
        return str(self.pdu or self.region or self.covers or "All regions")

    def cover(self, place: PlaceFilter, names: str) -> None:
        """Record which places the run covers; the user who asked must still reach all of them to see it."""
        self.regions, self.pdus = (
            (None, None) if place.everywhere else (sorted(place.regions), sorted(place.pdus))
        )
        self.covers = "" if place.everywhere else names

    @property
    def is_page(self) -> bool:
        return self.formats == [PAGE]

    @property
    def is_scheduled(self) -> bool:
        return bool(self.schedule)


class RunFile(models.Model):
    """A file of a run: its path, and its size and hash, by which anybody can prove that it is unchanged."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4)
    path = models.CharField(
        max_length=200, help_text="Beneath the folder of files; outside the web's reach."
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    rows = models.PositiveIntegerField(help_text="Of the first table.")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "format"], name="reports_file_once")]

    def __str__(self) -> str:
        return f"{self.run} ({self.format})"


def visible_runs(user: Any, permission: str = "reports.view_reports") -> RunQuerySet:
    """Return the runs that this user may see and download now, newest first, with what lists show of them."""
    runs = Run.objects.visible_to(user, permission).exclude(formats=[PAGE])
    return runs.select_related("region", "pdu", "requested_by").prefetch_related("files")


def page_runs(user: Any, permission: str = "reports.view_reports") -> RunQuerySet:
    """Return the runs that make pages for this user, of places that they may still see."""
    return (
        Run.objects.visible_to(user, permission)
        .pages()
        .filter(requested_by=user)
        .prefetch_related("files")
    )


def run_by_key(key: int) -> Run:
    """Return the run of a job."""
    return Run.objects.select_related("region", "pdu", "requested_by").get(pk=key)
