-- The triggers of a ledger's rows. Installed after every migrate by pqip/core/guards.py; every statement can be repeated.

CREATE OR REPLACE FUNCTION core_ledger_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stated text := coalesce(current_setting('pqip.stated_at', true), '');
        instant timestamptz := core_recording_instant();
BEGIN
    NEW.recorded_by := core_actor();
    IF stated = 'per row' AND NEW.recorded_at IS NOT NULL THEN
        IF NEW.recorded_at > instant THEN
            RAISE EXCEPTION 'A fact cannot have been recorded in the future (%).', NEW.recorded_at USING ERRCODE = 'PQ002';
        END IF;
        IF NEW.voided_at < NEW.recorded_at OR NEW.voided_at > instant THEN
            RAISE EXCEPTION 'A fact cannot have been voided before it was recorded, or in the future (%).', NEW.voided_at
                USING ERRCODE = 'PQ002';
        END IF;
        NEW.loaded_at := instant;
        NEW.voided_by := CASE WHEN NEW.voided_at IS NULL THEN '' ELSE core_actor() END;
        NEW.void_reason := coalesce(NEW.void_reason, '');
        RETURN NEW;
    END IF;
    IF NEW.voided_at IS NOT NULL THEN
        RAISE EXCEPTION 'A fact cannot be recorded as void.' USING ERRCODE = 'PQ002';
    END IF;
    IF stated IN ('', 'per row') THEN
        NEW.recorded_at := instant;
        NEW.loaded_at := NULL;
    ELSE
        NEW.recorded_at := stated::timestamptz;
        NEW.loaded_at := instant;
    END IF;
    NEW.voided_by := '';
    NEW.void_reason := '';
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION core_ledger_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stated text := coalesce(current_setting('pqip.stated_at', true), '');
        void_columns text[] := ARRAY['voided_at', 'voided_by', 'void_reason'];
