-- What has an engine found of the calls that were answered in a period? It alone serves the trends of
-- sentiment and its mean, which come from the calls and need no other column.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

CREATE INDEX sentiment_points_of_call ON sentiment_points (org_id, call_id)
    INCLUDE (engine, engine_version, score, label);
