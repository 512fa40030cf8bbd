-- undo: see the statement before
-- origin: hand-written
-- truth: breaks, locks
-- note: Seen as a lock only; that it refuses what the running release writes depends on the rows.
-- expect: create-index plans_one_a_day

CREATE UNIQUE INDEX plans_one_a_day ON plans (owner_id);
