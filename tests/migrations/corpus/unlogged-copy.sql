-- undo: DROP TABLE plans_copy;
-- origin: hand-written
-- truth: loses data
-- unseen: it is empty after a crash
-- expect: set-unlogged plans_copy

CREATE UNLOGGED TABLE plans_copy AS SELECT * FROM plans;
