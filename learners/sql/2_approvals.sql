-- Who approves withdrawals that the Service ends.

-- Whether an event is a withdrawal that the Service ends.
CREATE OR REPLACE FUNCTION learners_service_ends(kind text, ended_by text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind = 'withdrawn' AND ended_by = 'service'
$$;

-- Whether a live verdict approves a proposal to end a place on the programme.
CREATE OR REPLACE FUNCTION learners_is_approved(enrolment bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM learners_withdrawalverdict v JOIN learners_withdrawalproposal p ON p.id = v.proposal_id
        WHERE p.enrolment_id = enrolment AND v.approved AND v.voided_at IS NULL AND p.voided_at IS NULL)
$$;

-- A withdrawal that the Service ends may not be approved by whoever records it, unless they decided a proposal of
-- somebody else. The learner may not approve anything that needs approval. An event recorded again because of an
-- interview keeps its approver.
CREATE OR REPLACE FUNCTION learners_another_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM touched WHERE approved_by_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM touched t JOIN learners_enrolment e ON e.id = t.enrolment_id AND e.person_id = t.approved_by_id) THEN
        RAISE EXCEPTION 'Nobody approves what is recorded of themself.' USING ERRCODE = 'PQ011';
    END IF;
    IF EXISTS (
        SELECT FROM touched t
        WHERE learners_service_ends(t.kind, t.ended_by) AND workforce_acts_as(t.recorded_by, t.approved_by_id)
            AND NOT learners_is_approved(t.enrolment_id)
            AND NOT EXISTS (
                SELECT FROM learners_event b WHERE b.enrolment_id = t.enrolment_id AND b.kind = 'withdrawn'
                    AND b.approved_by_id = t.approved_by_id AND b.recorded_by <> t.recorded_by
            )
    ) THEN
        RAISE EXCEPTION 'A withdrawal that the Service ends is approved by somebody other than who records it.'
            USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_another_approved AFTER INSERT ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_approved();

-- A withdrawal that the Service ends needs an approval if the region's record was kept here on that day: it names an
-- approver, or a live verdict approves its proposal. Needing none are history from before the opening, and a withdrawal
-- by the Service that is recorded anew in the same instant, because of an interview or with another date.
CREATE OR REPLACE FUNCTION learners_somebody_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t
        JOIN learners_enrolment e ON e.id = t.enrolment_id
        JOIN workforce_regionopening o ON o.region_id = coalesce(e.region_id, (
            SELECT f.to_region_id FROM learners_event f WHERE f.enrolment_id = t.enrolment_id AND f.kind = 'enrolled'
                AND f.voided_at IS NULL ORDER BY f.id LIMIT 1))
        WHERE learners_service_ends(t.kind, t.ended_by) AND t.approved_by_id IS NULL
            AND core_day_of(o.opened_at) <= t.effective_on
            AND NOT learners_is_approved(t.enrolment_id)
            AND NOT EXISTS (
                SELECT FROM learners_event b WHERE b.enrolment_id = t.enrolment_id
                    AND learners_service_ends(b.kind, b.ended_by) AND b.voided_at = t.recorded_at
            )
    ) THEN
        RAISE EXCEPTION 'A withdrawal that the Service ends is approved by somebody else. Name who approved it.'
            USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_somebody_approved AFTER INSERT ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_somebody_approved();
