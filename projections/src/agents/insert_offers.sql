-- What was offered in a batch.
INSERT INTO agent_offers (org_id, agent_id, offer_id, call_id, offered_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[])
ON CONFLICT (org_id, agent_id, offer_id) DO NOTHING
