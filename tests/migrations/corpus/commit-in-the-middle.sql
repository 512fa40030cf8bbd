-- undo: see the statement before
-- origin: hand-written
-- truth: fails
-- unseen: the runner refuses it; PostgreSQL would obey
-- expect: transaction-control
-- expect: drop-table audit

DROP TABLE audit;
COMMIT;
