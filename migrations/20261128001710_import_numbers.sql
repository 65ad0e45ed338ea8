-- Which lists of numbers that are not to be called were brought in? Written by the projection
-- `imports` alone, beside the lists of people: a list of numbers is for no campaign that calls.
SELECT set_config('role', current_setting('voice.prefix') || '_owner', true);

ALTER TABLE imports ALTER COLUMN campaign_id DROP NOT NULL;
