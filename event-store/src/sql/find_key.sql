-- What is kept under a key, with the events that it led to.
SELECT i.fingerprint, i.version, i.position, i.status, i.body, i.etag, i.location,
       i.expires_at <= $5 AS expired,
       ARRAY(SELECT e.event_id FROM events e
             WHERE e.position > i.position - i.events AND e.position <= i.position
             ORDER BY e.position) AS event_ids
FROM idempotency i
WHERE i.org_id = $1 AND i.actor = $2 AND i.operation = $3 AND i.key = $4
