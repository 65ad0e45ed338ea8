-- Which mail is to go out, and which links in mails are good? Written by the accounts alone
-- (processes/auth).
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- What was asked for about an e-mail address, by its keyed hash, whether anybody has it or not: it
-- looks the same. `link_id` is the link that is to be sent, where there is one already, and all
-- zeros where not; `due_at` is when a mail is to be tried, none once it was sent or nobody has the
-- address.
CREATE TABLE mail_requests (
    address  bytea       NOT NULL CHECK (octet_length(address) = 32),
    purpose  text        NOT NULL,
    link_id  uuid        NOT NULL,
    org_id   uuid,
    asked_at timestamptz NOT NULL,
    due_at   timestamptz,
    attempts integer     NOT NULL,
    PRIMARY KEY (address, purpose, link_id)
);

CREATE INDEX mail_requests_due ON mail_requests (due_at) WHERE due_at IS NOT NULL;

-- A link's token follows from its nonce by a key that is not here. It shows that this address, and
-- no other one, is its user's.
CREATE TABLE account_links (
    org_id     uuid        NOT NULL,
    link_id    uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    purpose    text        NOT NULL,
    address    bytea       NOT NULL CHECK (octet_length(address) = 32),
    nonce      bytea       NOT NULL CHECK (octet_length(nonce) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, link_id)
);

CREATE INDEX account_links_of_user ON account_links (org_id, user_id);
CREATE INDEX account_links_of_address ON account_links (address, purpose, created_at);

-- Until when an address is kept for whoever has not shown that it is theirs. What was reserved
-- before is let go: row security keeps also the owner, who runs this, from changing rows.
ALTER TABLE email_addresses ADD COLUMN reserved_until timestamptz NOT NULL DEFAULT now();
ALTER TABLE email_addresses ALTER COLUMN reserved_until DROP DEFAULT, DROP COLUMN reserved_at;

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'process')
FROM unnest(ARRAY['mail_requests', 'account_links']) t;
SELECT voice_wall('account_links', ARRAY['process']);
