-- What would the public crate postgres-es read? A view in its shape, for tests and single
-- streams; nobody writes it.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Shows one organization, that of the connection's setting app.org; without the setting it raises.
CREATE VIEW postgres_es_events WITH (security_invoker = true) AS
SELECT aggregate_type,
       aggregate_id::text AS aggregate_id,
       sequence,
       event_type,
       event_version::text AS event_version,
       payload,
       -- Its metadata are texts only.
       coalesce((SELECT json_object_agg(m.key, m.value) FROM json_each_text(events.metadata) m),
                '{}') AS metadata
FROM events
WHERE org_id = current_setting('app.org')::uuid;

SELECT voice_grant('SELECT', 'postgres_es_events', r) FROM unnest(ARRAY['app', 'auditor']) r;
