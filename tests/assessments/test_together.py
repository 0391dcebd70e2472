"""Two people at once get one outcome and one clear message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection

import assessments.imports  # noqa: F401  (registers the datasets)
from assessments.actions import (
    assessors,
    certificates,
    countersigning,
    evidence,
    registrations,
    sampling,
    units_release,
    units_signing_off,
)
from assessments.actions import decisions as deciding
from assessments.models import (
    AssessorRecord,
    Countersignature,
    CountersignStamp,
    CriterionMet,
    Decision,
    RegistrationFact,
    Submission,
    UnitAchievement,
    UnitSignoff,
    Wait,
)
from learners.actions.allocations import allocate
from learners.models import Allocation
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import assessments as make
from tests.factories.quality import quality_assurer

DAY = dt.date(2025, 8, 10)
BY = Job("test")


def together(*actions: Callable[[], Any]) -> list[str]:
    """Run the actions at the same moment, each on a connection of its own; what became of each, sorted."""
    gate = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> str:
        try:
            connection.ensure_connection()
            gate.wait(10)
            action()
            return "done"
        except Conflict:
            return "conflict"
        except RuleBroken:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return sorted(threads.map(run, actions))


@pytest.fixture
def decision(real_db: Any, django_db_blocker: Any) -> Decision:
    return make.decision(make.evidence(make.registration(), DAY), make.trainee(), DAY)


@pytest.mark.parametrize("attempt", range(3))
def test_two_countersigners(decision: Decision, attempt: int) -> None:
    signers = [make.countersigner(), make.countersigner()]
    done = together(
        *(
            lambda signer=signer, outcome=outcome: countersigning.countersign(
                decision=decision, countersigner=signer, outcome=outcome, feedback="Why", by=BY
            )
            for signer, outcome in zip(signers, ("agreed", "returned"), strict=True)
        )
    )
    assert done == ["conflict", "done"]
    assert Countersignature.objects.live().filter(decision=decision).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_agreeing_while_the_authority_to_is_ended(decision: Decision, attempt: int) -> None:
    """Whoever is first wins: an authority that ends leaves no countersignature without it."""
    signer = make.countersigner()
    done = together(
        lambda: countersigning.countersign(
            decision=decision, countersigner=signer, outcome="agreed", on=DAY, by=BY
        ),
        lambda: assessors.record_assessor(
            person=signer, by=BY, reason="Ended", countersign_until=DAY - dt.timedelta(days=1)
        ),
    )
    assert done == ["done", "refused"]
    authority = AssessorRecord.objects.live().get(person=signer)
    assert Countersignature.objects.live().exists() is authority.may_countersign("TQ", DAY)


@pytest.mark.parametrize("attempt", range(3))
def test_sampling_and_countersigning_by_the_same_person(decision: Decision, attempt: int) -> None:
    both = make.countersigner(assure_from=dt.date(2020, 1, 1), assured_qualifications=["TQ"])
    (planned,) = sampling.plan_samples(
        decisions=[(decision.pk, "interim")], quality_assurer=both, due_on=today(), by=BY
    )
    done = together(
        lambda: countersigning.countersign(
            decision=decision, countersigner=both, outcome="agreed", by=BY
        ),
        lambda: sampling.record_sample(
            sample=planned, verdict="supported", criteria=decision.criteria_met, found="Seen", by=BY
        ),
    )
    assert done == ["done", "refused"]


def test_two_release_the_same_unit(decision: Decision) -> None:
    make.countersignature(decision, make.countersigner())
    signoff = make.signoff(decision.evidence.registration, make.assessor())
    done = together(
        *(
            lambda who=who: units_release.release_unit(signoff=signoff, released_by=who, by=BY)
            for who in (quality_assurer(), quality_assurer())
        )
    )
    assert done == ["conflict", "done"]


def test_agreeing_while_the_assessor_undoes(decision: Decision) -> None:
    signer = make.countersigner()
    done = together(
        lambda: countersigning.countersign(
            decision=decision, countersigner=signer, outcome="agreed", by=BY
        ),
        lambda: deciding.void_decision(decision=decision, reason="Wrong", by=BY),
    )
    assert "done" in done
    signed = Countersignature.objects.live().filter(decision=decision)
    assert not signed.exists() or Decision.objects.live().filter(pk=decision.pk).exists()


def test_two_assessors_decide_the_same_evidence(decision: Decision) -> None:
    keys = make.codes(decision.evidence.registration)
    done = together(
        *(
            lambda assessor=assessor: deciding.decide(
                evidence=decision.evidence,
                assessor=assessor,
                decided_on=DAY,
                met=keys,
                not_met=[],
                judged=make.JUDGED,
                by=BY,
                number=2,
            )
            for assessor in (make.assessor(), make.assessor())
        )
    )
    assert done == ["conflict", "done"]


def test_two_sign_off_the_same_unit(decision: Decision) -> None:
    registration, assessor = decision.evidence.registration, make.assessor()
    make.decision(decision.evidence, assessor, DAY, number=2)
    done = together(
        *(
            lambda: units_signing_off.sign_off_unit(
                registration=registration,
                unit=make.unit(registration),
                signed_off_by=assessor,
                by=BY,
            )
            for _person in range(2)
        )
    )
    assert done == ["conflict", "done"]
    assert UnitSignoff.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_decision_made_while_the_award_is_dated_is_stamped_by_it(
    decision: Decision, attempt: int
) -> None:
    trainee, keys = decision.assessor, make.codes(decision.evidence.registration)
    done = together(
        lambda: assessors.record_assessor(
            person=trainee, by=BY, reason="Certificate", achieved_on=DAY
        ),
        lambda: deciding.decide(
            evidence=decision.evidence,
            assessor=trainee,
            decided_on=DAY,
            met=keys,
            not_met=[],
            judged=make.JUDGED,
            by=BY,
        ),
    )
    assert done == ["done", "done"]
    assert not CountersignStamp.objects.live().filter(is_needed=True).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_a_decision_made_while_a_file_lapses_the_award_is_stamped_by_it(
    decision: Decision, attempt: int, tmp_path: Path
) -> None:
    """One waits for the other, whichever comes first: nothing is final that needed a countersignature."""
    qualified, keys = make.assessor(), make.codes(decision.evidence.registration)
    file = tmp_path / "assessors.csv"
    file.write_text(
        f"staff_number,taqa_achieved_on,lapsed_on\n{qualified.staff_number},2020-01-01,2025-08-01\n"
    )
    done = together(
        lambda: engine.apply(registry["assessors"], file, by=BY),
        lambda: deciding.decide(
            evidence=decision.evidence,
            assessor=qualified,
            decided_on=DAY,
            met=keys,
            not_met=[],
            judged=make.JUDGED,
            by=BY,
        ),
    )
    assert done == ["done", "done"]
    made = Decision.objects.live().get(assessor=qualified)
    assert CountersignStamp.objects.live().get(decision=made).is_needed
    assert not CriterionMet.objects.exists()


@pytest.mark.parametrize("attempt", range(3))
def test_a_unit_signed_off_while_a_file_decides_in_it(
    decision: Decision, attempt: int, tmp_path: Path
) -> None:
    """Whoever is second is refused: what a signed-off unit says stays."""
    registration, assessor = decision.evidence.registration, make.assessor()
    make.decision(decision.evidence, assessor, DAY, number=2)
    other = make.evidence(registration, DAY, reference="OTHER")
    file = tmp_path / "decisions.csv"
    file.write_text(
        "evidence_reference,assessor,decided_on,criteria_not_met,feedback\n"
        f"OTHER,{assessor.staff_number},2025-08-11,1.1.1,More\n"
    )
    unit = make.unit(registration)
    together(
        lambda: engine.apply(registry["decisions"], file, by=BY),
        lambda: units_signing_off.sign_off_unit(
            registration=registration, unit=unit, signed_off_by=assessor, by=BY
        ),
    )
    signoff, made = (
        UnitSignoff.objects.live().first(),
        Decision.objects.live().filter(evidence=other).first(),
    )
    assert signoff is not None
    assert made is None or made.recorded_at < signoff.recorded_at


@pytest.mark.parametrize("attempt", range(3))
def test_releasing_while_the_countersignature_is_undone(decision: Decision, attempt: int) -> None:
    signature = make.countersignature(decision, make.countersigner())
    signoff = make.signoff(decision.evidence.registration, make.assessor())
    done = together(
        lambda: units_release.release_unit(signoff=signoff, released_by=quality_assurer(), by=BY),
        lambda: countersigning.void_countersignature(signature=signature, reason="Wrong", by=BY),
    )
    assert done == ["done", "refused"]
    assert UnitAchievement.objects.filter(to_on=None).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_claiming_while_a_unit_is_unlocked(decision: Decision, attempt: int) -> None:
    make.countersignature(decision, make.countersigner())
    registration, signer = decision.evidence.registration, make.assessor()
    signoffs = [make.signoff(registration, signer, number) for number in (1, 2)]
    for signoff in signoffs:
        units_release.release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    done = together(
        lambda: certificates.claim_certificate(registration=registration, by=BY),
        lambda: units_release.unlock_unit(signoff=signoffs[0], reason="Appeal", by=BY),
    )
    assert done == ["done", "refused"]


@pytest.mark.parametrize("attempt", range(3))
def test_two_decisions_of_one_candidate_agreed_at_once_are_both_counted(
    decision: Decision, attempt: int
) -> None:
    """What follows is worked out of both, whoever comes second."""
    registration, trainee = decision.evidence.registration, decision.assessor
    other = make.decision(make.evidence(registration, DAY), trainee, DAY)
    signers = [make.countersigner(), make.countersigner()]
    done = together(
        *(
            lambda one=one, signer=signer: countersigning.countersign(
                decision=one, countersigner=signer, outcome="agreed", by=BY
            )
            for one, signer in zip((decision, other), signers, strict=True)
        )
    )
    assert done == ["done", "done"]
    assert not Wait.objects.filter(to_on=None).exists()
    assert CriterionMet.objects.filter(registration=registration).count() == 6


def test_two_undo_the_same_sign_off(decision: Decision) -> None:
    signoff = make.signoff(decision.evidence.registration, decision.assessor)
    done = together(
        *(
            lambda: units_signing_off.void_signoff(signoff=signoff, reason="Wrong", by=BY)
            for _person in range(2)
        )
    )
    assert done == ["conflict", "done"]


def test_two_correct_what_both_saw(decision: Decision) -> None:
    piece, seen = decision.evidence, Submission.objects.get().pk
    titles = ("One title", "Another title")
    done = together(
        *(
            lambda title=title: evidence.correct_evidence(
                evidence=piece, seen=seen, title=title, reason="Typing", by=BY
            )
            for title in titles
        )
    )
    assert done == ["conflict", "done"]
    assert Submission.objects.live().get().title in titles
    assert Submission.objects.count() == 2


def test_two_correct_a_registration(decision: Decision) -> None:
    fact = RegistrationFact.objects.get()
    done = together(
        *(
            lambda centre=centre: registrations.correct_registration(
                fact=fact, centre_number=centre, reason="Typing", by=BY
            )
            for centre in ("C1", "C2")
        )
    )
    assert done == ["conflict", "done"]


def test_naming_a_countersigner_waits_for_an_authority_that_is_being_ended(
    decision: Decision,
) -> None:
    signer, trainee, answers = make.countersigner(), decision.assessor, []

    def name() -> None:
        answers.extend(
            together(
                lambda: allocate(
                    by=BY,
                    person=trainee,
                    role="countersigner",
                    other=signer,
                    from_date=today(),
                    to_date=None,
                )
            )
        )

    with acting_as(by=BY):
        assessors.record_assessor(
            person=signer, by=BY, reason="Ended", countersign_until=today() - dt.timedelta(days=1)
        )
        naming = Thread(target=name)
        naming.start()
        naming.join(1)
        assert answers == [], "it waits"
    naming.join(10)
    assert answers == ["refused"]
    assert not Allocation.objects.filter(other=signer).exists()


def test_deciding_anew_and_re_dating_whoever_samples_do_not_wait_for_each_other(
    decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever decides holds the sampler, to whom the sample of a decision that was undone stays, before the candidate; so
    whoever dates the sampler's award, by which other decisions on the same candidate are stamped, comes before or after."""
    later = {"registered_on": dt.date(2025, 1, 1), "achieved_on": DAY + dt.timedelta(days=9)}
    registration, sampler = decision.evidence.registration, quality_assurer(**later)
    make.decision(make.evidence(registration, DAY, "2.1.1"), sampler, DAY, ("2.1.1",))
    sampling.plan_samples(
        decisions=[(decision.pk, "interim")], quality_assurer=sampler, due_on=today(), by=BY
    )
    deciding.void_decision(decision=decision, reason="Wrong", by=BY)
    candidate, standing = Event(), Event()
    carry, restamp = deciding.carry_samples, assessors.restamp

    def carry_late(**more: Any) -> None:
        candidate.set()
        standing.wait(1)
        carry(**more)

    def restamp_early(*people: Any, **more: Any) -> list[int]:
        standing.set()
        return restamp(*people, **more)

    monkeypatch.setattr(deciding, "carry_samples", carry_late)
    monkeypatch.setattr(assessors, "restamp", restamp_early)
    keys = make.codes(registration, "1.1.1")

    def re_date() -> None:
        candidate.wait(10)
        assessors.record_assessor(person=sampler, by=BY, reason="Certificate", achieved_on=DAY)

    assert together(
        re_date,
        lambda: deciding.decide(
            evidence=decision.evidence,
            assessor=decision.assessor,
            decided_on=DAY,
            met=keys,
            not_met=[],
            judged=make.JUDGED,
            by=BY,
        ),
    ) == ["done", "done"]