BEGIN
    IF current_user = 'pqip_retention' AND core_is_erased(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        RETURN NEW;
    END IF;
    IF OLD.voided_at IS NOT NULL THEN
        RAISE EXCEPTION 'Row % of % is already void and cannot change.', OLD.id, TG_TABLE_NAME USING ERRCODE = 'PQ003';
    END IF;
    IF NEW.voided_at IS NULL OR (to_jsonb(NEW) - void_columns) <> (to_jsonb(OLD) - void_columns) THEN
        RAISE EXCEPTION 'A row of % is never changed: void it and record what is right.', TG_TABLE_NAME USING ERRCODE = 'PQ003';
    END IF;
    IF coalesce(btrim(NEW.void_reason), '') = '' THEN
        RAISE EXCEPTION 'Voiding a fact needs a reason.' USING ERRCODE = 'PQ003';
    END IF;
    IF stated = '' THEN
        NEW.voided_at := core_recording_instant();
    ELSIF stated <> 'per row' THEN
        PERFORM core_recording_instant();
        NEW.voided_at := stated::timestamptz;
    ELSE
        NEW.voided_at := least(NEW.voided_at, core_recording_instant());
    END IF;
    -- Nothing is voided as of a time before it was recorded: otherwise, between the two, either neither the row nor its
    -- replacement would be known, or both.
    IF NEW.voided_at < OLD.recorded_at AND stated = '' THEN
        RAISE EXCEPTION 'This was changed by somebody else at the same moment. Nothing was saved; try again' USING ERRCODE = 'PQ005';
    ELSIF NEW.voided_at < OLD.recorded_at THEN
        RAISE EXCEPTION 'Something that would be corrected was recorded at %, after %. State a later time of recording, or none',
            to_char(OLD.recorded_at AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY HH24:MI:SS'),
            to_char(NEW.voided_at AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY HH24:MI:SS') USING ERRCODE = 'PQ005';
    END IF;
    NEW.voided_by := core_actor();
    RETURN NEW;
END $$;

-- Whether a row differs only in that these columns have been blanked: personal values, erased by the retention role.
CREATE OR REPLACE FUNCTION core_is_erased(before jsonb, after jsonb, erasable text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT before - coalesce(erasable, '{}') = after - coalesce(erasable, '{}') AND NOT EXISTS (
        SELECT FROM unnest(erasable) AS name
        WHERE after -> name IS DISTINCT FROM before -> name AND coalesce(after ->> name, '') NOT IN ('', 'Erased'))
$$;

-- A fact recorded at a stated time may not be known at the same instant as one of the same key that has been voided since:
-- at every instant only one of them is known. (Without a stated time nothing is voided later.) Arguments: the columns of
-- the key.
CREATE OR REPLACE FUNCTION core_known_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stated text := coalesce(current_setting('pqip.stated_at', true), '');
        same text := (SELECT string_agg(CASE WHEN starts_with(name, '?') THEN format('o.%1$I IS NOT DISTINCT FROM n.%1$I', substr(name, 2))
            ELSE format('o.%1$I = n.%1$I', name) END, ' AND ') FROM unnest(TG_ARGV) AS name);
        until timestamptz;
BEGIN
    IF stated IN ('', 'per row') THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT max(o.voided_at) FROM new_rows n JOIN %I o ON %s AND o.voided_at > n.recorded_at AND '
        || 'o.voided_at > o.recorded_at', TG_TABLE_NAME, same) INTO until;
    IF until IS NOT NULL THEN
        RAISE EXCEPTION 'Something else was known of the same until %. State a later time of recording, or none',
            to_char(until AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY HH24:MI:SS') USING ERRCODE = 'PQ005';
    END IF;
    RETURN NULL;
END $$;

-- Where a time of recording is stated: nothing is recorded before what it belongs to, such as an event before its
-- enrolment. Arguments: the column that leads to it, the ledger whose first row says when it was recorded, the column
-- there.
CREATE OR REPLACE FUNCTION core_not_before() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first timestamptz;
BEGIN
    IF coalesce(current_setting('pqip.stated_at', true), '') = '' THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT min(f.first) FROM (SELECT %1$I AS key, min(recorded_at) AS at FROM new_rows GROUP BY %1$I) n '
        || 'JOIN (SELECT %3$I AS key, min(recorded_at) AS first FROM %2$I WHERE %3$I IN (SELECT %1$I FROM new_rows) GROUP BY %3$I) f '
        || 'ON f.key = n.key AND n.at < f.first', TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]) INTO first;
    IF first IS NOT NULL THEN
        RAISE EXCEPTION 'Nothing can have been recorded before what it belongs to, which was recorded at %. State a later time',
            to_char(first AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY HH24:MI:SS') USING ERRCODE = 'PQ006';
    END IF;
    RETURN NULL;
END $$;

-- The content of a row is also kept as a ledger, as it was known, however the row was written (action, bulk, COPY). The row
-- itself holds what is known now. Arguments: the ledger's table, the key's column here and there, then the columns kept. A
-- load whose rows state their own instants also loads the ledger's rows (`pqip/demo`).
CREATE OR REPLACE FUNCTION core_keep_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ledger text := TG_ARGV[0];
        own text := TG_ARGV[1];
        theirs text := TG_ARGV[2];
        stated text := coalesce(current_setting('pqip.stated_at', true), '');
        why text := left(coalesce(nullif(btrim(current_setting('pqip.reason', true)), ''), 'Corrected'), 500);
        kept text := (SELECT string_agg(format('%I', TG_ARGV[at]), ', ' ORDER BY at) FROM generate_series(3, TG_NARGS - 1) AS at);
        new_kept text := (SELECT string_agg(format('n.%I', TG_ARGV[at]), ', ' ORDER BY at) FROM generate_series(3, TG_NARGS - 1) AS at);
        old_kept text := (SELECT string_agg(format('o.%I', TG_ARGV[at]), ', ' ORDER BY at) FROM generate_series(3, TG_NARGS - 1) AS at);
        changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' AND stated = 'per row' THEN
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT array_agg(n.%I) FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE (%s) IS DISTINCT FROM (%s)',
            own, new_kept, old_kept) INTO changed;
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT array_agg(o.%I) FROM old_rows o', own) INTO changed;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('UPDATE %I SET voided_at = clock_timestamp(), void_reason = $1 WHERE %I = ANY($2) AND voided_at IS NULL',
            ledger, theirs) USING why, changed;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('INSERT INTO %I (%I, effective_on, %s) SELECT n.%I, core_day_of(core_recording_instant()), %s '
            || 'FROM new_rows n WHERE $1 IS NULL OR n.%I = ANY($1)', ledger, theirs, kept, own, new_kept, own) USING changed;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are kept.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'PQ003';
END $$;
