-- Two administrators give a far-reaching role, however a row is written. pqip/core/guards.py installs this after every
-- migrate.

-- True if a role reaches only what is tied to its holder. `PLACELESS_ROLES` in workforce/roles.py lists the same roles.
CREATE OR REPLACE FUNCTION workforce_is_placeless(role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT role IN ('pta', 'countersigner', 'eqa', 'line_manager', 'learner')
$$;

-- True if a role reaches the whole country, or is an administrator's, who gives roles to others. A blank place is the
-- whole country, except for roles that reach only what is tied to their holder. `is_far_reaching` in workforce/roles.py
-- has the same rule.
CREATE OR REPLACE FUNCTION workforce_is_far_reaching(role text, region bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT role = 'administrator' OR (region IS NULL AND NOT public.workforce_is_placeless(role))
$$;

-- Whether a role that was given is in force on a day: it waits for nobody, and has not ended.
CREATE OR REPLACE FUNCTION workforce_stands(is_waiting boolean, ends_on date, on_day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT is_waiting AND coalesce(ends_on >= on_day, true)
$$;

-- True if a role is one of many: roles given one by one, region after region, add up to the whole country. Roles that
-- reach only what is tied to their holder do not count. For each holder, only one transaction at a time may ask.
CREATE OR REPLACE FUNCTION workforce_is_one_of_many(holder bigint, role text, region bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE today date := public.core_day_of(clock_timestamp());
BEGIN
    IF region IS NULL OR public.workforce_is_placeless(role) THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(770005, (holder % 1024)::integer);
    RETURN (SELECT count(DISTINCT g.region_id) >= 3 FROM public.workforce_rolegrant g
        WHERE g.user_id = holder AND g.region_id <> region AND public.workforce_stands(g.is_waiting, g.ends_on, today)
            AND NOT public.workforce_is_placeless(g.role));
END $$;

-- Why somebody may not confirm a role, in words; NULL if they may. They must have held the administrator's role since
-- before the role was requested, for a place that includes the role's. Neither their account nor their role may come
-- from whoever gave the role or would hold it, directly or through others.
CREATE OR REPLACE FUNCTION workforce_why_not_confirm(asked_id bigint, who bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE asked public.workforce_rolegrant;
BEGIN
    SELECT * INTO asked FROM public.workforce_rolegrant g WHERE g.id = asked_id;
    IF who = asked.given_by_id OR who = asked.user_id THEN
        RETURN 'You gave this role, or would hold it. Another administrator confirms it.';
    END IF;
    IF NOT EXISTS (SELECT FROM public.workforce_rolegrant a JOIN public.workforce_user u ON u.id = a.user_id AND u.is_active
            WHERE a.user_id = who AND a.role = 'administrator'
                AND public.workforce_stands(a.is_waiting, a.ends_on, public.core_day_of(clock_timestamp()))
                AND greatest(a.given_at, a.confirmed_at) < asked.given_at
                AND a.starts_on <= public.core_day_of(asked.given_at)
                AND (a.region_id IS NULL OR a.region_id = asked.region_id AND (a.pdu_id IS NULL OR a.pdu_id = asked.pdu_id))) THEN
        RETURN 'This role is confirmed by somebody who was an administrator of its place before it was given.';
    END IF;
    IF EXISTS (
            WITH RECURSIVE owes (from_id, to_id) AS (
                SELECT invited_by_id, id FROM public.workforce_user WHERE invited_by_id IS NOT NULL
                UNION ALL SELECT given_by_id, user_id FROM public.workforce_rolegrant
                    WHERE given_by_id IS NOT NULL AND NOT is_waiting
            ), led (id) AS (
                SELECT unnest(ARRAY[asked.given_by_id, asked.user_id])
                UNION SELECT o.to_id FROM led JOIN owes o ON o.from_id = led.id
            ) SELECT FROM led WHERE id = who) THEN
        RETURN 'Who gave this role, or would hold it, invited you or gave you a role, or somebody did whom they invited. '
            || 'An administrator who owes them nothing confirms it.';
    END IF;
    RETURN NULL;
END $$;

-- True if a command may give such a role alone: with made-up data, as the owner of the tables, or, for the operator who
-- runs create_user, while there are not yet two administrators of the whole country. Only one transaction at a time may
-- ask.
CREATE OR REPLACE FUNCTION workforce_may_give_alone(actor text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE today date := public.core_day_of(clock_timestamp());
BEGIN
    IF guard.invoker() = current_user OR EXISTS (SELECT FROM guard.demonstration WHERE is_on) THEN
        RETURN actor LIKE 'job:%';
    ELSIF actor <> 'job:create_user' THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(770004);
    RETURN (SELECT count(DISTINCT g.user_id) < 2 FROM public.workforce_rolegrant g
        JOIN public.workforce_user u ON u.id = g.user_id AND u.is_active
        WHERE g.role = 'administrator' AND g.region_id IS NULL AND g.starts_on <= today
            AND public.workforce_stands(g.is_waiting, g.ends_on, today));
END $$;

-- What may be written about a role that was given.
CREATE OR REPLACE FUNCTION workforce_guard_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE actor text := guard.verified_actor();
        who bigint := public.core_account_of(actor);
        free text[] := ARRAY['ends_on', 'is_waiting', 'confirmed_by_id', 'confirmed_at'];
        why text;
BEGIN
    IF guard.invoker() = current_user THEN  -- the owner migrates and restores
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF who = coalesce(NEW.user_id, OLD.user_id) THEN
        why := 'Nobody gives, changes or confirms a role of their own.';
    ELSIF TG_OP = 'DELETE' THEN
        IF NOT OLD.is_waiting AND OLD.starts_on <= public.core_day_of(clock_timestamp()) THEN
            why := 'A role that was in force is ended, never deleted.';
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        NEW.given_at := clock_timestamp();
        IF NEW.given_by_id IS DISTINCT FROM who OR NEW.confirmed_by_id IS NOT NULL OR NEW.confirmed_at IS NOT NULL THEN
            why := 'A role is given by who acts, and confirmed by nobody yet.';
        ELSIF NOT NEW.is_waiting AND (public.workforce_is_far_reaching(NEW.role, NEW.region_id)
                    OR public.workforce_is_one_of_many(NEW.user_id, NEW.role, NEW.region_id))
                AND NOT public.workforce_may_give_alone(actor) THEN
            why := 'A role for the whole country, in a fourth region, or an administrator''s waits until another administrator confirms it.';
        END IF;
    ELSIF to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        why := 'What a role is, whose, where and from when never changes: end it and give another.';
    ELSIF coalesce(NEW.ends_on, 'infinity') > coalesce(OLD.ends_on, 'infinity') THEN
        why := 'A role is never made longer: give another from the day after.';
    ELSIF OLD.is_waiting AND NOT NEW.is_waiting THEN
        NEW.confirmed_at := clock_timestamp();
        why := CASE WHEN who IS NULL OR NEW.confirmed_by_id IS DISTINCT FROM who THEN 'A role is confirmed by the administrator who acts.'
            ELSE public.workforce_why_not_confirm(OLD.id, who) END;
    ELSIF (NEW.is_waiting, NEW.confirmed_by_id, NEW.confirmed_at) IS DISTINCT FROM (OLD.is_waiting, OLD.confirmed_by_id, OLD.confirmed_at)
    THEN
        why := 'That a role waits, and who confirmed it, never changes once it does not.';
    END IF;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION '%', why USING ERRCODE = 'PQ030';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE TRIGGER workforce_grant BEFORE INSERT OR UPDATE OR DELETE ON workforce_rolegrant
    FOR EACH ROW EXECUTE FUNCTION workforce_guard_grant();
