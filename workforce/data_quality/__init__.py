"""Checks of what the record says of itself: what is missing, what contradicts, what nobody has looked at.

An app declares its own checks, each a `Check`, and registers them; `asking` counts them all and finds what is behind each.
"""

from workforce.data_quality.checks import ABOUT_LEARNER, ABOUT_PERSON, ABOUT_PLACE, Check, find, register, registered, relation

__all__ = ["ABOUT_LEARNER", "ABOUT_PERSON", "ABOUT_PLACE", "Check", "find", "register", "registered", "relation"]
