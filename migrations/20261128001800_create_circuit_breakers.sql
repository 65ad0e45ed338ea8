-- Which providers are not asked now, and why? Written by each server alone, about itself.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- A row that was not seen for half a minute is of a server that is gone.
CREATE TABLE circuit_breakers (
    service      text        NOT NULL,
    instance     uuid        NOT NULL,
    state        text        NOT NULL,
    since        timestamptz NOT NULL,
    retry_at     timestamptz,
    calls        integer     NOT NULL,
    failures     integer     NOT NULL,
    slow         integer     NOT NULL,
    failure      text,
    failed_at    timestamptz,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (service, instance)
) WITH (fillfactor = 70);

SELECT voice_grant('SELECT, INSERT, UPDATE, DELETE', 'circuit_breakers', 'process');
