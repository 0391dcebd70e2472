-- Applications.

-- What an application has come to follows from what came before, whoever writes: nothing before it was made, and nothing but feedback after its
-- end. `learners/rules/applications.py` says the rest in words. Rows of one statement are checked together.
CREATE OR REPLACE FUNCTION learners_application_stages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t JOIN learners_application a ON a.id = t.application_id WHERE t.effective_on < a.applied_on
    ) THEN
        RAISE EXCEPTION 'This is before the application was made.' USING ERRCODE = 'PQ013';
    END IF;
    IF EXISTS (
        SELECT FROM learners_applicationstage e
        JOIN learners_applicationstage g ON g.application_id = e.application_id AND g.id <> e.id AND g.voided_at IS NULL
        WHERE e.application_id IN (SELECT application_id FROM touched) AND e.voided_at IS NULL AND g.stage <> 'feedback'
            AND (e.stage IN ('rejected', 'withdrew', 'started'))
            AND (g.effective_on > e.effective_on OR g.stage IN ('rejected', 'withdrew', 'started'))
    ) THEN
        RAISE EXCEPTION 'Nothing happens to an application after its end.' USING ERRCODE = 'PQ013';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_application_stages AFTER INSERT ON learners_applicationstage
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_application_stages();

-- An application that is corrected was not made after what has happened to it.
CREATE OR REPLACE FUNCTION learners_application_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM learners_applicationstage g
        WHERE g.application_id = NEW.id AND g.voided_at IS NULL AND g.effective_on < NEW.applied_on
    ) THEN
        RAISE EXCEPTION 'This is before the application was made.' USING ERRCODE = 'PQ013';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_application_made AFTER UPDATE OF applied_on ON learners_application
    FOR EACH ROW WHEN (NEW.applied_on > OLD.applied_on) EXECUTE FUNCTION learners_application_made();
