-- The calls of a batch that began before it.
SELECT a.org_id, a.call_id, a.campaign_id, a.contact_id, a.attempt_no, a.dial_mode, a.amd,
       a.initiated_at, a.answered_at, a.answered_by, a.live_at, a.connected_at, a.dropped,
       a.ended_at, a.outcome, a.disposition, a.conversion, a.right_party, a.submitted,
       a.human_contact
FROM campaign_attempts a
WHERE (a.org_id, a.call_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
