-- What must hold of assessment whichever way a row is written. Laid anew after every migrate by pqip/core/guards.py;
-- every statement may be repeated. The checks run once for each statement, over all of its rows, so that COPY stays fast;
-- what is looked up of each row is a scalar subquery, which goes by index even where the tables were filled a moment ago
-- and nothing is known of their sizes yet.
-- SQLSTATE PQ1xx; the message is fit to be shown.
-- In files by subject, read in the order of their numbers.

-- Who may, on a day.

-- An assessor's award on a day: achieved on or before it, and not lapsed on it (rule C3 51).
CREATE OR REPLACE FUNCTION assessments_is_qualified(achieved date, lapsed date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(achieved <= on_day, false) AND NOT coalesce(lapsed <= on_day, false)
$$;

-- `AssessorQuerySet` and `AssessorRecord` say the same in Python.

-- Whether something that lasts is true on a day: begun, and its last day, where it has one, not gone by.
CREATE OR REPLACE FUNCTION assessments_in_force(since date, until date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(since <= on_day, false) AND coalesce(until >= on_day, true)
$$;

-- Whether an authority, from one day to another, covers a qualification on a day. To countersign asks the award too (C3 52).
CREATE OR REPLACE FUNCTION assessments_covers(since date, until date, allowed varchar[], code text, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT assessments_in_force(since, until, on_day) AND coalesce(code = ANY(allowed), false)
$$;

-- Whether somebody may countersign a qualification on a day, as known now.
CREATE OR REPLACE FUNCTION assessments_may_countersign(person bigint, code text, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT assessments_is_qualified(a.achieved_on, a.lapsed_on, on_day)
            AND assessments_covers(a.countersign_from, a.countersign_until, a.allowed_qualifications, code, on_day)
        FROM assessments_assessorrecord a WHERE a.person_id = person AND a.voided_at IS NULL), false)
$$;

-- Whether a sample of a decision was recorded while the decision stood, so that what follows from it may still be.
CREATE OR REPLACE FUNCTION assessments_was_sampled(decision bigint, assurer bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_sample x JOIN assessments_decision d ON d.id = x.decision_id
        WHERE x.decision_id = decision AND x.quality_assurer_id = assurer AND x.sampled_on = on_day
            AND x.recorded_at < d.voided_at)
$$;

-- Whether a candidate was assessed by one version before they moved to the other. Two versions may each say what they replace of
-- the other: which of them counts is the way the candidate went.
CREATE OR REPLACE FUNCTION assessments_came_before(registration bigint, earlier bigint, later bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m JOIN assessments_registration r ON r.id = m.registration_id
        WHERE m.registration_id = registration AND m.version_id = later AND m.voided_at IS NULL
            AND (r.version_id = earlier OR EXISTS (SELECT FROM assessments_versionmove e WHERE e.registration_id = registration
                AND e.version_id = earlier AND e.voided_at IS NULL AND e.effective_on < m.effective_on)))
$$;

-- Whether quality assurance has released what a unit says of a candidate: its own sign-off, or, where everything it asks
-- replaces criteria of units of versions they were on before, those units.
CREATE OR REPLACE FUNCTION assessments_is_released(registration bigint, of_unit bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE replaced bigint[];
BEGIN
    IF EXISTS (SELECT FROM assessments_unitsignoff s JOIN assessments_unitrelease l ON l.signoff_id = s.id AND l.voided_at IS NULL
               WHERE s.registration_id = registration AND s.unit_id = of_unit AND s.voided_at IS NULL) THEN
        RETURN true;
    ELSIF EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = of_unit AND cardinality(k.replaces) = 0) THEN
        RETURN false;
    END IF;
    replaced := ARRAY(SELECT DISTINCT o.unit_id FROM assessments_criterion k
        CROSS JOIN LATERAL unnest(k.replaces) AS old JOIN assessments_criterion o ON o.id = old
        JOIN assessments_unit u ON u.id = o.unit_id JOIN assessments_unit n ON n.id = of_unit
        WHERE k.unit_id = of_unit AND assessments_came_before(registration, u.version_id, n.version_id));
    RETURN cardinality(replaced) > 0
        AND NOT EXISTS (SELECT FROM unnest(replaced) AS old WHERE NOT assessments_is_released(registration, old));
END $$;
