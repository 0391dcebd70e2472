"""The machines go through every door: each action that writes, and each dataset, is a step or says here why it is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pqip.exchange.datasets import registry

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
STEPS = (
    "assessment_steps.py",
    "assessment_quality.py",
    "assessment_files.py",
    "journey_steps.py",
    "journey_beside.py",
    "journey_around.py",
    "journey_files.py",
)
#: Whole modules of actions that no machine drives, and why.
MODULES = {
    "assessments.actions.sampling_agreement": "what an external assurer says of a plan, which nothing else reads",
    "assessments.actions.countersigning_reminders": "sends messages",
    "assessments.actions.assessors_development": "an assessor's own record, which nothing else reads",
    "assessments.actions.decisions_drafts": "counts for nothing",
    "assessments.actions.evidence_files": "files beside evidence, which nothing else reads",
    "assessments.actions.plans": "what is planned counts for nothing until it is handed in",
    "assessments.actions.standardisation": "meetings, which nothing else reads",
    "learners.actions.campaigns": "campaigns and their places, which no record of a learner reads",
    "learners.actions.breaks_ahead": "conversations about a break",
    "learners.actions.training_evaluations": "that an evaluation was answered",
    "learners.actions.voice_challenges": "what a learner says is wrong",
    "learners.actions.voice_accounts": "a learner's own account",
    "workforce.actions.accounts": "accounts and roles",
    "workforce.actions.register": "the professional register, which nothing else reads; what follows from the programme is a "
    "step of its own events",
    "workforce.actions.exports": "how much somebody may take out",
    "workforce.actions.reference": "reference data",
    "workforce.actions.accounts_person": "accounts and roles",
}
#: Actions within the others, and why.
ACTIONS = {
    "assessments.actions.assessors.restamp": "within re-dating an award",
    "assessments.actions.sampling.carry_samples": "within deciding",
    "assessments.actions.options.choose_units": "its qualification has no optional units; `test_options.py` does",
    "assessments.actions.options.drop_choices": "within undoing a move",
    "assessments.actions.handovers.accept_handover": "that a note was read",
    "assessments.actions.registrations.register_many": "within enrolling",
    "learners.actions.events_amend.take_out": "within undoing and disputing",
    "learners.actions.starting_arrangements.arrange_all": "the same, several at once",
    "learners.actions.board.add_board_action": "what the board asked",
    "learners.actions.board.add_paper": "papers of the board",
    "learners.actions.board.finish_board_action": "what the board asked",
    "learners.actions.board.move_appeals": "within correcting an event",
    "learners.actions.board.undo_appeals": "within undoing and disputing",
    "learners.actions.events.changing": "the frame of every change",
    "learners.actions.pathways_decide.forget_selection_answers": "deletes what nothing reads",
    "learners.derived.enrolments.daily_refresh": "writes what is derived",
    "learners.derived.posts.follow_everybody": "what follows from the programme; a hold of every step",
    "learners.actions.approvals_dispute.tell_approvers": "sends messages",
    "learners.actions.enrolments.enrol_into": "enrolling, into a cohort by its name",
    "learners.actions.practice.allow_case_type": "kinds of case, which nothing else reads",
    "learners.actions.practice.co_work": "co-working, which nothing else reads",
    "learners.actions.practice.end_co_work": "co-working, which nothing else reads",
    "learners.actions.reviews.add_action": "what is said at a review",
    "learners.actions.reviews.agree": "what is said at a review",
    "learners.actions.reviews.agree_anew": "within holding a review",
    "learners.actions.reviews.answer_manageable": "what is said at a review",
    "learners.actions.reviews.finish_action": "what is said at a review",
    "learners.actions.reviews.say": "what is said at a review",
    "workforce.actions.people.change_staff_numbers": "within changing a number",
    "workforce.actions.people.record_person": "asks of one person what a file asks of many, by the same code",
    "workforce.actions.approvals_telling.tell_named": "sends messages",
}
DATASETS = {
    "criteria": "a new version of a qualification, which is fixed once anybody is on it",
    "register-entries": "the professional register, which nothing else reads",
}


def text_of(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def actions(path: Path) -> Iterator[str]:
    """Public functions of a module that somebody acts by."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if is_public and "by" in {argument.arg for argument in node.args.kwonlyargs}:
            yield node.name


def driven() -> set[str]:
    """Actions that the steps import."""
    return {
        f"{node.module}.{alias.name}"
        for name in STEPS
        for node in ast.walk(ast.parse(text_of(name)))
        if isinstance(node, ast.ImportFrom) and ".actions." in (node.module or "")
        for alias in node.names
    }


def written() -> set[str]:
    """Every action outside the modules that say why none of theirs is driven."""
    found: set[str] = set()
    for app in ("assessments", "learners", "workforce"):
        for room in ("actions", "derived"):
            for path in (PROJECT / app / room).glob("*.py"):
                module = f"{app}.{room}.{path.stem}"
                if module not in MODULES:
                    found |= {f"{module}.{name}" for name in actions(path)}
    return found


def test_every_action_is_a_step_or_says_why_not() -> None:
    assert sorted(written() - driven() - set(ACTIONS)) == []
    assert sorted(set(ACTIONS) & driven()) == []
    assert set(ACTIONS) <= written()
    assert all((PROJECT / f"{module.replace('.', '/')}.py").exists() for module in MODULES)


def test_every_dataset_is_a_step_or_says_why_not() -> None:
    calls = [node for node in ast.walk(ast.parse(text_of(*STEPS))) if isinstance(node, ast.Call)]
    brought = {
        ast.literal_eval(call.args[0])
        for call in calls
        if ast.unparse(call.func) == "world.bring_in"
    }
    assert sorted(set(registry) - brought - set(DATASETS)) == []
    assert brought <= set(registry)
