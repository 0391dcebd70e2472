-- Enrolments.

-- The person of an enrolment changes only when two records of one person are merged (`workforce/sql/`).
CREATE OR REPLACE TRIGGER learners_enrolment_whose BEFORE UPDATE ON learners_enrolment FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION workforce_keep_whose();
