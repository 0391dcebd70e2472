"""Pages of e-mails that did not arrive, or may not have: see them, send them again."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy

from pqip.core.formats import short_datetime
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.jobs.permissions import MANAGE
from pqip.messages.models import Message, MessageQuerySet
from pqip.messages.sending import send_again
from pqip.pages.generic import ConfirmPage, ListPage

TAGS = {
    Message.State.UNKNOWN: Tag("Not known", "yellow"),
    Message.State.FAILED: Tag("Failed", "red"),
}


class AttentionPage(ListPage):
    """Messages that failed or may not have arrived, newest first."""

    permission = MANAGE.code
    page_title = "E-mails that did not arrive"
    sorts = {"asked": ("created_at",)}
    default_sort = "-asked"

    def rows(self) -> MessageQuerySet:
        return Message.objects.needing_attention()

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        columns = [
            Column("Recipient"),
            Column("Subject"),
            Column("Asked for", sort="asked"),
            Column("What happened"),
            Column("Action", hidden=True),
        ]
        empty = Empty("Every e-mail has been sent or is on its way.")
        return Table(
            "E-mails",
            columns,
            [_cells(row) for row in rows],
            sorting=sorting,
            empty=empty,
            caption_hidden=True,
        )


class SendAgainPage(ConfirmPage):
    """Send one message once more."""

    permission = MANAGE.code
    page_title = "Send this e-mail again"
    submit = "Send again"
    success_url = reverse_lazy("post:attention")

    @property
    def message(self) -> Message:
        return get_object_or_404(
            Message.objects.needing_attention(), public_id=self.kwargs["public_id"]
        )

    def perform(self, form: Any) -> str:
        send_again(self.message, by=self.request.user)
        return "The e-mail is on its way."

    def shown(self) -> dict[str, Any]:
        message = self.message
        rows = [
            SummaryRow("Recipient", message.address),
            SummaryRow("Subject", message.subject),
            SummaryRow("What happened", message.error),
        ]
        return {"rows": rows}


def _cells(message: Message) -> list[object]:
    again = [] if message.is_one_time else [_send_again(message)]
    what = Cell(second=message.error, tags=[TAGS[Message.State(message.state)]])
    return [
        message.address,
        message.subject,
        short_datetime(message.created_at),
        what,
        Cell(actions=again),
    ]


def _send_again(message: Message) -> Action:
    url = reverse("post:send_again", args=[message.public_id])
    return Action("Send again", url, kind="link", hidden=f"to {message.address}")
