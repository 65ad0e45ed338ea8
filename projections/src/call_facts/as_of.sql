-- What of the log the tables rest on, and what time it is.
SELECT coalesce(c.position, 0) AS "position!", e.recorded_at AS "recorded_at?",
       clock_timestamp() AS "now!"
FROM (SELECT (SELECT position FROM projection_checkpoints
              WHERE name = 'call_facts' AND build = 0) AS position) c
LEFT JOIN events e ON e.position = c.position
