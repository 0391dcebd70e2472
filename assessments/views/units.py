"""Pages of units after their sign-off: release and unlocking, and claiming certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.certificates import claim_certificate, undo_claim
from assessments.actions.units_release import release_unit, unlock_unit
from assessments.forms.sampling import ClaimForm
from assessments.models import CertificateClaim, Registration, UnitSignoff
from assessments.presenters.sampling import release_row
from assessments.presenters.words import candidate_cell, identity
from assessments.queries import records, sampling
from assessments.queries.sampling import ASSURE, CLAIM, VIEW
from assessments.views.candidates import acting_person
from pqip.core.access import OfPage
from pqip.core.formats import date_gov, short_date
from pqip.govuk.pages import Action, Count, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage, ConfirmPage, ListPage

if TYPE_CHECKING:
    from assessments.facts.sampling import Certificated


class ToRelease(ListPage):
    """The signed-off units that quality assurance has not released yet, oldest first."""

    permission = VIEW
    page_title = "Units to release"
    sorts = {"oldest": ("effective_on",)}
    default_sort = "oldest"

    def rows(self) -> QuerySet[UnitSignoff]:
        return sampling.to_release(self.request.user)

    def with_related(self, rows: QuerySet[UnitSignoff]) -> QuerySet[UnitSignoff]:
        return rows.select_related(
            "unit", "registration__person", "registration__qualification", "signed_off_by"
        )

    def table(self, rows: list[UnitSignoff], sorting: Sorting) -> Table:
        may = self.request.user.can(ASSURE)
        columns = [
            Column("Candidate", second="Staff number"),
            Column("Qualification"),
            Column("Unit"),
            Column("Signed off", sort="oldest", second="By"),
            Column("Action", hidden=True),
        ]
        own = sampling.own_parts(rows, self.request.user.person_id)
        body = [release_row(row, may, row.pk in own) for row in rows]
        empty = Empty("No unit waits to be released.")
        return Table("Units", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class OfSignoff(OfPage):
    """Base of the pages about the live sign-off of a candidate's unit."""

    permission = ASSURE

    def facts(self) -> QuerySet[UnitSignoff]:
        return sampling.signoff_of(
            self.request.user, self.permission, self.kwargs["public_id"], self.kwargs["number"]
        )

    @cached_property
    def signoff(self) -> UnitSignoff:
        return get_object_or_404(self.facts())

    def summary(self, signoff: UnitSignoff) -> list[SummaryRow]:
        return [
            SummaryRow("Unit", str(signoff.unit)),
            SummaryRow("Signed off by", signoff.signed_off_by.name),
            SummaryRow("Signed off on", date_gov(signoff.effective_on)),
        ]

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.kwargs["public_id"]])


class Release(OfSignoff, ConfirmPage):
    """Release a unit: its result may be certificated, and it stays locked until it is unlocked."""

    page_title, submit = "Release a unit", "Release"

    def perform(self, form: Any) -> str:
        release_unit(
            signoff=self.signoff, released_by=acting_person(self.request), by=self.request.user
        )
        return f"Unit {self.signoff.unit.number} released"

    def shown(self) -> dict[str, Any]:
        who = identity(self.signoff.registration)
        return {"identity": who, "rows": self.summary(self.signoff)}

    def get_success_url(self) -> str:
        return reverse("assessments:to_release")


class Unlock(OfSignoff, UndoPage):
    """Unlock a unit, so that it can be decided again: its sign-off and its release are undone."""

    page_title, success_message, submit = "Unlock a unit", "Unit unlocked", "Unlock"
    lead = "Its sign-off, and its release where there is one, are undone; both stay in the history with your reason."

    def amend(self, fact: UnitSignoff, **answers: Any) -> None:
        unlock_unit(signoff=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.fact.registration), "rows": self.summary(self.fact)}


