"""Reads tables from untrusted files: CSV here, workbooks in a child process with limits."""

from pqip.exchange.reading.tables import FileRefused, Table, open_table

__all__ = ["FileRefused", "Table", "open_table"]
