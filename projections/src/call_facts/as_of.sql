-- What of the log the tables rest on, and what time it is.
SELECT coalesce((SELECT position FROM projection_checkpoints
                 WHERE name = 'call_facts' AND build = 0), 0) AS "position!",
       clock_timestamp() AS "now!"
