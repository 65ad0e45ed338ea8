-- Question: who may do what in this database? Functions of the migrations and the policies alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- What a later migration makes is closed until it is granted, functions too.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Gives rights on a table, or on 'FUNCTION f(args)', to one of the narrow
-- roles, which is named without its prefix.
CREATE FUNCTION voice_grant(rights text, object text, role text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT %s ON %s TO %I', rights, object,
                   current_setting('voice.prefix') || '_' || role);
END $$;

-- The organization of this transaction. Raises where none is set: after a
-- commit the setting is '', not NULL.
CREATE FUNCTION current_org() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
    org text := current_setting('app.org', true);
BEGIN
    IF org IS NULL OR org = '' THEN
        RAISE EXCEPTION 'no organization is set' USING ERRCODE = '42501';
    END IF;
    RETURN org::uuid;
END $$;

SELECT voice_grant('EXECUTE', 'FUNCTION current_org()', r)
FROM unnest(ARRAY['writer', 'app', 'projector', 'auditor']) r;
