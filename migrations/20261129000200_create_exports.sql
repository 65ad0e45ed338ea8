-- Which files of figures were asked for, and what has become of them? Written by the projection
-- `exports` alone; the files, and how far they are, by the exports (processes/exports) alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- `state` is the export as the domain folds it.
CREATE TABLE exports (
    org_id       uuid        NOT NULL,
    export_id    uuid        NOT NULL,
    version      bigint      NOT NULL,
    requested_by uuid        NOT NULL,
    status       text        NOT NULL,
    requested_at timestamptz NOT NULL,
    state        json        NOT NULL,
    PRIMARY KEY (org_id, export_id)
) WITH (fillfactor = 80);

CREATE INDEX exports_newest ON exports (org_id, requested_at DESC, export_id DESC);
CREATE INDEX exports_of_somebody
    ON exports (org_id, requested_by, requested_at DESC, export_id DESC);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'exports', 'projector');
SELECT voice_grant('SELECT', 'exports', r) FROM unnest(ARRAY['app', 'auditor']) r;
SELECT voice_wall('exports', ARRAY['projector', 'auditor']);

-- A place in the queue, from before the export is in the log until its file is gone. `run` is who
-- writes: whoever began before may keep nothing any more. `known` says that the export is in the
-- log; a place without it is somebody's who never came back.
CREATE TABLE export_files (
    org_id     uuid        NOT NULL,
    export_id  uuid        NOT NULL,
    asked_at   timestamptz NOT NULL,
    known      boolean     NOT NULL,
    open       boolean     NOT NULL,
    writing    boolean     NOT NULL,
    run        uuid,
    rows       bigint      NOT NULL,
    rows_all   bigint,
    -- What the log is to be told of a file that is whole.
    file       json,
    PRIMARY KEY (org_id, export_id)
) WITH (fillfactor = 70);

-- One file of an organization is written at a time.
CREATE UNIQUE INDEX export_files_written ON export_files (org_id) WHERE writing;

-- The bytes of a file, in order.
CREATE TABLE export_chunks (
    org_id    uuid    NOT NULL,
    export_id uuid    NOT NULL,
    run       uuid    NOT NULL,
    chunk     integer NOT NULL,
    bytes     bytea   NOT NULL,
    PRIMARY KEY (org_id, export_id, run, chunk)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'export_files', 'process');
SELECT voice_grant('SELECT, INSERT, DELETE', 'export_chunks', 'process');
SELECT voice_grant('SELECT', t, 'app'), voice_wall(t, ARRAY['process'])
FROM unnest(ARRAY['export_files', 'export_chunks']) t;
