-- undo: DROP FUNCTION patient();
-- origin: hand-written
-- truth: locks
-- unseen: the setting holds while the function runs
-- expect: lift-limits statement_timeout

CREATE FUNCTION patient() RETURNS bigint LANGUAGE sql SET statement_timeout = 0 AS 'SELECT count(*) FROM plans';
SELECT patient();
