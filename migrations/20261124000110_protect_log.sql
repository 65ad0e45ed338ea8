-- Who could change what has happened? Nobody: no role has the right, and these triggers stop
-- the owner too.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE FUNCTION log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %: what the log says is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '42501';
END $$;
REVOKE ALL ON FUNCTION log_refuse_change() FROM PUBLIC;

CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER batches_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON batches
    FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER log_head_stays BEFORE DELETE OR TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();

-- ALWAYS: also where session_replication_role turns ordinary triggers off.
ALTER TABLE events ENABLE ALWAYS TRIGGER events_are_immutable;
ALTER TABLE batches ENABLE ALWAYS TRIGGER batches_are_immutable;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_stays;
