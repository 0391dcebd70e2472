-- Accounts.

-- Whether an actor is the account of a person.
CREATE OR REPLACE FUNCTION workforce_acts_as(actor text, person bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM workforce_user u WHERE u.id = core_account_of(actor) AND u.person_id = person)
$$;

-- The inviter of an account is whoever acted when it was created, for ever. An account stays with its person unless two
-- records of one person are merged, and nobody may tie their own account.
CREATE OR REPLACE FUNCTION workforce_guard_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor text := guard.verified_actor();
BEGIN
    IF guard.invoker() = current_user THEN
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' THEN
        NEW.invited_by_id := core_account_of(actor);
        RETURN NEW;
    ELSIF NEW.invited_by_id IS DISTINCT FROM OLD.invited_by_id THEN
        RAISE EXCEPTION 'Who invited an account never changes.' USING ERRCODE = 'PQ031';
    ELSIF NEW.person_id IS NOT DISTINCT FROM OLD.person_id THEN
        RETURN NEW;
    ELSIF OLD.person_id IS NULL AND actor <> 'user:' || NEW.id THEN
        RETURN NEW;
    ELSIF EXISTS (SELECT FROM workforce_merging() m WHERE coalesce(OLD.person_id, m.from_id) IN (m.from_id, m.to_id)
            AND coalesce(NEW.person_id, m.from_id) IN (m.from_id, m.to_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Whose an account is never changes, unless two records of one person are merged.' USING ERRCODE = 'PQ031';
END $$;

CREATE OR REPLACE TRIGGER workforce_account BEFORE INSERT OR UPDATE OF invited_by_id, person_id ON workforce_user
    FOR EACH ROW EXECUTE FUNCTION workforce_guard_account();
