-- undo: nothing to undo
-- origin: hand-written
-- truth: fails
-- expect: transaction-control

SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
INSERT INTO audit (what) VALUES ('migrated');
