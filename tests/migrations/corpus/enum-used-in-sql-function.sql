-- undo: leave the value unused
-- origin: hand-written
-- truth: fails
-- expect: enum-used-at-once plan_status.archived

ALTER TYPE plan_status ADD VALUE 'archived';
CREATE FUNCTION archived() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM plans WHERE status = ''archived''';
