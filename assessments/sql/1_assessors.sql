-- What must hold of assessment, however a row is written. Installed after every migrate by pqip/core/guards.py; every
-- statement can be repeated. The checks run once for each statement, over all of its rows, so that COPY stays fast; lookups
-- for each row are scalar subqueries, which go by index even where the tables have just been filled and have no statistics
-- yet.
-- SQLSTATE PQ1xx; the messages can be shown to users.
-- One file for each subject, read in the order of their numbers.

-- Who may do what, on a day.

-- Whether an assessor's award holds on a day: achieved on or before it, and not lapsed on it (rule C3 51).
CREATE OR REPLACE FUNCTION assessments_is_qualified(achieved date, lapsed date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(achieved <= on_day, false) AND NOT coalesce(lapsed <= on_day, false)
$$;

-- `AssessorQuerySet` and `AssessorRecord` say the same in Python.

-- Whether a fact with a duration is true on a day: it has begun, and its last day, if any, has not passed.
CREATE OR REPLACE FUNCTION assessments_in_force(since date, until date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(since <= on_day, false) AND coalesce(until >= on_day, true)
$$;

-- Whether an authority, from one day to another, covers a qualification on a day. Countersigning also requires the award
-- (C3 52).
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

-- Whether a sample of a decision was recorded while the decision stood, so that its action may still be recorded.
CREATE OR REPLACE FUNCTION assessments_was_sampled(decision bigint, assurer bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_sample x JOIN assessments_decision d ON d.id = x.decision_id
        WHERE x.decision_id = decision AND x.quality_assurer_id = assurer AND x.sampled_on = on_day
            AND x.recorded_at < d.voided_at)
$$;
