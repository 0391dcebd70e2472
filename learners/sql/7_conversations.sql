-- Support conversations: offered, held or declined by others than the learner; and what is agreed rests on one that was held.

-- Nobody offers a conversation to themself, or records, changes or undoes anything of their own.
CREATE OR REPLACE FUNCTION learners_conversation_by_others() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t JOIN learners_enrolment e ON e.id = t.enrolment_id
        WHERE workforce_acts_as(CASE WHEN t.voided_at IS NULL THEN t.recorded_by ELSE t.voided_by END, e.person_id)
    ) THEN
        RAISE EXCEPTION 'Somebody else records support conversations with you.' USING ERRCODE = 'PQ014';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_conversation_by_others_insert AFTER INSERT ON learners_conversation
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_conversation_by_others();
CREATE OR REPLACE TRIGGER learners_conversation_by_others_update AFTER UPDATE ON learners_conversation
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_conversation_by_others();
CREATE OR REPLACE TRIGGER learners_conversation_action_by_others_insert AFTER INSERT ON learners_conversationaction
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_conversation_by_others();
CREATE OR REPLACE TRIGGER learners_conversation_action_by_others_update AFTER UPDATE ON learners_conversationaction
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_conversation_by_others();

-- At the end of a transaction every live action rests on a live conversation of that day that was held by the day it was agreed.
-- Both are changed under the lock of the enrolment, which is held here too, so that of two at once the second sees the first.
CREATE OR REPLACE FUNCTION learners_conversation_whole() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM learners_enrolment e WHERE e.id = NEW.enrolment_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM learners_conversationaction a WHERE a.enrolment_id = NEW.enrolment_id AND a.voided_at IS NULL AND NOT EXISTS (
            SELECT FROM learners_conversation c WHERE c.enrolment_id = a.enrolment_id AND c.effective_on = a.offered_on
                AND c.voided_at IS NULL AND c.held_on <= a.effective_on
        )
    ) THEN
        RAISE EXCEPTION 'What was agreed rests on a conversation that was held. Undo what was agreed first.'
            USING ERRCODE = 'PQ014';
    END IF;
    RETURN NULL;
END $$;

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'learners_conversation_whole') THEN
        CREATE CONSTRAINT TRIGGER learners_conversation_whole AFTER INSERT OR UPDATE ON learners_conversation
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION learners_conversation_whole();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'learners_conversation_action_whole') THEN
        CREATE CONSTRAINT TRIGGER learners_conversation_action_whole AFTER INSERT OR UPDATE ON learners_conversationaction
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION learners_conversation_whole();
    END IF;
END $$;
