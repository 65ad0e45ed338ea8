-- The calls of a batch as they are now.
INSERT INTO campaign_attempts (org_id, call_id, campaign_id, contact_id, attempt_no, dial_mode, amd,
    initiated_at, answered_at, answered_by, live_at, connected_at, dropped, ended_at, outcome,
    disposition, conversion, right_party, submitted, human_contact)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[],
    $7::boolean[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[],
    $12::timestamptz[], $13::boolean[], $14::timestamptz[], $15::text[], $16::text[],
    $17::boolean[], $18::boolean[], $19::boolean[], $20::boolean[])
ON CONFLICT (org_id, call_id) DO UPDATE SET
    answered_at = excluded.answered_at, answered_by = excluded.answered_by,
    live_at = excluded.live_at, connected_at = excluded.connected_at, dropped = excluded.dropped,
    ended_at = excluded.ended_at, outcome = excluded.outcome, disposition = excluded.disposition,
    conversion = excluded.conversion, right_party = excluded.right_party,
    submitted = excluded.submitted, human_contact = excluded.human_contact
