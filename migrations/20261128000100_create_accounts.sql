-- Who signs in, with what, and who is signed in? Written by the accounts alone (processes/auth).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- An e-mail address is one person's in the whole installation. It is kept as a keyed hash; the
-- address itself is sealed in the log.
CREATE TABLE email_addresses (
    address      bytea       NOT NULL CHECK (octet_length(address) = 32),
    org_id       uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    reserved_at  timestamptz NOT NULL,
    confirmed_at timestamptz,
    PRIMARY KEY (address)
);

-- Only argon2id hashes, and nowhere else.
CREATE TABLE credentials (
    org_id     uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    version    integer     NOT NULL,
    phc        text        NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

-- A session's refresh token follows from its nonce and turn by a key that is not here.
CREATE TABLE sessions (
    org_id         uuid        NOT NULL,
    session_id     uuid        NOT NULL,
    user_id        uuid        NOT NULL,
    nonce          bytea       NOT NULL CHECK (octet_length(nonce) = 32),
    turn           integer     NOT NULL,
    client         text        NOT NULL,
    address        text        NOT NULL,
    created_at     timestamptz NOT NULL,
    refreshed_at   timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    closed_at      timestamptz,
    closed_because text,
    PRIMARY KEY (org_id, session_id)
);

CREATE INDEX sessions_of_user ON sessions (org_id, user_id, created_at);
CREATE INDEX sessions_closed ON sessions (closed_at) WHERE closed_at IS NOT NULL;

-- How often signing in has failed, by the keyed hash of an e-mail address or a network address.
CREATE TABLE sign_in_failures (
    subject      bytea       NOT NULL CHECK (octet_length(subject) = 32),
    failures     integer     NOT NULL,
    failed_at    timestamptz NOT NULL,
    locked_until timestamptz,
    PRIMARY KEY (subject)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'process')
FROM unnest(ARRAY['email_addresses', 'credentials', 'sessions', 'sign_in_failures']) t;
SELECT voice_wall(t, ARRAY['process'])
FROM unnest(ARRAY['email_addresses', 'credentials', 'sessions']) t;
