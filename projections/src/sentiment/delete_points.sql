-- Of whose customers the last runs of a batch have found nothing.
DELETE FROM sentiment_points p
USING unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
    AS u(org_id, engine, engine_version, call_id)
WHERE p.org_id = u.org_id AND p.engine = u.engine AND p.engine_version = u.engine_version
  AND p.call_id = u.call_id
