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

-- A campaign of a region has applications there alone, whoever writes. A campaign that becomes one of a region is checked with all that it has.
CREATE OR REPLACE FUNCTION learners_application_region() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t JOIN learners_campaign c ON c.id = t.campaign_id WHERE c.region_id <> t.region_id
    ) THEN
        RAISE EXCEPTION 'This campaign is of another region.' USING ERRCODE = 'PQ013';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_application_region_made AFTER INSERT ON learners_application
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_application_region();
CREATE OR REPLACE TRIGGER learners_application_region_moved AFTER UPDATE ON learners_application
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_application_region();

CREATE OR REPLACE FUNCTION learners_campaign_region() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM learners_application a WHERE a.campaign_id = NEW.id AND a.region_id <> NEW.region_id)
        OR EXISTS (SELECT FROM learners_campaignplaces p
            WHERE p.campaign_id = NEW.id AND p.voided_at IS NULL AND p.region_id <> NEW.region_id) THEN
        RAISE EXCEPTION 'It has applications or places of another region.' USING ERRCODE = 'PQ013';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_campaign_region AFTER UPDATE OF region_id ON learners_campaign
    FOR EACH ROW WHEN (NEW.region_id IS DISTINCT FROM OLD.region_id) EXECUTE FUNCTION learners_campaign_region();
