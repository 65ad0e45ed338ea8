-- When does a read model that is built anew get its indexes? Called by the rebuild alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Only the unique ones are there while it is filled: adding to the others row by row is half of
-- the server's work.
CREATE OR REPLACE FUNCTION projection_build_create(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text; options text; i text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    EXECUTE format('CREATE SCHEMA %I', p_schema);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', p_schema, session_user);
    FOREACH t IN ARRAY p_tables LOOP
        EXECUTE format('CREATE TABLE %I.%I (LIKE public.%I INCLUDING ALL)', p_schema, t, t);
        -- LIKE forgets the fillfactor and its like.
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
    END LOOP;
END $$;

DROP FUNCTION projection_build_analyze(text, text[]);

-- The indexes that are still missing, and fresh statistics.
CREATE FUNCTION projection_build_finish(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text; r record;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    FOREACH t IN ARRAY p_tables LOOP
        FOR r IN SELECT c.relname AS name,
                        substring(pg_get_indexdef(c.oid) FROM ' USING .*$') AS columns
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE i.indrelid = format('public.%I', t)::regclass
                   AND to_regclass(format('%I.%I', p_schema, c.relname)) IS NULL LOOP
            EXECUTE format('CREATE INDEX %I ON %I.%I%s', r.name, p_schema, t, r.columns);
        END LOOP;
        EXECUTE format('ANALYZE %I.%I', p_schema, t);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION projection_build_finish(text, text[]) FROM PUBLIC;
SELECT voice_grant('EXECUTE', 'FUNCTION projection_build_finish(text, text[])', 'projector');
