-- How is a read model built beside the live one and swapped in? Called by the rebuild alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE FUNCTION projection_build_create(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text; options text;
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
        PERFORM public.projection_name_indexes(format('public.%I', t)::regclass,
                                               format('%I.%I', p_schema, t)::regclass);
        PERFORM public.projection_copy_rights(format('public.%I', t)::regclass,
                                              format('%I.%I', p_schema, t)::regclass);
    END LOOP;
END $$;

CREATE FUNCTION projection_build_analyze(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    FOREACH t IN ARRAY p_tables LOOP
        EXECUTE format('ANALYZE %I.%I', p_schema, t);
    END LOOP;
END $$;

-- Moves the live tables out to <schema>_old and the built ones in.
CREATE FUNCTION projection_build_swap(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, p_tables);
    EXECUTE format('CREATE SCHEMA %I', p_schema || '_old');
    FOREACH t IN ARRAY p_tables LOOP
        PERFORM public.projection_copy_rights(format('public.%I', t)::regclass,
                                              format('%I.%I', p_schema, t)::regclass);
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA %I', t, p_schema || '_old');
        EXECUTE format('ALTER TABLE %I.%I SET SCHEMA public', p_schema, t);
    END LOOP;
END $$;

-- Removes what a build, or a swap, has left; views on it stop this.
CREATE FUNCTION projection_build_drop(p_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE s text; t text;
BEGIN
    PERFORM public.projection_check_tables(p_schema, '{}');
    FOREACH s IN ARRAY ARRAY[p_schema || '_old', p_schema] LOOP
        FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = s LOOP
            EXECUTE format('DROP TABLE %I.%I', s, t);
        END LOOP;
        IF to_regnamespace(quote_ident(s)) IS NOT NULL THEN
            EXECUTE format('DROP SCHEMA %I', s);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION projection_build_create(text, text[]),
    projection_build_analyze(text, text[]), projection_build_swap(text, text[]),
    projection_build_drop(text) FROM PUBLIC;
SELECT voice_grant('EXECUTE', f, 'projector') FROM unnest(ARRAY[
    'FUNCTION projection_build_create(text, text[])',
    'FUNCTION projection_build_analyze(text, text[])',
    'FUNCTION projection_build_swap(text, text[])',
    'FUNCTION projection_build_drop(text)']) f;
