-- The agents of a batch whose profile is another one now.
INSERT INTO agent_directory AS d (org_id, agent_id, active, skills, languages, created_at)
SELECT a.org_id, a.agent_id, a.active,
       ARRAY(SELECT jsonb_array_elements_text(a.skills::jsonb)),
       ARRAY(SELECT jsonb_array_elements_text(a.languages::jsonb)), a.created_at
FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::text[], $5::text[], $6::timestamptz[])
    AS a(org_id, agent_id, active, skills, languages, created_at)
ON CONFLICT (org_id, agent_id) DO UPDATE SET
    active = excluded.active, skills = excluded.skills, languages = excluded.languages
WHERE (d.active, d.skills, d.languages)
      IS DISTINCT FROM (excluded.active, excluded.skills, excluded.languages)