class Certificates(ListPage):
    """Candidates with every unit achieved, by the state of their certificate: ready to claim, claimed, received."""

    permission = CLAIM
    template_name = "layouts/home.html"
    page_title = "Certificates"
    sorts = {"name": ("person__sort_name",)}
    default_sort = "name"

    def rows(self) -> QuerySet[Certificated]:
        return self.narrowed(self.request.GET.get("show", "ready"))

    def narrowed(self, show: str) -> QuerySet[Certificated]:
        open_ = Q(claimed_on=None, certificated_on=None)
        return sampling.certificates(self.request.user).filter(
            {
                "waiting": open_ & Q(is_ready=False),
                "claimed": Q(claimed_on__isnull=False, certificated_on=None),
                "received": Q(certificated_on__isnull=False),
            }.get(show, open_ & Q(is_ready=True))
        )

    def with_related(self, rows: QuerySet[Certificated]) -> QuerySet[Certificated]:
        keys = rows.values("pk")
        return sampling.certificates(self.request.user).filter(pk__in=keys)

    def table(self, rows: list[Certificated], sorting: Sorting) -> Table:
        columns = [
            Column("Candidate", sort="name", second="Staff number"),
            Column("Qualification"),
            Column("State"),
            Column("Claimed"),
            Column("Received"),
            Column("Action", hidden=True),
        ]
        body = [
            [
                candidate_cell(row),
                row.qualification,
                state(row),
                short_date(row.claimed_on),
                short_date(row.certificated_on),
                Cell(actions=doable(row)),
            ]
            for row in rows
        ]
        empty = Empty(
            "No certificate is ready to claim.", "One is, once every unit is achieved and released."
        )
        return Table(
            "Certificates", columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def shown(self) -> dict[str, Any]:
        url = reverse("assessments:certificates")
        counts = [
            Count(label, self.narrowed(show).count(), f"{url}?show={show}")
            for label, show in (
                ("Ready to claim", "ready"),
                ("Waiting for release", "waiting"),
                ("Claimed", "claimed"),
                ("Received", "received"),
            )
        ]
        return {"counts": counts, "counts_label": "Certificates"}


def state(row: Any) -> Tag:
    """Return the tag of the state of a certificate."""
    if row.certificated_on:
        return Tag("Received", "green")
    if row.claimed_on:
        return Tag("Claimed", "blue")
    return Tag("Ready to claim", "yellow") if row.is_ready else Tag("Waiting for release", "grey")


def doable(row: Any) -> list[Action]:
    """Return the actions available on a certificate."""
    where, whom = [row.public_id], row.person.name
    if row.certificated_on:
        return []
    if row.claimed_on:
        return [
            Action(
                "Record the certificate",
                reverse("assessments:record_certificate", args=where),
                "link",
                f"of {whom}",
            ),
            Action(
                "Undo the claim",
                reverse("assessments:undo_claim", args=where),
                "link",
                f"for {whom}",
            ),
        ]
    return (
        [Action("Claim", reverse("assessments:claim", args=where), "link", f"for {whom}")]
        if row.is_ready
        else []
    )


class Claim(ActionPage):
    """Claim a candidate's certificate."""

    permission = CLAIM
    form_class = ClaimForm
    page_title, submit = "Claim a certificate", "Claim"

    @cached_property
    def registration(self) -> Registration:
        rows = records.registrations(self.request.user, self.permission).select_related(
            "person", "qualification"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        claim_certificate(registration=self.registration, by=self.request.user, **form.cleaned_data)
        return "Certificate claimed"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.registration)}

    def get_success_url(self) -> str:
        return reverse("assessments:certificates")


class UndoClaim(UndoPage):
    """Undo a claim."""

    permission = CLAIM
    page_title, success_message = "Undo a claim", "Claim undone"

    def facts(self) -> QuerySet[CertificateClaim]:
        rows = sampling.claims(self.request.user, self.permission)
        return rows.filter(registration__public_id=self.kwargs["public_id"])

    def amend(self, fact: CertificateClaim, **answers: Any) -> None:
        undo_claim(claim=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Candidate", self.fact.registration.person.name),
            SummaryRow("Claimed on", date_gov(self.fact.effective_on)),
        ]
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:certificates")
