"""Writes tables to files: the same rows in every format, row by row in bounded memory, and the same bytes every time."""

from pqip.exchange.writing.formats import CONTENT_TYPES, FORMATS, write
from pqip.exchange.writing.model import (
    NOT_APPLICABLE,
    SUPPRESSED,
    Kind,
    Marker,
    Sheet,
    SheetColumn,
    Workbook,
)

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "NOT_APPLICABLE",
    "SUPPRESSED",
    "Kind",
    "Marker",
    "Sheet",
    "SheetColumn",
    "Workbook",
    "write",
]
