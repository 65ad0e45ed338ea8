-- Which lists of people were brought in, and what has become of them? Written by the projection
-- `imports` alone; the files and what became of their rows by the imports (processes/imports) alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the import as the domain folds it.
CREATE TABLE imports (
    org_id       uuid        NOT NULL,
    import_id    uuid        NOT NULL,
    version      bigint      NOT NULL,
    campaign_id  uuid        NOT NULL,
    status       text        NOT NULL,
    requested_at timestamptz NOT NULL,
    state        json        NOT NULL,
    PRIMARY KEY (org_id, import_id)
) WITH (fillfactor = 80);

CREATE INDEX imports_newest ON imports (org_id, requested_at DESC, import_id DESC);
CREATE INDEX imports_of_campaign
    ON imports (org_id, campaign_id, requested_at DESC, import_id DESC);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'imports', 'projector');
SELECT voice_grant('SELECT', 'imports', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('imports', ARRAY['projector', 'auditor']);

-- A file is there from the first byte that came until its import is over. Its id is the subject
-- whose key seals its parts: with the key the file is gone, from backups too.
CREATE TABLE import_files (
    org_id     uuid        NOT NULL,
    file_id    uuid        NOT NULL,
    import_id  uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, file_id)
);

CREATE INDEX import_files_old ON import_files (created_at);

CREATE TABLE import_parts (
    org_id  uuid    NOT NULL,
    file_id uuid    NOT NULL,
    part    integer NOT NULL,
    -- Whether no part follows: a file that lacks its last part is not whole.
    last    boolean NOT NULL,
    sealed  bytea   NOT NULL,
    PRIMARY KEY (org_id, file_id, part)
);
-- Sealed bytes cannot be compressed.
ALTER TABLE import_parts ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Who was erased while a file with them perhaps was kept: a keyed hash of the number, so that its
-- row does not bring them back.
CREATE TABLE import_erasures (
    org_id  uuid NOT NULL,
    file_id uuid NOT NULL,
    mark    uuid NOT NULL,
    PRIMARY KEY (org_id, file_id, mark)
);

-- What became of the rows of a chunk: their numbers, outcomes, contacts and faults, which repeat
-- nothing of a row.
CREATE TABLE import_chunks (
    org_id    uuid        NOT NULL,
    import_id uuid        NOT NULL,
    first_row bigint      NOT NULL,
    last_row  bigint      NOT NULL,
    tally     json        NOT NULL,
    results   json        NOT NULL,
    kept_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, import_id, first_row)
);

CREATE INDEX import_chunks_old ON import_chunks (kept_at);

SELECT voice_grant('SELECT, INSERT, DELETE', t, 'process'), voice_wall(t, ARRAY['process'])
FROM unnest(ARRAY['import_files', 'import_parts', 'import_erasures', 'import_chunks']) t;
SELECT voice_grant('SELECT', 'import_chunks', 'app');
