"""The pathway that fits a starter, and why (rules C1 1 to 20).

The entry facts and the rules of their campaign go in, and the advice comes out.

facts.py     what somebody came with, and the thresholds of their campaign
clauses.py   each rule as a clause: its wording, whether it is met, its source
advice.py    the pathway that fits, worked out from the clauses
checks.py    what is refused when somebody is enrolled and starts
"""

from learners.rules.entry.advice import Advice, Verdict, advise, due_pathway
from learners.rules.entry.checks import (
    NO_FIRST_TERMS,
    check_decision,
    check_due,
    check_open,
    stated,
)
from learners.rules.entry.clauses import Answer, Clause
from learners.rules.entry.facts import (
    FOURTH_MODULE_MONTHS,
    KNOWLEDGE_MODULES,
    Applicant,
    Thresholds,
    modules_counted,
    owes_fourth,
)

__all__ = [
    "FOURTH_MODULE_MONTHS",
    "KNOWLEDGE_MODULES",
    "NO_FIRST_TERMS",
    "Advice",
    "Answer",
    "Applicant",
    "Clause",
    "Thresholds",
    "Verdict",
    "advise",
    "check_decision",
    "check_due",
    "check_open",
    "due_pathway",
    "modules_counted",
    "owes_fourth",
    "stated",
]
