-- Which of the roles and rights under a prefix ($1) does this database lack?
WITH want AS (
    SELECT r, $1 || '_' || r AS name
    FROM unnest(ARRAY['owner', 'migrator', 'writer', 'app', 'process', 'projector', 'auditor']) r
), have AS (
    SELECT w.r, w.name, p.oid FROM want w LEFT JOIN pg_roles p ON p.rolname = w.name
), owner AS (
    SELECT oid FROM have WHERE r = 'owner'
), rights AS (
    SELECT coalesce(has_schema_privilege(oid, 'public', 'USAGE') AND CASE r
        WHEN 'owner' THEN has_database_privilege(oid, current_database(), 'CREATE')
                      AND has_schema_privilege(oid, 'public', 'CREATE')
        WHEN 'migrator' THEN has_database_privilege(oid, current_database(), 'CONNECT')
                      AND pg_has_role(oid, (SELECT oid FROM owner), 'MEMBER')
        ELSE has_database_privilege(oid, current_database(), 'CONNECT') END, false) AS granted
    FROM have
), open AS (
    SELECT FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    WHERE d.datname = current_database() AND a.grantee = 0
    UNION ALL
    SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
    WHERE n.nspname = 'public' AND a.grantee = 0
)
SELECT ARRAY(SELECT name FROM have WHERE oid IS NULL) AS roles,
       NOT (SELECT bool_and(granted) FROM rights) OR EXISTS (SELECT FROM open) AS rights,
       me.rolname::text AS me,
       me.rolsuper OR me.rolcreaterole AS creates,
       pg_has_role(me.oid, d.datdba, 'USAGE') AS owns,
       d.datname::text AS database
FROM pg_roles me, pg_database d
WHERE me.rolname = current_user AND d.datname = current_database()
