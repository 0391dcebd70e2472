"""Checks of data quality: what is missing, what contradicts, and what nobody has checked.

An app declares its own checks, each a `Check`, and registers them. `asking` counts them all and
finds the records that fail.
"""

from workforce.data_quality.checks import (
    ABOUT_LEARNER,
    ABOUT_PERSON,
    ABOUT_PLACE,
    Check,
    find,
    register,
    registered,
    relation,
)

__all__ = [
    "ABOUT_LEARNER",
    "ABOUT_PERSON",
    "ABOUT_PLACE",
    "Check",
    "find",
    "register",
    "registered",
    "relation",
]
