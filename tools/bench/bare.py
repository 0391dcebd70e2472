"""Bare copies of two tables: what COPY can do where nothing is asked of a row but its own table's constraints."""

#: Laid by the owner once: the tables as they are, with keys, indexes, constraints and references, without triggers.
BARE_TABLES = (
    "CREATE SCHEMA bench",
    "CREATE TABLE bench.evidence (LIKE public.assessments_evidence INCLUDING ALL)",
    "CREATE TABLE bench.submission (LIKE public.assessments_submission INCLUDING ALL)",
    "ALTER TABLE bench.evidence ADD FOREIGN KEY (registration_id) REFERENCES public.assessments_registration DEFERRABLE"
    " INITIALLY DEFERRED",
    "ALTER TABLE bench.submission ADD FOREIGN KEY (evidence_id) REFERENCES bench.evidence DEFERRABLE INITIALLY DEFERRED",
    "GRANT USAGE ON SCHEMA bench TO PUBLIC",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA bench TO PUBLIC",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA bench TO PUBLIC",
)
