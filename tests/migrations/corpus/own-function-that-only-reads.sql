-- undo: see the statement before
-- origin: hand-written
-- truth: safe
-- note: Made before the migrations that the linter reads.
-- expect: unreadable shout

INSERT INTO audit (what) SELECT shout(topic) FROM plans;
