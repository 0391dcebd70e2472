"""What becomes of the workforce's own facts when two records of one person are merged."""

from __future__ import annotations

from pqip.core.formats import date_range, short_date
from workforce.actions.posts import FOLLOWED
from workforce.models import (
    Absence,
    EqualityAnswers,
    EqualityRecord,
    PersonMerge,
    PersonRecord,
    RegisterChange,
    RegisterEntry,
    Spell,
    User,
)
from workforce.ports.merging import Follows, How, register

POSTS = "They have one post at a time: end, correct or undo one of them first."


def _post(row: Spell) -> str:
    when = (
        date_range(row.effective_on, row.ended_on)
        if row.ended_on
        else f"from {short_date(row.effective_on)}"
    )
    return f"the post {row.grade}, {row.region}, {when}"


register(
    Spell,
    person=How.RECORDED,
    words=_post,
    mend=POSTS,
    title="posts",
    follows=Follows("follows_programme", "instead_of", FOLLOWED),
)
register(
    Absence, person=How.RECORDED, words=lambda row: f"the absence of {short_date(row.effective_on)}"
)
register(
    RegisterEntry,
    person=How.RECORDED,
    words=lambda row: f"the entry in the register by {row.award_type}",
)
register(
    RegisterChange,
    person=How.RECORDED,
    words=lambda row: f"the register’s change of {short_date(row.effective_on)}",
)
register(EqualityAnswers, person=How.APART)
register(User, person=How.APART)
register(PersonRecord, person=How.APART)
register(EqualityRecord, person=How.APART)
register(PersonMerge, stays=How.ANCHOR, goes=How.APART, title="records merged into it")
