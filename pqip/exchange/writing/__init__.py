"""Writing tables to files: one set of rows, every format, row by row in bounded memory, the same bytes every time."""

from pqip.exchange.writing.formats import CONTENT_TYPES, FORMATS, write
from pqip.exchange.writing.model import NOT_APPLICABLE, SUPPRESSED, Column, Kind, Marker, Sheet, Workbook

__all__ = [
    "CONTENT_TYPES", "FORMATS", "NOT_APPLICABLE", "SUPPRESSED", "Column", "Kind", "Marker", "Sheet", "Workbook", "write",
]
