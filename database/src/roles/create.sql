-- Makes a role, or sets its password: its name, and the verifier of its
-- password, which is empty for one that does not log in.
DO $$
DECLARE
    role_name text := current_setting('voice.new_role');
    verifier  text := current_setting('voice.new_verifier');
    login     text := CASE verifier WHEN '' THEN 'NOLOGIN'
                      ELSE format('LOGIN PASSWORD %L', verifier) END;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT
                        NOREPLICATION NOBYPASSRLS %s', role_name, login);
    ELSIF verifier <> '' THEN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', role_name, verifier);
    END IF;
END $$
