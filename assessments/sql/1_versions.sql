-- Versions a candidate has been on.

-- Whether a candidate has moved to another version at all.
CREATE OR REPLACE FUNCTION assessments_has_moved(registration bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m WHERE m.registration_id = registration AND m.voided_at IS NULL)
$$;

-- Whether a candidate has moved to a version.
CREATE OR REPLACE FUNCTION assessments_has_moved_to(registration bigint, version bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m
        WHERE m.registration_id = registration AND m.version_id = version AND m.voided_at IS NULL)
$$;

-- Whether the candidate has been on a version: that of the first day, or one they moved to. False for no version.
CREATE OR REPLACE FUNCTION assessments_was_on(registration bigint, first_version bigint, version bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce(version = first_version OR assessments_has_moved_to(registration, version), false)
$$;

-- Whether a candidate was assessed by one version before they moved to the other. Two versions may each state what they
-- replace in the other: the order in which the candidate was on them decides which statement counts.
CREATE OR REPLACE FUNCTION assessments_came_before(registration bigint, earlier bigint, later bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m JOIN assessments_registration r ON r.id = m.registration_id
        WHERE m.registration_id = registration AND m.version_id = later AND m.voided_at IS NULL
            AND (r.version_id = earlier OR EXISTS (SELECT FROM assessments_versionmove e WHERE e.registration_id = registration
                AND e.version_id = earlier AND e.voided_at IS NULL AND e.effective_on < m.effective_on)))
$$;
