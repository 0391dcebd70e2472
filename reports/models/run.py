"""A run: one report made once, for a day as known at an instant, and the files it made."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Now

from pqip.core.models import PublicIdModel
from reports.figures.asking import Place
from workforce.models import Pdu, Region

#: The format of a run that is a page (`reports/kept.py`); files have others.
PAGE = "page"


class RunQuerySet(models.QuerySet["Run"]):
    """Runs, asked for in sentences."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """One's own, and scheduled ones of places that the whole of which lies within the user's scope, asked anew each time.

        Of one's own, too, only those of which all they cover is still within it. Raises PermissionDenied without the permission.
        """
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        if scope.everywhere:
            places = models.Q()
        else:
            whole = models.Q(region__in=scope.regions, pdu=None) | models.Q(pdu__region__in=scope.regions)
            units = Pdu._default_manager.filter(models.Q(region__in=scope.regions) | models.Q(pk__in=scope.pdus)).values("pk")
            covered = models.Q(regions__contained_by=sorted(scope.regions), pdus__contained_by=ArraySubquery(units))
            own = covered & models.Q(requested_by=user)
            places = whole | models.Q(pdu__in=scope.pdus) | own
        return self.filter(places).filter(models.Q(requested_by=user) | ~models.Q(schedule=""))

    def pages(self) -> Self:
        """Those a worker makes for a page that waits, not for anybody's downloads."""
        return self.filter(formats=[PAGE])

    def covering(self, place: Place) -> Self:
        """Those that cover a place and nothing else."""
        if place.everywhere:
            return self.filter(regions=None, pdus=None)
        return self.filter(regions=sorted(place.regions), pdus=sorted(place.pdus))

    def ready(self) -> Self:
        """Made, with files that may be downloaded."""
        return self.filter(state=Run.State.READY)

    def of_month(self, schedule: str, period: str) -> Self:
        """What a schedule asked for in a period."""
        return self.filter(schedule=schedule, period=period)

    def told_with(self, run: Run) -> Self:
        """The runs that are announced together with one: of a month those of its place, otherwise itself."""
        return self.of_month(run.schedule, run.period).filter(region=run.region) if run.is_scheduled else self.filter(pk=run.pk)

    def expired(self, now: Any) -> Self:
        """Ready, and kept long enough."""
        return self.ready().filter(expires_at__lte=now)


class Run(PublicIdModel):
    """A report asked for: by somebody, or by a schedule for a period. Its row stays when its files are deleted.

    A blank region and unit is all within reach of who asked: `regions` and `pdus` hold the keys of what a run somebody asked for
    covers, `covers` its names, all blank for the nation and for a schedule's. `known_at` is set when it is made, unless it was
    asked for. `definitions` changes whenever a column of the report, or its meaning, does; of a page also
    whenever what whoever asked may see of it does.
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
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    regions = ArrayField(models.BigIntegerField(), null=True)
    pdus = ArrayField(models.BigIntegerField(), null=True)
    covers = models.TextField(blank=True, default="", db_default="")
    formats = ArrayField(models.CharField(max_length=4))
    suppressed = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True, help_text="Why small numbers were shown in full.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    schedule = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=20, blank=True)
    definitions = models.CharField(max_length=12, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "period", "report", "region", "pdu"], condition=~models.Q(schedule=""),
                nulls_distinct=False, name="reports_run_once_a_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(known_at__isnull=False, ready_at__isnull=False),
                name="reports_run_ready_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_by", "-requested_at"], name="reports_run_mine"),
            models.Index(fields=["schedule", "period"], name="reports_run_period"),
            models.Index(fields=["expires_at"], name="reports_run_expires", condition=models.Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{self.report} as at {self.as_at}"

    @property
    def place(self) -> str:
        """The place in words."""
        return str(self.pdu or self.region or self.covers or "All regions")

    def cover(self, place: Place, names: str) -> None:
        """Say what of the places it covers, which whoever asked must still reach to see it."""
        self.regions, self.pdus = (None, None) if place.everywhere else (sorted(place.regions), sorted(place.pdus))
        self.covers = "" if place.everywhere else names

    @property
    def is_page(self) -> bool:
        return self.formats == [PAGE]

    @property
    def is_scheduled(self) -> bool:
        return bool(self.schedule)


class RunFile(models.Model):
    """A file of a run: where it lies, what it holds, so that anybody can prove it unchanged."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4)
    path = models.CharField(max_length=200, help_text="Beneath the folder of files; outside the web's reach.")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    rows = models.PositiveIntegerField(help_text="Of the first table.")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "format"], name="reports_file_once")]

    def __str__(self) -> str:
        return f"{self.run} ({self.format})"


def visible_runs(user: Any, permission: str = "reports.view_reports") -> RunQuerySet:
    """Runs this user may see now and take files of, newest first, with what lists show of them."""
    runs = Run.objects.visible_to(user, permission).exclude(formats=[PAGE])
    return runs.select_related("region", "pdu", "requested_by").prefetch_related("files")


def page_runs(user: Any, permission: str = "reports.view_reports") -> RunQuerySet:
    """Runs that make pages for this user, of places they may still see."""
    return Run.objects.visible_to(user, permission).pages().filter(requested_by=user).prefetch_related("files")


def run_by_key(key: int) -> Run:
    """The run a job is about."""
    return Run.objects.select_related("region", "pdu", "requested_by").get(pk=key)
