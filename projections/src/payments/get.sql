-- A payment of an organization.
SELECT version, state::text AS "state!" FROM payments WHERE org_id = $1 AND payment_id = $2
