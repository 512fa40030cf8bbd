-- undo: nothing to undo
-- origin: hand-written
-- truth: fails
-- expect: outside-transaction

CLUSTER;
