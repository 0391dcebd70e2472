"""`make bench`: pages, reports and imports beside what the database can do with no framework (docs/benchmark.md)."""
