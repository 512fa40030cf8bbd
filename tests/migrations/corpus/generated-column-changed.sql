-- undo: ALTER TABLE plans ALTER COLUMN total SET EXPRESSION AS (views * 2);
-- origin: hand-written
-- truth: locks
-- expect: rewrite-table plans

ALTER TABLE plans ALTER COLUMN total SET EXPRESSION AS (views * 3);
