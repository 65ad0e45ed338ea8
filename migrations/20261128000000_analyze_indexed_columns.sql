-- Which statistics does a read model have when it is swapped in? Called by the rebuild alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Those of the columns that have indexes. The others are left to autovacuum, which such an ANALYZE
-- does not put off: all columns of a wide table take as long as its indexes.
CREATE OR REPLACE FUNCTION projection_build_finish(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text; r record; indexed text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    FOREACH t IN ARRAY p_tables LOOP
        -- Whoever was told to stop in the midst of it may be at work still: its indexes are not
        -- seen before it has ended.
        EXECUTE format('LOCK TABLE %I.%I IN SHARE UPDATE EXCLUSIVE MODE', p_schema, t);
        FOR r IN SELECT c.relname AS name,
                        substring(pg_get_indexdef(c.oid) FROM ' USING .*$') AS columns
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE i.indrelid = format('public.%I', t)::regclass
                   AND to_regclass(format('%I.%I', p_schema, c.relname)) IS NULL LOOP
            EXECUTE format('CREATE INDEX %I ON %I.%I%s', r.name, p_schema, t, r.columns);
        END LOOP;
        SELECT ' (' || string_agg(quote_ident(a.attname), ', ') || ')' INTO indexed
        FROM pg_attribute a
        WHERE a.attrelid = format('%I.%I', p_schema, t)::regclass AND a.attnum > 0
          AND EXISTS (SELECT FROM pg_index i
                      WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey));
        EXECUTE format('ANALYZE %I.%I', p_schema, t) || coalesce(indexed, '');
    END LOOP;
END $$;
