"""The pages, the files and the moment at which two records of one person are made one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from learners.models import TrainingRecord
from pqip.core.acting import acting_as
from pqip.core.errors import Conflict, NotAllowed
from tests.factories import learners, workforce
from tests.factories.workforce import BY
from tests.learners.files import bring_in, done, learner, wrong
from tests.workforce.test_one_person import START, Two, proved, two
from workforce.actions import merges as merging
from workforce.actions.merges import merge_people, undo_merge
from workforce.models import Absence, Person, PersonMerge, Spell


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *people: Any) -> str:
    return reverse(f"workforce:{name}", args=[one.public_id for one in people])


def test_found_compared_merged_and_undone_on_the_pages(db: None) -> None:
    there = two()
    client = signed_in(there.by)
    person = client.get(address("person", there.later))
    assert address("find_other", there.later) in person.content.decode()
    found = client.post(address("find_other", there.later), {"words": "q0001"}).content.decode()
    assert address("merge", there.later, there.earlier) in found
    page = client.get(address("merge", there.later, there.earlier)).content.decode()
    assert "ann@example.com" in page
    assert "Places on the programme" in page
    assert "What stands in the way" not in page
    answers = {"stays": str(there.later.public_id), "why": "The same payroll record"}
    done = client.post(address("merge", there.later, there.earlier), answers, follow=True)
    assert "The two records are one: Anne Reed (X0002). Q0001 leads here." in done.content.decode()
    again = client.post(address("merge", there.later, there.earlier), answers)
    assert again.status_code == 409
    assert PersonMerge.objects.count() == 1
    merge = PersonMerge.objects.get()
    assert client.get(address("person", there.earlier)).headers["Location"] == address(
        "person", there.later
    )
    undo = address("undo_merge", there.later, merge)
    assert client.post(undo, {"seen": merge.pk, "reason": ""}).status_code == 200
    assert (
        "They are two records again."
        in client.post(
            undo, {"seen": merge.pk, "reason": "Two people"}, follow=True
        ).content.decode()
    )
    assert client.post(undo, {"seen": merge.pk, "reason": "Again"}).status_code == 409
    assert client.get(address("person", there.earlier)).status_code == 200


def test_what_stands_in_the_way_is_shown_and_nothing_is_asked(db: None) -> None:
    there = two()
    workforce.spell(there.earlier, START, in_grade="PO")
    page = signed_in(there.by).get(address("merge", there.later, there.earlier)).content.decode()
    assert "What stands in the way" in page
    assert "They have one post at a time" in page
    assert "Make them one record" not in page
    answers = {"stays": str(there.later.public_id), "why": "Sent all the same"}
    refused = signed_in(there.by).post(address("merge", there.later, there.earlier), answers)
    assert refused.status_code == 200
    assert not PersonMerge.objects.exists()


def test_a_national_role_for_a_region_does_not_reach(db: None) -> None:
    there = two()
    client = signed_in(workforce.user("national", in_region="NE"))
    assert client.get(address("merge", there.later, there.earlier)).status_code == 403


def test_the_old_number_leads_to_who_stays_at_every_door(db: None, tmp_path: Path) -> None:
    there = two()
    merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    found = (
        signed_in(there.by)
        .post(reverse("workforce:find"), {"words": "Q0001"}, follow=True)
        .content.decode()
    )
    assert address("person", there.later) in found
    course = learners.course("FL2")
    booked = bring_in(
        tmp_path,
        "training",
        {
            "staff_number": "q0001",
            "course": course.code,
            "booked_for": "2026-02-02",
            "status": "booked",
            "delivery": "",
        },
    )
    assert done(booked) == "1 new"
    assert TrainingRecord.objects.live().get(course=course).person == there.later
    assert "“Q0001” is X0002 by now: the two records were merged." in str(
        booked.news
    ) or "q0001" in str(booked.news)
    row = {
        "staff_number": "Q0001",
        "first_name": "Anne",
        "last_name": "Reed",
        "email": "ann@example.com",
        "grade": "PSO",
        "region": "NE",
        "fte": "1.0",
        "start_date": START.isoformat(),
    }
    again = bring_in(tmp_path, "staff", row)
    assert done(again) in ("1 unchanged", "1 changed")
    assert Person.objects.filter(last_name="Reed").count() == 2
    assert "Q0001” is X0002 by now" in str(again.news)
    both = bring_in(tmp_path, "staff", {**row, "staff_number": "X0002"}, row)
    assert "is X0002 by now: the two records were merged. Write X0002, as row 2 does" in str(
        wrong(both)
    )


def test_the_old_number_is_given_to_nobody(db: None, tmp_path: Path) -> None:
    there = two()
    merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    wales = workforce.user("learning_manager", in_region="WAL")
    with pytest.raises(
        NotAllowed,
        match="“Q0001” may be the number of somebody on record whom you do not look after",
    ):
        bring_in(
            tmp_path,
            "learners",
            learner(staff_number="Q0001", region="WAL", cohort="Intake 15"),
            by=wales,
        )
    assert Person.objects.filter(staff_number__iexact="Q0001").count() == 1
    assert Person.objects.get(staff_number="Q0001") == there.earlier


def test_two_at_once_make_one_merge(real_db: Any) -> None:
    there = two()
    said: list[str] = []

    def go(stays: Person, goes: Person) -> None:
        try:
            merge_people(by=there.by, stays=stays, goes=goes, why="Same")
            said.append("done")
        except Conflict:
            said.append("conflict")
        finally:
            connection.close()

    both = [
        threading.Thread(target=go, args=pair)
        for pair in ((there.later, there.earlier), (there.earlier, there.later))
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said) == ["conflict", "done"]
    assert PersonMerge.objects.count() == 1
    assert proved() == []


def test_what_is_written_meanwhile_is_moved_or_refused(real_db: Any) -> None:
    """Somebody records a post of who goes while the merge waits: it is waited for, and moves with the rest."""
    there = two()
    begun, go_on = threading.Event(), threading.Event()

    def record() -> None:
        try:
            with acting_as(by=BY):
                day = START.replace(year=2019)
                Spell.objects.create(
                    person=there.earlier,
                    effective_on=day,
                    ended_on=day,
                    grade=workforce.grade("PSO"),
                    region=workforce.region(),
                    fte="1.0",
                    post_start_date=START,
                )
                begun.set()
                go_on.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=record)
    writer.start()
    begun.wait(10)
    threading.Timer(0.5, go_on.set).start()
    merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    writer.join()
    with pytest.raises(Conflict, match="merged into another"), acting_as(by=BY):
        Absence.objects.create(person=there.earlier, kind="career_break", effective_on=START)
    assert not Spell.objects.live().filter(person=there.earlier).exists()
    assert Spell.objects.live().filter(person=there.later).count() == 3


def test_killed_in_the_middle_nothing_has_moved(
    real_db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = two()

    def die(people: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(merging, "_follow", die)
    with pytest.raises(Exception, match=r"terminat|closed"):
        merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    connection.close()
    assert not PersonMerge.objects.exists()
    assert Spell.objects.live().filter(person=there.earlier).count() == 1
    assert proved() == []


def test_undoing_gives_the_account_and_the_number_back(db: None) -> None:
    there: Two = two()
    user = workforce.user("learner", person=there.earlier)
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    user.refresh_from_db()
    assert user.person == there.later
    undo_merge(by=there.by, merge=merge, reason="Two")
    user.refresh_from_db()
    assert user.person == there.earlier
