"""People whom a file names as approvers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from learners.imports.common import Place
from learners.queries.withdrawals import APPROVE
from pqip.exchange.cleaning import Codes
from pqip.exchange.datasets import Context, Row
from workforce.models import Person, User
from workforce.queries.allowed import Holders

NO_APPROVER = "is not a staff number of anybody you look after. Name who approved it; import them with staff first"


class Approvers:
    """The approvers within the importer's reach: their keys, their accounts, and who may approve
    withdrawals.
    """

    def __init__(self, rows: Iterable[Row], context: Context, recorded: Iterable[int]) -> None:
        numbers = {row["approved_by"] for row in rows if row["approved_by"]}
        inside = Person.objects.filter(context.scope.condition(Person.SCOPE))
        self.keys = dict(inside.filter(staff_number__in=numbers).values_list("staff_number", "pk"))
        #: Those named and those recorded already, for showing values before and after. Numbers of
        #: people out of reach are not shown.
        self.codes = Codes(
            self.keys | dict(inside.filter(pk__in=set(recorded)).values_list("staff_number", "pk"))
        )
        self.holders = Holders(self.keys.values(), APPROVE)
        users = User.objects.filter(person__in=self.keys.values()).values_list("person_id", "pk")
        self.actors = {person: f"user:{user}" for person, user in users}

    def key(self, row: Row) -> int | None:
        """Return the key of the person a row names.

        A number that nobody within reach has is an error of the row.
        """
        found = self.keys.get(row["approved_by"] or "")
        if row["approved_by"] and found is None:
            row.error("approved_by", NO_APPROVER)
        return found

    def may(self, person: int, place: Place, days: Iterable[dt.date]) -> bool:
        """Return True if somebody may approve withdrawals in the learner's place on one of these
        days.
        """
        scopes = (self.holders.scope(person, day) for day in days)
        return any(
            scope.covers_region(place.region_id) or place.pdu_id in scope.pdus for scope in scopes
        )
