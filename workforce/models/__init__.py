"""Workforce: one noun per file."""

from workforce.models.accounts import RoleGrant, User
from workforce.models.calendar import BankHoliday
from workforce.models.equality import EqualityOption
from workforce.models.known import EqualityRecord, PersonRecord
from workforce.models.merges import PersonMerge
from workforce.models.people import Absence, EqualityAnswers, Person, Spell
from workforce.models.places import Grade, Pdu, Region, RegionOpening, RegionUniversity, University
from workforce.models.register import (
    AwardType,
    EssentialQualification,
    RegisterChange,
    RegisterEntry,
)
from workforce.models.staffing import RecordsComplete, StaffingReturn, Target, WorkloadReduction

__all__ = [
    "Absence",
    "AwardType",
    "BankHoliday",
    "EqualityAnswers",
    "EqualityOption",
    "EqualityRecord",
    "EssentialQualification",
    "Grade",
    "Pdu",
    "Person",
    "PersonMerge",
    "PersonRecord",
    "RecordsComplete",
    "Region",
    "RegionOpening",
    "RegionUniversity",
    "RegisterChange",
    "RegisterEntry",
    "RoleGrant",
    "Spell",
    "StaffingReturn",
    "Target",
    "University",
    "User",
    "WorkloadReduction",
]
