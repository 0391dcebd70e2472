"""Which pathway fits a starter, and why: entry facts and the rules of their campaign in, advice out (rules C1 1 to 20).

    facts.py     what somebody came with, and the thresholds of their campaign
    clauses.py   each rule as a clause: its words, met or not, its source
    advice.py    the pathway that fits, from the clauses
    checks.py    what enrolling and starting refuse
"""

from learners.rules.entry.advice import Advice, Verdict, advise, due_pathway
from learners.rules.entry.checks import check_decision, check_due, check_open
from learners.rules.entry.clauses import Answer, Clause
from learners.rules.entry.facts import FOURTH_MODULE_MONTHS, KNOWLEDGE_MODULES, Came, Thresholds, modules_counted, owes_fourth

__all__ = [
    "FOURTH_MODULE_MONTHS",
    "KNOWLEDGE_MODULES",
    "Advice",
    "Answer",
    "Came",
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
]
