-- undo: DROP FUNCTION archived(); and leave the value unused
-- origin: hand-written
-- truth: safe
-- note: PostgreSQL does not look into it before it runs.
-- expect nothing

ALTER TYPE plan_status ADD VALUE 'archived';
CREATE FUNCTION archived() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM plans WHERE status = 'archived'); END $$;
