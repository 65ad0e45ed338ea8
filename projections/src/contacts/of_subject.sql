-- The contacts of a person, of any campaign.
SELECT contact_id FROM contacts WHERE org_id = $1 AND subject_id = $2 ORDER BY contact_id
