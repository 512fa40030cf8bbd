-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- unseen: only a crash shows it
-- expect: rewrite-table audit
-- expect: set-unlogged audit

ALTER TABLE audit SET UNLOGGED;
