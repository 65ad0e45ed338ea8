-- Is a read model that was built anew the one that is there? Asked by the rebuild alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Are a build's tables there, with the columns that the live ones have today?
CREATE FUNCTION projection_build_fits(p_schema text, p_tables text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM unnest(p_tables) t,
            LATERAL (SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
                     FROM pg_attribute WHERE attrelid = to_regclass(format('public.%I', t))
                     AND attnum > 0 AND NOT attisdropped) live(columns),
            LATERAL (SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
                     FROM pg_attribute WHERE attrelid = to_regclass(format('%I.%I', p_schema, t))
                     AND attnum > 0 AND NOT attisdropped) built(columns)
        WHERE live.columns IS DISTINCT FROM built.columns)
$$;

-- How many rows are only here or only there? Whole rows are compared, as they
-- print, so that columns of every type count; a changed row is in both numbers.
CREATE FUNCTION projection_build_compare(p_schema text, p_tables text[])
RETURNS TABLE (name text, live_only bigint, built_only bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    FOREACH name IN ARRAY p_tables LOOP
        EXECUTE format(
            'WITH l AS (SELECT md5(r::text)::uuid AS h, count(*) AS n FROM public.%1$I r GROUP BY 1),
                  b AS (SELECT md5(r::text)::uuid AS h, count(*) AS n FROM %2$I.%1$I r GROUP BY 1)
             SELECT coalesce(sum(greatest(coalesce(l.n, 0) - coalesce(b.n, 0), 0)), 0)::bigint,
                    coalesce(sum(greatest(coalesce(b.n, 0) - coalesce(l.n, 0), 0)), 0)::bigint
             FROM l FULL JOIN b USING (h)', name, p_schema) INTO live_only, built_only;
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION projection_build_fits(text, text[]),
    projection_build_compare(text, text[]) FROM PUBLIC;
SELECT voice_grant('EXECUTE', f, 'projector') FROM unnest(ARRAY[
    'FUNCTION projection_build_fits(text, text[])',
    'FUNCTION projection_build_compare(text, text[])']) f;
