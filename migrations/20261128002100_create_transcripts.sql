-- What was said in a call, by whom and when? Written by the projection `transcripts` alone.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE TABLE transcripts (
    org_id     uuid        NOT NULL,
    call_id    uuid        NOT NULL,
    version    bigint      NOT NULL,
    source     text        NOT NULL,
    language   text,
    status     text        NOT NULL,
    started_at timestamptz NOT NULL,
    closed_at  timestamptz,
    PRIMARY KEY (org_id, call_id)
) WITH (fillfactor = 80);

-- Times are ms from the beginning of the call. `text` is sealed by the key of whoever is called.
CREATE TABLE transcript_segments (
    org_id              uuid             NOT NULL,
    call_id             uuid             NOT NULL,
    seq                 integer          NOT NULL,
    speaker             text             NOT NULL,
    start_ms            integer          NOT NULL,
    end_ms              integer          NOT NULL,
    words               integer          NOT NULL,
    confidence          double precision,
    provider_segment_id text,
    text                text,
    corrected_at        timestamptz,
    PRIMARY KEY (org_id, call_id, seq)
);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', t, 'projector'),
       voice_grant('SELECT', t, 'app'), voice_grant('SELECT', t, 'auditor'),
       voice_wall(t, ARRAY['projector', 'auditor'])
FROM unnest(ARRAY['transcripts', 'transcript_segments']) t;
