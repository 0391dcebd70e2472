"""Two people give a role that reaches far, at every door, and an administrator of a region stays within it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from pqip.core.acting import Job, acting_as, actor_name
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AuditEntry
from pqip.core.permissions import catalogue
from tests.factories.workforce import BY, grant, pdu, person, region, user
from tests.harness.database import say
from tests.personas import client_for, persona
from workforce.actions import accounts
from workforce.actions.accounts import confirm_role, end_role, give_role, invite
from workforce.models import RoleGrant, User
from workforce.roles import PLACELESS_ROLES, ROLES, is_far_reaching

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def real_data(as_owner: Any) -> None:
    """The database is told that its data is not made up."""
    with as_owner() as cursor:
        cursor.execute("UPDATE guard.demonstration SET is_on = false")


def administrator(in_region: str = "") -> User:
    return user("administrator", in_region=in_region, person=person(in_region=in_region or "NE"))


def invited(by: User, role: str = "learning_manager", place: str = "NE") -> User:
    number = User.objects.count()
    return invite(
        by=by,
        email=f"n{number}@example.com",
        name="N",
        role=role,
        region=region(place) if place else None,
    )


def again(who: User) -> User:
    return User.objects.get(pk=who.pk)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("place", ["", "NE"])
def test_the_database_and_the_service_call_the_same_roles_far_reaching(
    role: str, place: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workforce_is_far_reaching(%s, %s)", [role, region(place).pk if place else None]
        )
        assert cursor.fetchone()[0] == is_far_reaching(role, region(place) if place else None)
        cursor.execute("SELECT workforce_is_placeless(%s)", [role])
        assert cursor.fetchone()[0] == (role in PLACELESS_ROLES)


@pytest.mark.parametrize(
    ("role", "place"),
    [("national", ""), ("administrator", ""), ("data_protection", ""), ("administrator", "NE")],
)
def test_a_far_reaching_role_waits_whether_invited_or_given(role: str, place: str) -> None:
    first = administrator()
    where = region(place) if place else None
    assert give_role(by=first, user=user(), role=role, region=where).is_waiting
    made = again(invited(first, role, place))
    assert made.grants.get().is_waiting
    assert not made.grants_today
    assert made.invited_by == first


def test_one_of_a_region_waits_for_nobody() -> None:
    assert not give_role(
        by=administrator(), user=user(), role="national", region=region("NE")
    ).is_waiting
    assert not give_role(by=administrator(), user=user(), role="pta").is_waiting


def test_region_after_region_comes_to_the_whole_country() -> None:
    first, who = administrator(), user()
    places = [region(code) for code in ("NE", "YH", "NW", "GM", "KSS")]
    given = [
        give_role(by=first, user=who, role="regional_manager", region=place) for place in places[:4]
    ]
    assert [one.is_waiting for one in given] == [False, False, False, True]
    with (
        pytest.raises(DatabaseError, match=r"in a fourth region"),
        transaction.atomic(),
        acting_as(by=first),
    ):
        RoleGrant.objects.create(
            user=who, role="iqa", region=places[4], starts_on=TODAY, given_by=first
        )
    assert not give_role(by=first, user=who, role="iqa", region=places[0]).is_waiting, (
        "no other region"
    )
    end_role(by=first, grant=given[0])
    for one in RoleGrant.objects.filter(user=who, region=places[0], role="iqa"):
        end_role(by=first, grant=one)
    assert not give_role(by=first, user=who, role="iqa", region=places[4]).is_waiting, "three again"


def test_somebody_who_was_an_administrator_before_and_owes_nothing_confirms() -> None:
    first, second, who = administrator(), administrator(), user()
    given = give_role(by=first, user=who, role="national")
    confirm_role(by=second, grant=given)
    assert (given.is_waiting, given.confirmed_by) == (False, second)
    assert given.confirmed_at > given.given_at
    told = AuditEntry.objects.filter(table_name="workforce_rolegrant", row_key=given.pk).order_by(
        "pk"
    )
    assert [(line.operation, line.actor) for line in told] == [
        ("insert", f"user:{first.pk}"),
        ("update", f"user:{second.pk}"),
    ]
    assert again(who).can("workforce.view_person")


def refused(by: User, given: RoleGrant) -> None:
    """Neither the action nor the database, nor the page, lets them confirm."""
    with pytest.raises(NotAllowed):
        confirm_role(by=again(by), grant=given)
    with (
        pytest.raises(DatabaseError, match=r"confirm|own|administrator"),
        transaction.atomic(),
        acting_as(by=by),
    ):
        RoleGrant.objects.filter(pk=given.pk).update(is_waiting=False, confirmed_by=by)
    page = client_for(by).post(
        reverse("workforce:confirm_role", args=[given.user.public_id, given.public_id])
    )
    assert page.status_code in (403, 404)
    assert RoleGrant.objects.get(pk=given.pk).is_waiting


def test_neither_who_gave_it_nor_who_would_hold_it_confirms() -> None:
    first, second = administrator(), administrator()
    refused(first, give_role(by=first, user=user(), role="national"))
    refused(second, give_role(by=first, user=second, role="national"))


def test_who_became_an_administrator_after_it_was_asked_does_not_confirm() -> None:
    first = administrator()
    given = give_role(by=first, user=user(), role="national")
    refused(administrator(), given)


def test_whom_one_invited_or_gave_a_role_is_no_second_person() -> None:
    first, second = administrator(), administrator()
    puppet = invited(first, "administrator", "")
    confirm_role(by=second, grant=puppet.grants.get())
    refused(puppet, give_role(by=first, user=user(), role="national"))
    other = administrator()
    give_role(by=first, user=other, role="iqa", region=region("NE"))
    refused(other, give_role(by=first, user=user(), role="national"))
    confirm_role(by=other, grant=give_role(by=second, user=user(), role="national"))


def test_nor_whom_they_invited_however_many_lie_between() -> None:
    first, second = administrator(), administrator()
    led = first
    for _ in range(3):
        led = invited(again(led), "administrator", "")
        confirm_role(by=second, grant=led.grants.get())
    refused(led, give_role(by=first, user=user(), role="national"))


def test_nor_whom_the_one_who_would_hold_it_invited() -> None:
    first, second, holder = administrator(), administrator(), administrator()
    puppet = invited(holder, "administrator", "")
    confirm_role(by=second, grant=puppet.grants.get())
    refused(puppet, give_role(by=first, user=holder, role="national"))


def test_a_role_ended_on_its_first_day_still_says_who_led_to_whom() -> None:
    first, second, between = administrator(), administrator(), user()
    given = give_role(by=first, user=between, role="administrator")
    confirm_role(by=second, grant=given)
    led = invited(again(between), "administrator", "")
    confirm_role(by=second, grant=led.grants.get())
    end_role(by=first, grant=given)
    assert not again(between).grants_today
    assert RoleGrant.objects.get(pk=given.pk).ends_on == YESTERDAY
    refused(led, give_role(by=first, user=user(), role="national"))


def test_an_administrator_of_a_region_confirms_none_outside_it_and_one_switched_off_confirms_nothing() -> (
    None
):
    first, near, far, off = (
        administrator(),
        administrator("NE"),
        administrator("WAL"),
        administrator(),
    )
    accounts.switch_off(by=first, user=off, reason="Left")
    refused(near, give_role(by=first, user=user(), role="national"))
    given = give_role(by=first, user=user(), role="administrator", region=region("NE"))
    refused(far, given)
    say(f"user:{off.pk}")
    with pytest.raises(DatabaseError, match="was an administrator"), transaction.atomic():
        RoleGrant.objects.filter(pk=given.pk).update(is_waiting=False, confirmed_by=off)
    confirm_role(by=near, grant=given)


def test_the_page_shows_who_may_confirm_the_link_and_tells_others_why() -> None:
    first, second = administrator(), administrator()
    given = give_role(by=first, user=user("pta"), role="national")
    later = administrator()
    page = reverse("workforce:account", args=[given.user.public_id])
    shown = {
        who.pk: "/confirm/" in client_for(who).get(page).content.decode()
        for who in (first, second, later)
    }
    assert shown == {first.pk: False, second.pk: True, later.pk: False}
    told = client_for(later).post(
        reverse("workforce:confirm_role", args=[given.user.public_id, given.public_id])
    )
    assert "was an administrator of its place before it was given" in told.content.decode()


BY_HAND = (
    "INSERT INTO workforce_rolegrant (user_id, role, starts_on, is_waiting{}) "
    "SELECT id, '{}', '2020-01-01', false{} FROM workforce_user WHERE id = {}"
)


@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize("role", ["national", "administrator"])
@pytest.mark.parametrize("actor", ["user", "job:test", "job:seed_demo", "job:create_user"])
def test_the_database_refuses_one_that_stands_unconfirmed(actor: str, role: str) -> None:
    first, who = user(), user()
    with connection.cursor() as cursor:
        say("job:create_user")
        for one in (first, user()):
            cursor.execute(BY_HAND.format("", "administrator", "", one.pk))
        say(f"user:{first.pk}" if actor == "user" else actor)
        given_by = (", given_by_id", f", {first.pk}") if actor == "user" else ("", "")
        with (
            pytest.raises(DatabaseError, match="waits until another administrator"),
            transaction.atomic(),
        ):
            cursor.execute(BY_HAND.format(given_by[0], role, given_by[1], who.pk))
        with pytest.raises(DatabaseError, match="confirmed by nobody yet"), transaction.atomic():
            cursor.execute(
                BY_HAND.format(
                    given_by[0] + ", confirmed_by_id", role, f"{given_by[1]}, {first.pk}", who.pk
                )
            )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("role = 'administrator'", "never changes"),
        ("region_id = NULL, role = 'national'", "never changes"),
        ("region_id = (SELECT id FROM workforce_region WHERE code = 'WAL')", "never changes"),
        ("pdu_id = NULL, region_id = NULL", "never changes"),
        ("user_id = {other}", "of their own"),
        ("user_id = {third}", "never changes"),
        ("starts_on = '2010-01-01'", "never changes"),
        ("given_by_id = NULL, given_at = '2010-01-01'", "never changes"),
        ("ends_on = NULL", "never made longer"),
        ("ends_on = '2199-01-01'", "never made longer"),
        ("confirmed_by_id = {other}", "never changes once"),
        ("is_waiting = true", "never changes once"),
    ],
)
def test_a_role_is_never_turned_into_another_or_made_longer(change: str, said: str) -> None:
    held, other = grant(user(), "national", in_region="NE", ends_on=TODAY), administrator()
    third = user()
    with (
        pytest.raises(DatabaseError, match=said),
        transaction.atomic(),
        acting_as(by=other),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE workforce_rolegrant SET {change.format(other=other.pk, third=third.pk)} WHERE id = %s",
            [held.pk],
        )


def test_one_that_was_in_force_is_not_deleted_nor_ended_again_later() -> None:
    first, held = administrator(), grant(user(), "iqa", in_region="NE")
    with (
        pytest.raises(DatabaseError, match="ended, never deleted"),
        transaction.atomic(),
        acting_as(by=first),
    ):
        held.delete()
    end_role(by=first, grant=held, last_day=YESTERDAY - dt.timedelta(days=9))
    with pytest.raises(RuleBroken, match="never made longer"):
        end_role(by=first, grant=held)
    assert (
        client_for(first)
        .post(reverse("workforce:end_role", args=[held.user.public_id, held.public_id]))
        .status_code
        == 200
    )
    assert RoleGrant.objects.get(pk=held.pk).ends_on < YESTERDAY


def test_after_its_end_a_role_is_given_anew_by_two_people() -> None:
    first, who = administrator(), user()
    held = grant(who, "national")
    end_role(by=first, grant=held)
    assert give_role(by=first, user=who, role="national").is_waiting


def test_one_that_has_not_begun_is_taken_back_and_given_again() -> None:
    first, who = administrator(), user()
    given = give_role(by=first, user=who, role="iqa", region=region("NE"))
    end_role(by=first, grant=given)
    give_role(by=first, user=who, role="iqa", region=region("NE"))
    assert [one.role for one in again(who).grants_today] == ["iqa"]


# --- the operator's command, made-up data, the owner


@pytest.mark.usefixtures("real_data")
def test_the_command_makes_the_first_two_administrators_and_then_waits(capsys: Any) -> None:
    stands = {}
    for name in ("one", "two", "three"):
        call_command("create_user", f"{name}@elsewhere.example.org", "--role", "administrator")
        stands[name] = (
            not User.objects.get(email=f"{name}@elsewhere.example.org").grants.get().is_waiting
        )
    assert stands == {"one": True, "two": True, "three": False}
    assert "An administrator confirms it under People with access" in capsys.readouterr().out
    call_command("create_user", "three@elsewhere.example.org", "--role", "administrator")
    third, first = (
        User.objects.get(email=f"{name}@elsewhere.example.org") for name in ("three", "one")
    )
    confirm_role(by=first, grant=third.grants.get())
    call_command("create_user", "reader@elsewhere.example.org", "--role", "national")
    assert User.objects.get(email="reader@elsewhere.example.org").grants.get().is_waiting
    call_command(
        "create_user", "near@elsewhere.example.org", "--role", "learning_manager", "--region", "NE"
    )
    assert User.objects.get(email="near@elsewhere.example.org").can("learners.view_learner")


@pytest.mark.usefixtures("real_data")
def test_the_owner_of_the_tables_is_not_held(as_owner: Any) -> None:
    for _ in range(2):
        administrator_by_command = user()
        with acting_as(by=Job("create_user")):
            RoleGrant.objects.create(
                user=administrator_by_command, role="administrator", starts_on=TODAY
            )
    with as_owner():
        call_command("create_user", "third@example.com", "--role", "administrator")
    assert not User.objects.get(email="third@example.com").grants.get().is_waiting


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE guard.demonstration SET is_on = true",
        "INSERT INTO guard.demonstration VALUES (true)",
        "ALTER TABLE workforce_rolegrant DISABLE TRIGGER workforce_grant",
        "DROP TRIGGER workforce_grant ON workforce_rolegrant",
    ],
)
def test_the_application_cannot_say_that_data_is_made_up_nor_lift_the_guard(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- an administrator of a region


def test_a_blank_place_is_outside_a_region() -> None:
    near, who = administrator("NE"), user("iqa", in_region="NE")
    for role in ("national", "administrator", "pta", "data_protection"):
        with pytest.raises(NotAllowed):
            give_role(by=near, user=who, role=role)
        with pytest.raises(NotAllowed):
            invite(by=near, email="n@example.com", name="N", role=role)
    with pytest.raises(NotAllowed):
        give_role(by=near, user=who, role="iqa", region=region("WAL"))
    with pytest.raises(NotAllowed):
        end_role(by=near, grant=grant(who, "national"))
    assert give_role(by=near, user=who, role="learning_manager", region=region("NE")).pk
    page = client_for(near).post(
        reverse("workforce:give_role", args=[who.public_id]),
        {"role": "national", "region": "", "pdu": "", "starts_on": "2026-01-01", "ends_on": ""},
    )
    assert page.status_code == 403


def test_one_of_a_unit_gives_roles_of_the_unit_alone() -> None:
    near = user("administrator", in_region="NE", in_pdu="N54DUR", person=person())
    who = user("iqa", in_region="NE", in_pdu="N54DUR")
    with pytest.raises(NotAllowed):
        give_role(by=near, user=who, role="regional_manager", region=region("NE"))
    assert give_role(
        by=near, user=who, role="regional_manager", region=region("NE"), pdu=pdu("N54DUR")
    ).pk


@pytest.mark.parametrize("action", ["switch_off", "switch_on", "reset_second_factor"])
def test_an_account_with_a_role_elsewhere_is_not_theirs_to_close_or_open(action: str) -> None:
    near, who = administrator("NE"), user("iqa", in_region="NE")
    held = grant(who, "national", ends_on=YESTERDAY)
    getattr(accounts, action)(by=near, user=again(who), reason="Asked")
    assert held.ends_on == YESTERDAY
    grant(who, "iqa", in_region="WAL")
    with pytest.raises(NotAllowed):
        getattr(accounts, action)(by=near, user=again(who), reason="Asked")
    with pytest.raises(NotAllowed):
        accounts.send_link(by=near, user=again(who))
    page = reverse("workforce:account", args=[who.public_id])
    assert "Switch off" not in client_for(near).get(page).content.decode()


def test_nobody_gets_the_learners_of_a_person_elsewhere_through_an_account_here() -> None:
    near = administrator("NE")
    for role in ("pta", "line_manager", "learner", "regional_manager", "iqa"):
        with pytest.raises(NotAllowed):
            invite(
                by=near,
                email="n@example.com",
                name="N",
                role=role,
                region=region("NE"),
                person=person(in_region="WAL"),
            )
    assert invite(
        by=near, email="n@example.com", name="N", role="pta", region=region("NE"), person=person()
    ).person


def test_an_account_out_of_reach_is_given_nothing() -> None:
    with pytest.raises(NotAllowed):
        give_role(
            by=administrator("NE"),
            user=user("iqa", in_region="WAL"),
            role="iqa",
            region=region("NE"),
        )
    with pytest.raises(PermissionDenied):
        give_role(by=persona("learning_manager"), user=user(), role="iqa", region=region("NE"))


def test_what_has_no_region_is_for_the_whole_country() -> None:
    near, everywhere = administrator("NE"), administrator()
    held = {code for code in ROLES["administrator"].permissions if catalogue[code].whole_country}
    assert held == {
        "workforce.manage_reference",
        "workforce.open_region",
        "jobs.manage",
        "exchange.state_recording",
        "reports.manage_schedules",
    }
    assert [code for code in held if near.can(code)] == []
    assert [code for code in held if not everywhere.can(code)] == []
    for page in ("/reference/", "/regions/", "/reports/schedules/"):
        assert (
            client_for(near).get(page).status_code,
            client_for(everywhere).get(page).status_code,
        ) == (403, 200), page


# --- accounts


def test_whose_an_account_is_and_who_invited_it_never_changes() -> None:
    first, who = administrator(), user("pta", person=person())
    other = person()
    whose = "Whose an account is"
    for change, said in (
        ({"person": other}, whose),
        ({"person": None}, whose),
        ({"invited_by": first}, "Who invited"),
    ):
        with pytest.raises(DatabaseError, match=said), transaction.atomic(), acting_as(by=first):
            User.objects.filter(pk=who.pk).update(**change)
    mine = user("pta")
    with (
        pytest.raises(DatabaseError, match="Whose an account is"),
        transaction.atomic(),
        acting_as(by=mine),
    ):
        User.objects.filter(pk=mine.pk).update(person=other)
    with acting_as(by=BY):
        User.objects.filter(pk=mine.pk).update(person=other)


def test_who_invited_an_account_is_who_acts_whatever_is_said() -> None:
    first, other = administrator(), administrator()
    with acting_as(by=first):
        made = User.objects.create_user("made@example.com", None, invited_by=other)
    assert again(made).invited_by == first
    assert actor_name(first) == f"user:{first.pk}"


@pytest.mark.parametrize(
    "address",
    ["n@gmail.example", "n@sub.example.com", "n@example.com.evil.org", "n@notexample.com"],
)
def test_only_addresses_of_work_are_invited(address: str, settings: Any) -> None:
    first = administrator()
    with pytest.raises(RuleBroken, match=r"at example\.com"):
        invite(by=first, email=address, name="N", role="iqa", region=region("NE"))
    settings.PQIP_INVITED_DOMAINS = []
    with pytest.raises(RuleBroken, match="PQIP_INVITED_DOMAINS"):
        invite(by=first, email="n@example.com", name="N", role="iqa", region=region("NE"))
    settings.PQIP_INVITED_DOMAINS = ["example.com", "example.ac.uk"]
    assert invite(by=first, email="N@Example.AC.uk", name="N", role="iqa", region=region("NE")).pk


@pytest.mark.parametrize("away", [-2, -1, 0, 1, 5, 6])
@pytest.mark.parametrize("is_waiting", [False, True])
def test_a_role_holds_from_its_first_to_its_last_day_read_or_asked_of_the_database(
    away: int, is_waiting: bool
) -> None:
    last = TODAY + dt.timedelta(days=5)
    holder = user()
    given = grant(
        holder,
        "learning_manager",
        in_region="NE",
        starts_on=TODAY,
        ends_on=last,
        is_waiting=is_waiting,
    )
    on = TODAY + dt.timedelta(days=away)
    holds = 0 <= away <= 5 and not is_waiting
    assert (given.is_in_force(on), holder.grants.in_force(on).exists()) == (holds, holds)
