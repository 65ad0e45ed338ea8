-- What has happened before a place, newest first: of some kinds, and where they are named, of some
-- agents and their calls alone.
SELECT a.position, a.at, a.kind, a.subject_type, a.subject_id, a.actor,
       CASE a.subject_type
           WHEN 'campaign' THEN (SELECT c.state #>> '{settings,name}' FROM campaigns c
                                 WHERE c.org_id = a.org_id AND c.campaign_id = a.subject_id)
           WHEN 'alert' THEN (SELECT t.rule FROM alerts t
                              WHERE t.org_id = a.org_id AND t.alert_id = a.subject_id)
       END AS label
FROM activity a
WHERE a.org_id = $1
  AND ($2::bigint IS NULL OR a.position < $2)
  AND ($3::text[] IS NULL OR a.kind = ANY ($3))
  AND (cardinality($4::uuid[]) = 0
       OR CASE a.subject_type
              WHEN 'agent' THEN a.subject_id = ANY ($4)
              WHEN 'call' THEN EXISTS (SELECT FROM call_facts f
                                       WHERE f.org_id = a.org_id AND f.call_id = a.subject_id
                                         AND f.agent_id = ANY ($4))
              WHEN 'alert' THEN EXISTS (
                  SELECT FROM alerts t
                  WHERE t.org_id = a.org_id AND t.alert_id = a.subject_id
                    AND CASE t.subject_type
                            WHEN 'agent' THEN t.subject_uuid = ANY ($4)
                            WHEN 'call' THEN EXISTS (SELECT FROM call_facts f
                                                     WHERE f.org_id = a.org_id
                                                       AND f.call_id = t.subject_uuid
                                                       AND f.agent_id = ANY ($4))
                            ELSE false
                        END)
              ELSE false
          END)
ORDER BY a.position DESC
LIMIT $5
