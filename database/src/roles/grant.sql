-- Gives the roles their way into this database, and takes everybody else's.
DO $$
DECLARE
    prefix text := current_setting('voice.prefix');
    owner  text := prefix || '_owner';
    logins text := (SELECT string_agg(quote_ident(prefix || '_' || r), ', ')
                    FROM unnest(ARRAY['migrator', 'writer', 'app', 'process', 'projector', 'auditor']) r);
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), owner);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), logins);
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', owner);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %s', logins);
    EXECUTE format('GRANT %I TO %I', owner, prefix || '_migrator');
END $$
