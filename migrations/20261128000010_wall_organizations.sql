-- Which rows does a role see? Asked by PostgreSQL for every statement, by nobody else: the second
-- wall between organizations.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- The role of callers sees one organization, the roles that are named see every one. Every table
-- with an organization gets its wall where it is made.
CREATE FUNCTION voice_wall(object text, everywhere text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    prefix text := current_setting('voice.prefix');
    -- The sub-select is evaluated once per statement, the bare call once per row.
    own    text := 'org_id = (SELECT current_org())';
    r      text;
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', object);
    EXECUTE format('CREATE POLICY own_organization ON %I TO %I USING (%s) WITH CHECK (%s)',
                   object, prefix || '_app', own, own);
    FOREACH r IN ARRAY everywhere LOOP
        EXECUTE format('CREATE POLICY %I ON %I TO %I USING (true) WITH CHECK (true)',
                       'every_organization_' || r, object, prefix || '_' || r);
    END LOOP;
END $$;

CREATE FUNCTION voice_revoke(object text, role text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM %I', object,
                   current_setting('voice.prefix') || '_' || role);
END $$;

-- The processes' own tables have a role of their own.
SELECT voice_revoke(t, 'app')
FROM unnest(ARRAY['process_cursors', 'dial_submissions', 'provider_inbox', 'dial_reservations']) t;
SELECT voice_grant('SELECT, INSERT, UPDATE', t, 'process')
FROM unnest(ARRAY['process_cursors', 'dial_submissions', 'provider_inbox']) t;
SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'dial_reservations', 'process');
SELECT voice_grant('SELECT', t, 'process') FROM unnest(ARRAY['events', 'log_head']) t;

SELECT voice_wall('events', ARRAY['writer', 'process', 'projector', 'auditor']);
SELECT voice_wall('idempotency', ARRAY['writer', 'auditor']);
SELECT voice_wall(t, '{}') FROM unnest(ARRAY['organization_secrets', 'subject_keys']) t;
SELECT voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['calls', 'call_timeline', 'call_facts', 'queue_segments']) t;
SELECT voice_wall(t, ARRAY['process', 'auditor'])
FROM unnest(ARRAY['dial_submissions', 'provider_inbox', 'dial_reservations']) t;

-- A build's tables have no wall until they are swapped in: COPY fills no table that has one, and
-- only the projector gets into a build's schema.
CREATE OR REPLACE FUNCTION projection_build_create(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text; options text; i text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    EXECUTE format('CREATE SCHEMA %I', p_schema);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', p_schema, session_user);
    FOREACH t IN ARRAY p_tables LOOP
        EXECUTE format('CREATE TABLE %I.%I (LIKE public.%I INCLUDING ALL)', p_schema, t, t);
        SELECT array_to_string(reloptions, ', ') INTO options
        FROM pg_class WHERE oid = format('public.%I', t)::regclass;
        IF options <> '' THEN
            EXECUTE format('ALTER TABLE %I.%I SET (%s)', p_schema, t, options);
        END IF;
        FOR i IN SELECT indexrelid::regclass::text FROM pg_index
                 WHERE indrelid = format('%I.%I', p_schema, t)::regclass AND NOT indisunique LOOP
            EXECUTE 'DROP INDEX ' || i;
        END LOOP;
        PERFORM public.projection_name_indexes(format('public.%I', t)::regclass,
                                               format('%I.%I', p_schema, t)::regclass);
        PERFORM public.projection_copy_rights(format('public.%I', t)::regclass,
                                              format('%I.%I', p_schema, t)::regclass);
        EXECUTE format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY', p_schema, t);
    END LOOP;
END $$;
