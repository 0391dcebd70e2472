-- Withdrawals: decisions that need a second person.

-- The person who proposed or recorded a withdrawal may not approve it or check its coding.
CREATE OR REPLACE FUNCTION learners_another_approves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM touched t JOIN learners_withdrawalproposal p ON p.id = t.proposal_id WHERE p.recorded_by = t.recorded_by) THEN
        RAISE EXCEPTION 'A withdrawal is approved by somebody other than its proposer.' USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION learners_another_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM touched t JOIN learners_event e ON e.id = t.event_id WHERE e.recorded_by = t.recorded_by) THEN
        RAISE EXCEPTION 'The coding of a withdrawal is checked by somebody other than its recorder.' USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_another_approves AFTER INSERT ON learners_withdrawalverdict
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_approves();
CREATE OR REPLACE TRIGGER learners_another_checks AFTER INSERT ON learners_codingcheck
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_checks();
