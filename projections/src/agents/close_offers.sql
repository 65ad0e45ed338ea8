-- What has come of offers in a batch.
UPDATE agent_offers o SET outcome = c.outcome
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
    AS c(org_id, agent_id, offer_id, outcome)
WHERE o.org_id = c.org_id AND o.agent_id = c.agent_id AND o.offer_id = c.offer_id
