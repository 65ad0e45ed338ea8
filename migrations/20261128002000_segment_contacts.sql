-- Which contacts does a segment mean? Written by the projection `contacts` alone, as what its rows
-- say already.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

-- Segments ask for these, beside what is a column already. They follow from the row, so that rows
-- from before have them, too, and a rebuild has the same.
ALTER TABLE contacts
    ADD COLUMN time_zone text GENERATED ALWAYS AS (state #>> '{profile,time_zone}') STORED,
    ADD COLUMN language  text GENERATED ALWAYS AS (state #>> '{profile,language}') STORED;
