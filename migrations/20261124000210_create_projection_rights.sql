-- How does a table that is built anew get the names and rights of the old one? Used by projection builds alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- What a rebuild does to schemas runs with the rights of the tables' owner, in
-- functions that touch nothing but tables whose rows the caller may delete.
CREATE FUNCTION projection_check_tables(p_schema text, p_tables text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE t text;
BEGIN
    IF p_schema !~ '^[a-z][a-z0-9_]*_v[0-9]+_b[0-9]+$' THEN
        RAISE EXCEPTION 'not the schema of a build: %', p_schema;
    END IF;
    FOREACH t IN ARRAY p_tables LOOP
        IF t = 'projection_checkpoints'
           OR NOT has_table_privilege(session_user, format('public.%I', t), 'DELETE') THEN
            RAISE EXCEPTION 'not the table of a projection: %', t USING ERRCODE = '42501';
        END IF;
    END LOOP;
END $$;

-- LIKE copies neither grants nor policies: this does, anew each time.
CREATE FUNCTION projection_copy_rights(p_from regclass, p_to regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE r record;
BEGIN
    FOR r IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) a
             WHERE c.oid = p_to AND a.grantee NOT IN (0, c.relowner) LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', p_to, r.grantee::regrole);
    END LOOP;
    FOR r IN SELECT a.grantee, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
             WHERE c.oid = p_from AND a.grantee NOT IN (0, c.relowner) LOOP
        EXECUTE format('GRANT %s ON %s TO %s', r.privilege_type, p_to, r.grantee::regrole);
    END LOOP;
    FOR r IN SELECT polname FROM pg_policy WHERE polrelid = p_to LOOP
        EXECUTE format('DROP POLICY %I ON %s', r.polname, p_to);
    END LOOP;
    FOR r IN SELECT p.polname, p.polpermissive, p.polcmd,
                    (SELECT string_agg(CASE WHEN o = 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ')
                     FROM unnest(p.polroles) o) AS roles,
                    pg_get_expr(p.polqual, p.polrelid) AS q,
                    pg_get_expr(p.polwithcheck, p.polrelid) AS w
             FROM pg_policy p WHERE p.polrelid = p_from LOOP
        EXECUTE format('CREATE POLICY %I ON %s AS %s FOR %s TO %s %s %s', r.polname, p_to,
            CASE WHEN r.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE r.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                          WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            r.roles, coalesce('USING (' || r.q || ')', ''), coalesce('WITH CHECK (' || r.w || ')', ''));
    END LOOP;
    SELECT relrowsecurity AS enabled, relforcerowsecurity AS forced INTO r
    FROM pg_class WHERE oid = p_from;
    EXECUTE format('ALTER TABLE %s %s ROW LEVEL SECURITY', p_to,
        CASE WHEN r.enabled THEN 'ENABLE' ELSE 'DISABLE' END);
    EXECUTE format('ALTER TABLE %s %s ROW LEVEL SECURITY', p_to,
        CASE WHEN r.forced THEN 'FORCE' ELSE 'NO FORCE' END);
END $$;

-- Indexes made by LIKE get names by rule: give them those of the originals.
CREATE FUNCTION projection_name_indexes(p_from regclass, p_to regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE r record; target text := (SELECT nspname FROM pg_class c JOIN pg_namespace n
                                  ON n.oid = c.relnamespace WHERE c.oid = p_to);
BEGIN
    FOR r IN SELECT i.indexrelid::oid AS id, c.relname FROM pg_index i
             JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = p_to LOOP
        EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', target, r.relname, 'new_' || r.id);
    END LOOP;
    FOR r IN SELECT a.indexrelid AS old, b.indexrelid AS new, o.relname AS name, c.relname AS made
             FROM pg_index a JOIN pg_class o ON o.oid = a.indexrelid, pg_index b
             JOIN pg_class c ON c.oid = b.indexrelid
             WHERE a.indrelid = p_from AND b.indrelid = p_to
               AND a.indisunique = b.indisunique AND a.indisprimary = b.indisprimary
               AND substring(pg_get_indexdef(a.indexrelid) FROM ' USING .*$')
                 = substring(pg_get_indexdef(b.indexrelid) FROM ' USING .*$') LOOP
        EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', target, r.made, r.name);
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION projection_check_tables(text, text[]), projection_copy_rights(regclass, regclass),
    projection_name_indexes(regclass, regclass) FROM PUBLIC;
