-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- expect nothing

CREATE FUNCTION plan_topic(plan bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT topic FROM plans WHERE id = plan';
REVOKE EXECUTE ON FUNCTION plan_topic(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plan_topic(bigint) TO shop_reader;
