-- undo: see the statement before
-- origin: hand-written
-- truth: loses data
-- unseen: only a crash shows it
-- expect: change-session synchronous_commit

SET synchronous_commit = off;
CREATE TABLE colours (id bigint);
